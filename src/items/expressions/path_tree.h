// SPDX-License-Identifier: Apache-2.0
// Several paths as one tree, so that an item is gone through once for all of them, lists in the order of their indexes.
// T: what stands at the end of each path.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "items/expressions/path.h"

namespace caudal::items {

template <class T>
struct PathTree {
  std::map<std::string, PathTree, std::less<>> names = {};
  std::map<uint32_t, PathTree> indexes = {};
  std::optional<T> leaf = {};

  // No path may be the beginning of another: check_overlap.
  void add(const Path& path, T what) {
    PathTree* at = this;
    for (const PathElement& element : path.elements) {
      if (const auto* const index = std::get_if<uint32_t>(&element)) {
        at = &at->indexes[*index];
      } else {
        at = &at->names[std::get<std::string>(element)];
      }
    }
    at->leaf = std::move(what);
  }
};

}  // namespace caudal::items
