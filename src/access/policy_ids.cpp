// SPDX-License-Identifier: Apache-2.0
#include "access/policy_ids.h"

#include <algorithm>
#include <span>
#include <vector>

#include "access/identity.h"
#include "access/json_tree.h"

namespace caudal::access {
namespace {

using Kind = JsonValue::Kind;

std::span<const JsonValue> list_of(const JsonValue& value) {
  if (value.is(Kind::kArray)) return value.elements;
  return {&value, 1};
}

// The strings below "AWS" of a principal.
void collect(const JsonValue& principal, std::vector<const JsonValue*>& into) {
  for (const auto& [kind, names] : principal.members) {
    if (kind != "AWS") continue;
    for (const JsonValue& name : list_of(names)) {
      if (name.is(Kind::kString)) into.push_back(&name);
    }
  }
}

std::vector<const JsonValue*> principals_of(const JsonValue& policy) {
  std::vector<const JsonValue*> found;
  const JsonValue* statements = policy.find("Statement");
  if (statements == nullptr) return found;
  for (const JsonValue& statement : list_of(*statements)) {
    for (const auto& [name, value] : statement.members) {
      if (name == "Principal" || name == "NotPrincipal") collect(value, found);
    }
  }
  std::ranges::sort(found, {}, &JsonValue::offset);
  return found;
}

// Of the string that begins at `offset`, with both quotes.
size_t length_of_string(std::string_view document, size_t offset) {
  size_t at = offset + 1;
  while (document[at] != '"') at += document[at] == '\\' ? 2 : 1;
  return at + 1 - offset;
}

Result<std::string> rewritten(std::string_view document, const UserLookup& instead_of) {
  const JsonValue policy = TRY(parse_json(document));
  std::string out;
  size_t done = 0;
  for (const JsonValue* principal : principals_of(policy)) {
    const auto other = instead_of(principal->text);
    if (!other) continue;
    out.append(document.substr(done, principal->offset - done)).append("\"").append(*other).append("\"");
    done = principal->offset + length_of_string(document, principal->offset);
  }
  return out.append(document.substr(done));
}

}  // namespace

Result<std::string> with_user_ids(std::string_view document, const UserLookup& id_of) {
  const std::string start = user_arn("");
  return rewritten(document, [&](std::string_view text) {
    return id_of(text.starts_with(start) ? text.substr(start.size()) : text);
  });
}

Result<std::string> with_user_arns(std::string_view document, const UserLookup& name_of) {
  return rewritten(document, [&](std::string_view text) -> std::optional<std::string> {
    const auto name = name_of(text);
    return name ? std::optional(user_arn(*name)) : std::nullopt;
  });
}

}  // namespace caudal::access
