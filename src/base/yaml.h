// SPDX-License-Identifier: Apache-2.0
// YAML as users of Caudal write it: a tree that knows the place of everything, and typed reading that gathers every
// mistake. Stricter than YAML: repeated and unknown keys are refused, so are tags, several documents in a file, deep
// nesting, large files and aliases that multiply.
//
//   Mistakes mistakes;
//   if (auto root = yaml::parse(text, "flow.yaml", mistakes)) {
//     yaml::Mapping flow(*root, "the flow", mistakes);
//     std::string name = flow.text("name").value_or("");  // required
//     int64_t months = flow.optional_whole("months", 1, 120).value_or(12);
//     flow.finish();  // refuses keys that nobody asked for
//   }
//   if (!mistakes.empty()) return mistakes.to_error();
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mistakes.h"

namespace caudal::yaml {

inline constexpr size_t kLargestFileBytes = 1 << 20;
inline constexpr size_t kMostNodes = 100'000;  // after aliases are followed
inline constexpr int kDeepest = 32;

// One value. Immutable; copies share.
class Node {
 public:
  enum class Kind : uint8_t { kNull, kScalar, kList, kMapping };
  struct Entry;

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  const TextPlace& place() const { return place_; }
  const std::string& scalar() const { return scalar_; }  // of kScalar
  bool quoted() const { return quoted_; }                // of kScalar: written in quotes or as a block, so always text
  // Of kScalar: where its text begins, which for a block (| or >) is the line below place().
  const TextPlace& text_place() const { return text_place_; }
  const std::vector<Node>& items() const { return *items_; }       // of kList
  const std::vector<Entry>& entries() const { return *entries_; }  // of kMapping, in the order written
  // "a list", "a mapping", "'12x'", "nothing": for messages.
  std::string describe() const;

 private:
  friend class TreeBuilder;
  Kind kind_ = Kind::kNull;
  bool quoted_ = false;
  size_t size_ = 1;  // nodes from here down, aliases followed
  int height_ = 1;   // levels from here down, aliases followed
  TextPlace place_;
  TextPlace text_place_;
  std::string scalar_;
  std::shared_ptr<const std::vector<Node>> items_;  // shared between copies of a node; never changed
  std::shared_ptr<const std::vector<Entry>> entries_;
};

struct Node::Entry {
  std::string key;
  TextPlace place;  // of the key
  Node value;
};

// Parses one document; `file` is what messages call it. Everything wrong is added to `mistakes`. Nothing is returned
// when there is no tree to go on with; repeated keys leave one (the first of them holds), so that reading can go on and
// find more. A document of which nothing is left without its comments is a mistake, or like one that says `null`.
enum class IfEmpty : uint8_t { kMistake, kNull };
std::optional<Node> parse(std::string_view text, const std::string& file, Mistakes& mistakes,
                          IfEmpty if_empty = IfEmpty::kMistake);
// The same from a file, which messages call `shown_as`.
std::optional<Node> parse_file(const std::filesystem::path& path, const std::string& shown_as, Mistakes& mistakes,
                               IfEmpty if_empty = IfEmpty::kMistake);

// Scalars, each with its range; a mistake is added and nothing returned when the value is something else.
// `what` opens the message: "'months'".
std::optional<std::string> read_text(const Node& node, std::string_view what, Mistakes& mistakes);
std::optional<int64_t> read_whole(const Node& node, std::string_view what, int64_t least, int64_t most,
                                  Mistakes& mistakes);
std::optional<double> read_number(const Node& node, std::string_view what, double least, double most,
                                  Mistakes& mistakes);
std::optional<bool> read_boolean(const Node& node, std::string_view what, Mistakes& mistakes);  // true or false
// "30s", "5m", "2h", "1d".
std::optional<std::chrono::seconds> read_duration(const Node& node, std::string_view what, Mistakes& mistakes);
// "09:30".
std::optional<std::chrono::minutes> read_time_of_day(const Node& node, std::string_view what, Mistakes& mistakes);
// A list of scalars, each once; a lone scalar is a list of one.
std::optional<std::vector<std::string>> read_texts(const Node& node, std::string_view what, Mistakes& mistakes);

// The known keys of one mapping, read one by one. Getters come in pairs: `x` adds a mistake when the key is absent,
// `optional_x` does not. Every key asked for counts as known.
class Mapping {
 public:
  // `what` is what messages call the mapping, such as "the flow". Adds a mistake when `node` is no mapping.
  Mapping(const Node& node, std::string_view what, Mistakes& mistakes);

  // The value of a key, nullptr when absent (or null).
  const Node* optional(std::string_view key);
  const Node* required(std::string_view key);

  std::optional<std::string> text(std::string_view key);
  std::optional<std::string> optional_text(std::string_view key);
  std::optional<int64_t> whole(std::string_view key, int64_t least, int64_t most);
  std::optional<int64_t> optional_whole(std::string_view key, int64_t least, int64_t most);
  std::optional<double> optional_number(std::string_view key, double least, double most);
  std::optional<bool> optional_boolean(std::string_view key);
  std::optional<std::chrono::seconds> optional_duration(std::string_view key);
  std::optional<std::chrono::minutes> time_of_day(std::string_view key);
  std::optional<std::vector<std::string>> texts(std::string_view key);
  std::optional<std::vector<std::string>> optional_texts(std::string_view key);
  // The items of a list (empty when absent, or after a mistake).
  std::vector<Node> list(std::string_view key);
  std::vector<Node> optional_list(std::string_view key);

  // One of a few words; the mistake names them all.
  template <class T>
  std::optional<T> choice(std::string_view key, const std::vector<std::pair<const char*, T>>& choices) {
    const Node* node = required(key);
    return node == nullptr ? std::nullopt : pick(*node, key, choices);
  }
  template <class T>
  std::optional<T> optional_choice(std::string_view key, const std::vector<std::pair<const char*, T>>& choices) {
    const Node* node = optional(key);
    return node == nullptr ? std::nullopt : pick(*node, key, choices);
  }

  // Adds a mistake for each key that was never asked for, naming the nearest that was.
  void finish();

  // The place of a key, or of the mapping when it is absent.
  TextPlace place_of(std::string_view key) const;
  const TextPlace& place() const { return place_; }
  Mistakes& mistakes() { return *mistakes_; }

 private:
  template <class T>
  std::optional<T> pick(const Node& node, std::string_view key, const std::vector<std::pair<const char*, T>>& choices) {
    std::vector<std::string> words;
    for (const auto& [word, value] : choices) {
      if (node.kind() == Node::Kind::kScalar && node.scalar() == word) return value;
      words.emplace_back(word);
    }
    add_bad_choice(node, key, words);
    return std::nullopt;
  }
  std::vector<Node> items_of(const Node& node, std::string_view key, bool some);
  void add_bad_choice(const Node& node, std::string_view key, const std::vector<std::string>& words);

  Node node_;
  std::string what_;
  TextPlace place_;
  Mistakes* mistakes_;  // never null; outlives this
  std::vector<std::string> known_;
  bool broken_ = false;  // no mapping at all, which was said already
};

}  // namespace caudal::yaml
