// SPDX-License-Identifier: Apache-2.0
// Mistakes: everything wrong in the files that a user wrote, gathered so that all of it is told at once, each with its
// place. For one failure with a code of its own use Error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace caudal {

// A place in a text file. Lines and columns count from 1; 0 means "the file as a whole".
struct TextPlace {
  std::string file = {};
  int line = 0;
  int column = 0;

  // "flows/invoices/flow.yaml:12:5", or the file alone.
  std::string to_string() const;
  auto operator<=>(const TextPlace&) const = default;
};

struct Mistake {
  TextPlace place;
  std::string message;  // what is wrong and what was expected, without the place

  std::string to_string() const;  // "file:line:column: message"
  auto operator<=>(const Mistake&) const = default;
};

// Gathers mistakes. Not thread-safe. Keeps at most kMost of them and counts the rest.
class Mistakes {
 public:
  static constexpr size_t kMost = 100;

  void add(TextPlace place, std::string message);
  void add(Mistakes others);
  bool empty() const { return list_.empty(); }
  // In the order of file, line and column; repeats removed.
  std::vector<Mistake> sorted() const;
  // One line for each, then how many were left out. Class kUsage; its code is Errc::invalid_configuration.
  Error to_error() const;

 private:
  std::vector<Mistake> list_;
  size_t left_out_ = 0;
};

// " (did you mean 'retries'?)" when one of `known` is close to `word`, else "".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace caudal
