// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/facts.h"

#include <set>

namespace caudal::api::dynamodb {

void know_attributes(Call& call, const items::Item* item, const items::ExpressionsPtr& expressions) {
  constexpr std::string_view kKey = "dynamodb:Attributes";
  if (!call.asks_for(kKey)) return;
  std::set<std::string> names;
  if (item != nullptr) {
    for (const items::Attribute& attribute : *item) names.insert(attribute.name);
  }
  if (expressions != nullptr) {
    for (const items::Path* const path : items::paths_of(*expressions)) names.insert(path->attribute());
    if (expressions->projection) {
      for (const items::Path& path : expressions->projection->paths()) names.insert(path.attribute());
    }
    if (expressions->key_clauses) {
      for (const items::KeyClause& clause : *expressions->key_clauses) names.insert(clause.attribute);
    }
  }
  for (const std::string& name : names) call.know(kKey, name);
}

void know_select(Call& call, const std::optional<std::string>& asked, const items::ExpressionsPtr& expressions) {
  const bool names_some = expressions != nullptr && expressions->projection;
  call.know("dynamodb:Select", asked.value_or(names_some ? "SPECIFIC_ATTRIBUTES" : "ALL_ATTRIBUTES"));
}

void know_return_values(Call& call, const std::optional<std::string>& asked, bool returns_on_failure) {
  call.know("dynamodb:ReturnValues", returns_on_failure ? "ALL_OLD" : asked.value_or("NONE"));
}

void know_return_capacity(Call& call, const std::optional<std::string>& asked) {
  call.know("dynamodb:ReturnConsumedCapacity", asked.value_or("NONE"));
}

}  // namespace caudal::api::dynamodb
