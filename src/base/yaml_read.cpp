// SPDX-License-Identifier: Apache-2.0
// Typed reading of YAML nodes: each getter says what it wanted and what it found.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/yaml.h"

namespace caudal::yaml {
namespace {

void refuse(const Node& node, std::string_view what, std::string_view expected, Mistakes& mistakes) {
  mistakes.add(node.place(), fmt::format("{} must be {}, found {}", what, expected, node.describe()));
}

template <class T>
std::optional<T> to_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_plain_scalar(const Node& node) { return node.kind() == Node::Kind::kScalar && !node.quoted(); }

std::string quoted(std::string_view key) { return fmt::format("'{}'", key); }

}  // namespace

std::optional<std::string> read_text(const Node& node, std::string_view what, Mistakes& mistakes) {
  if (node.kind() == Node::Kind::kScalar && node.scalar().find_first_not_of(" \t\r\n") != std::string::npos)
    return node.scalar();
  refuse(node, what, "text", mistakes);
  return std::nullopt;
}

std::optional<int64_t> read_whole(const Node& node, std::string_view what, int64_t least, int64_t most,
                                  Mistakes& mistakes) {
  const auto value = is_plain_scalar(node) ? to_number<int64_t>(node.scalar()) : std::nullopt;
  if (value && *value >= least && *value <= most) return value;
  refuse(node, what, fmt::format("a whole number from {} to {}", least, most), mistakes);
  return std::nullopt;
}

std::optional<double> read_number(const Node& node, std::string_view what, double least, double most,
                                  Mistakes& mistakes) {
  const auto value = is_plain_scalar(node) ? to_number<double>(node.scalar()) : std::nullopt;
  if (value && std::isfinite(*value) && *value >= least && *value <= most) return value;
  refuse(node, what, fmt::format("a number from {} to {}", least, most), mistakes);
  return std::nullopt;
}

std::optional<bool> read_boolean(const Node& node, std::string_view what, Mistakes& mistakes) {
  if (is_plain_scalar(node) && node.scalar() == "true") return true;
  if (is_plain_scalar(node) && node.scalar() == "false") return false;
  refuse(node, what, "true or false", mistakes);
  return std::nullopt;
}

std::optional<std::chrono::seconds> read_duration(const Node& node, std::string_view what, Mistakes& mistakes) {
  constexpr int64_t kMostSeconds = int64_t{366} * 86'400;
  if (is_plain_scalar(node) && node.scalar().size() >= 2) {
    const std::string& text = node.scalar();
    const auto count = to_number<int64_t>(std::string_view(text).substr(0, text.size() - 1));
    const char unit = text.back();
    const int64_t seconds = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3'600 : unit == 'd' ? 86'400 : 0;
    if (count && seconds > 0 && *count >= 0 && *count <= kMostSeconds / seconds)
      return std::chrono::seconds(*count * seconds);
  }
  refuse(node, what, "a duration such as 30s, 5m, 2h or 1d (at most a year)", mistakes);
  return std::nullopt;
}

std::optional<std::chrono::minutes> read_time_of_day(const Node& node, std::string_view what, Mistakes& mistakes) {
  if (node.kind() == Node::Kind::kScalar && node.scalar().size() == 5 && node.scalar()[2] == ':') {
    const std::string_view text = node.scalar();
    const auto hour = to_number<unsigned>(text.substr(0, 2));
    const auto minute = to_number<unsigned>(text.substr(3));
    if (hour && minute && *hour < 24 && *minute < 60) return std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  }
  refuse(node, what, "a time of day from 00:00 to 23:59", mistakes);
  return std::nullopt;
}

std::optional<std::vector<std::string>> read_texts(const Node& node, std::string_view what, Mistakes& mistakes) {
  std::vector<std::string> texts;
  if (node.kind() == Node::Kind::kScalar) {
    auto text = read_text(node, what, mistakes);
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
    return texts;
  }
  if (node.kind() != Node::Kind::kList) {
    refuse(node, what, "a list of words", mistakes);
    return std::nullopt;
  }
  bool whole = true;
  for (const Node& item : node.items()) {
    auto text = read_text(item, fmt::format("an item of {}", what), mistakes);
    if (!text) {
      whole = false;
    } else if (std::find(texts.begin(), texts.end(), *text) != texts.end()) {
      mistakes.add(item.place(), fmt::format("{} names '{}' twice", what, *text));
      whole = false;
    } else {
      texts.push_back(std::move(*text));
    }
  }
  return whole ? std::optional(std::move(texts)) : std::nullopt;
}

Mapping::Mapping(const Node& node, std::string_view what, Mistakes& mistakes)
    : node_(node), what_(what), place_(node.place()), mistakes_(&mistakes) {
  if (node.kind() == Node::Kind::kMapping) return;
  refuse(node, what, "a mapping of keys to values", mistakes);
  broken_ = true;
}

const Node* Mapping::optional(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  if (broken_) return nullptr;
  for (const Node::Entry& entry : node_.entries()) {
    if (entry.key == key) return entry.value.is_null() ? nullptr : &entry.value;
  }
  return nullptr;
}

const Node* Mapping::required(std::string_view key) {
  const Node* node = optional(key);
  if (node == nullptr && !broken_) mistakes_->add(place_of(key), fmt::format("{} needs '{}'", what_, key));
  return node;
}

std::optional<std::string> Mapping::text(std::string_view key) {
  const Node* node = required(key);
  return node == nullptr ? std::nullopt : read_text(*node, quoted(key), *mistakes_);
}

std::optional<std::string> Mapping::optional_text(std::string_view key) {
  const Node* node = optional(key);
  return node == nullptr ? std::nullopt : read_text(*node, quoted(key), *mistakes_);
}

std::optional<int64_t> Mapping::whole(std::string_view key, int64_t least, int64_t most) {
  const Node* node = required(key);
  return node == nullptr ? std::nullopt : read_whole(*node, quoted(key), least, most, *mistakes_);
}

std::optional<int64_t> Mapping::optional_whole(std::string_view key, int64_t least, int64_t most) {
  const Node* node = optional(key);
  return node == nullptr ? std::nullopt : read_whole(*node, quoted(key), least, most, *mistakes_);
}

std::optional<double> Mapping::optional_number(std::string_view key, double least, double most) {
  const Node* node = optional(key);
  return node == nullptr ? std::nullopt : read_number(*node, quoted(key), least, most, *mistakes_);
}

std::optional<bool> Mapping::optional_boolean(std::string_view key) {
  const Node* node = optional(key);
  return node == nullptr ? std::nullopt : read_boolean(*node, quoted(key), *mistakes_);
}

std::optional<std::chrono::seconds> Mapping::optional_duration(std::string_view key) {
  const Node* node = optional(key);
  return node == nullptr ? std::nullopt : read_duration(*node, quoted(key), *mistakes_);
}

std::optional<std::chrono::minutes> Mapping::time_of_day(std::string_view key) {
  const Node* node = required(key);
  return node == nullptr ? std::nullopt : read_time_of_day(*node, quoted(key), *mistakes_);
}

std::optional<std::vector<std::string>> Mapping::texts(std::string_view key) {
  const Node* node = required(key);
  if (node == nullptr) return std::nullopt;
  auto texts = read_texts(*node, quoted(key), *mistakes_);
  if (texts && texts->empty()) {
    mistakes_->add(node->place(), fmt::format("'{}' must name at least one", key));
    return std::nullopt;
  }
  return texts;
}

std::optional<std::vector<std::string>> Mapping::optional_texts(std::string_view key) {
  const Node* node = optional(key);
  return node == nullptr ? std::nullopt : read_texts(*node, quoted(key), *mistakes_);
}

std::vector<Node> Mapping::list(std::string_view key) {
  const Node* node = required(key);
  return node == nullptr ? std::vector<Node>() : items_of(*node, key, true);
}

std::vector<Node> Mapping::optional_list(std::string_view key) {
  const Node* node = optional(key);
  return node == nullptr ? std::vector<Node>() : items_of(*node, key, false);
}

std::vector<Node> Mapping::items_of(const Node& node, std::string_view key, bool some) {
  if (node.kind() == Node::Kind::kList && !(some && node.items().empty())) return node.items();
  refuse(node, quoted(key), some ? "a list of at least one" : "a list", *mistakes_);
  return {};
}

void Mapping::add_bad_choice(const Node& node, std::string_view key, const std::vector<std::string>& words) {
  const std::string likely = node.kind() == Node::Kind::kScalar ? did_you_mean(node.scalar(), words) : std::string();
  mistakes_->add(node.place(), fmt::format("'{}' must be one of {}, found {}{}", key, fmt::join(words, ", "),
                                           node.describe(), likely));
}

void Mapping::finish() {
  if (broken_) return;
  for (const Node::Entry& entry : node_.entries()) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    mistakes_->add(entry.place, fmt::format("{} has no key '{}'{}; known: {}", what_, entry.key.substr(0, 60),
                                            did_you_mean(entry.key, known_), fmt::join(known_, ", ")));
  }
}

TextPlace Mapping::place_of(std::string_view key) const {
  if (!broken_) {
    for (const Node::Entry& entry : node_.entries()) {
      if (entry.key == key) return entry.value.is_null() ? entry.place : entry.value.place();
    }
  }
  return place_;
}

}  // namespace caudal::yaml
