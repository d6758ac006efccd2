// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/stored_json.h"

#include <utility>

#include "items/values/typed_json.h"

namespace caudal::api::dynamodb {
namespace {

// Items take more as JSON than as they are stored: the types, quotes and braces of each attribute.
size_t expected_bytes(size_t stored_bytes, size_t rest_bytes) {
  constexpr size_t kMostlySmall = 256;
  return stored_bytes + stored_bytes / 2 + rest_bytes + kMostlySmall;
}

// The members of `rest` after what is there.
void append_rest(std::string& out, const std::string& rest) {
  if (rest.size() > 2) out.append(",").append(rest, 1, rest.size() - 2);
  out.append("}");
}

}  // namespace

Outcome<std::string> with_item(Call& call, std::string_view stored, const std::string& rest) {
  std::string out;
  out.reserve(expected_bytes(stored.size(), rest.size()));
  out.append("{\"Item\":");
  TRY(call.said(items::append_stored_as_typed_json(out, stored)));
  append_rest(out, rest);
  return out;
}

ItemsJson::ItemsJson(size_t expected_bytes) : out_("{\"Items\":[") {
  out_.reserve(dynamodb::expected_bytes(expected_bytes, 0));
}

Result<void> ItemsJson::add(std::string_view stored) {
  if (!std::exchange(is_empty_, false)) out_.append(",");
  return items::append_stored_as_typed_json(out_, stored);
}

std::string ItemsJson::finish(const std::string& rest) && {
  out_.append("]");
  append_rest(out_, rest);
  return std::move(out_);
}

}  // namespace caudal::api::dynamodb
