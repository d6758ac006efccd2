// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/file_name.h"

#include <fmt/format.h>

#include "flows/delivery/encoding.h"
#include "flows/delivery/errors.h"

namespace caudal::delivery {
namespace {

constexpr size_t kMaxNameBytes = 255;
constexpr size_t kMaxShownBytes = 80;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

std::string printable_name(std::string_view name) {
  std::string out;
  std::string_view left = name;
  while (!left.empty() && out.size() < kMaxShownBytes) {
    const size_t size = utf8_sequence_size(left);
    if (size == 0 || is_control(left[0])) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(left[0]));
      left.remove_prefix(1);
    } else {
      out.append(left.substr(0, size));
      left.remove_prefix(size);
    }
  }
  if (!left.empty()) out += fmt::format("... ({} bytes)", name.size());
  return out;
}

Result<void> check_file_name(std::string_view name) {
  const auto refuse = [&](std::string_view why) {
    return Error{Errc::bad_name, fmt::format("file name '{}' is refused: {}; ask the sender for a plain name such as "
                                             "tb_faturas_202401.csv",
                                             printable_name(name), why)};
  };
  if (name.empty()) return refuse("it is empty");
  if (name.size() > kMaxNameBytes) {
    return refuse(fmt::format("it has {} bytes, at most {} are accepted", name.size(), kMaxNameBytes));
  }
  if (name == "." || name == "..") return refuse("it names a folder");
  for (const char c : name) {
    if (c == '/' || c == '\\') return refuse("it contains a path separator");
    if (is_control(c)) return refuse("it contains a control character");
  }
  if (!is_utf8(name)) return refuse("it is not valid UTF-8");
  return {};
}

Result<Month> month_of_file_name(const flows::FilePattern& pattern, std::string_view name) {
  if (auto checked = check_file_name(name); !checked) return std::move(checked).error();
  const std::string& prefix = pattern.prefix();
  const std::string folder = prefix.substr(0, prefix.rfind('/') + 1);
  if (const std::optional<Month> month = pattern.match(folder + std::string(name))) return *month;
  const std::string example = pattern.expected_key(Month{std::chrono::year{2024}, std::chrono::January});
  return Error{Errc::bad_name,
               fmt::format("file name '{}' does not name a month as {} does; expected a name such as {}",
                           printable_name(name), pattern.text(), example.substr(example.rfind('/') + 1))};
}

}  // namespace caudal::delivery
