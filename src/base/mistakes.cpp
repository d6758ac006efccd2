// SPDX-License-Identifier: Apache-2.0
// Gathering, ordering and printing mistakes, and the nearest known word to a mistyped one.
#include "base/mistakes.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace caudal {
namespace {

constexpr size_t kLongestWord = 200;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// How many characters must be put in, left out, replaced or swapped with their neighbour to make `b` of `a`, without
// regard to ASCII case.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, last);
    std::swap(last, row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const char x = lower(a[i - 1]);
      const char y = lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (x == y ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && x == lower(b[j - 2]) && y == lower(a[i - 2]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string TextPlace::to_string() const {
  if (line == 0) return file;
  return fmt::format("{}:{}:{}", file, line, column);
}

std::string Mistake::to_string() const { return fmt::format("{}: {}", place.to_string(), message); }

void Mistakes::add(TextPlace place, std::string message) {
  if (list_.size() == kMost) {
    ++left_out_;
    return;
  }
  list_.push_back({std::move(place), std::move(message)});
}

void Mistakes::add(Mistakes others) {
  left_out_ += others.left_out_;
  for (Mistake& mistake : others.list_) add(std::move(mistake.place), std::move(mistake.message));
}

std::vector<Mistake> Mistakes::sorted() const {
  std::vector<Mistake> result = list_;
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

Error Mistakes::to_error() const {
  std::string text;
  for (const Mistake& mistake : sorted()) {
    if (!text.empty()) text += '\n';
    text += mistake.to_string();
  }
  if (left_out_ > 0) text += fmt::format("\n... and {} more", left_out_);
  return Error{Errc::invalid_configuration, std::move(text)};
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  if (word.size() > kLongestWord) return {};
  const std::string* nearest = nullptr;
  size_t least = word.size() / 3 + 1;  // further than a third of the word is no likeness
  for (const std::string& candidate : known) {
    const size_t distance = edit_distance(word, candidate);
    if (distance < least) {
      least = distance;
      nearest = &candidate;
    }
  }
  return nearest == nullptr ? std::string() : fmt::format(" (did you mean '{}'?)", *nearest);
}

}  // namespace caudal
