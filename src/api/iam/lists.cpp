// SPDX-License-Identifier: Apache-2.0
#include "api/iam/lists.h"

#include <charconv>

#include "aws/xml/xml_writer.h"

namespace caudal::api::iam {
namespace {

constexpr size_t kUsualItems = 100;
constexpr size_t kMostItems = 1000;

Outcome<size_t> most_items(const Turn& turn) {
  const auto text = turn.parameter("MaxItems");
  if (!text) return kUsualItems;
  size_t most = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), most);
  if (error == std::errc() && end == text->data() + text->size() && most >= 1 && most <= kMostItems) return most;
  return validation_error("MaxItems must be from 1 to 1000");
}

}  // namespace

Outcome<std::string> page_of(const Turn& turn, std::string_view list, const Elements& elements) {
  const size_t most = TRY(most_items(turn));
  const std::string name(list);
  std::string out = "<" + name + ">";
  std::string last;
  auto element = elements.upper_bound(turn.parameter("Marker").value_or(""));
  for (size_t count = 0; count < most && element != elements.end(); ++count, ++element) {
    out += "<member>" + element->second + "</member>";
    last = element->first;
  }
  out += "</" + name + ">";
  const bool more = element != elements.end();
  aws::append_xml_element(out, "IsTruncated", more ? "true" : "false");
  if (more) aws::append_xml_element(out, "Marker", last);
  return out;
}

}  // namespace caudal::api::iam
