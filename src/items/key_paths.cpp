// SPDX-License-Identifier: Apache-2.0
#include "items/key_paths.h"

#include <algorithm>

namespace caudal::items {

Result<void> check_key_paths(const Table& table, const std::vector<const Path*>& paths) {
  // Most requests.
  if (std::ranges::none_of(paths, [](const Path* path) { return path->is_nested(); })) return {};
  std::vector<KeySchema> index_keys;
  for (const IndexDefinition& index : table.definition().indexes) index_keys.push_back(index.key);
  return check_key_paths(paths, table.definition().key, index_keys);
}

Result<void> check_key_paths(const Table& table, const ExpressionsPtr& expressions) {
  if (expressions == nullptr) return {};
  return check_key_paths(table, paths_of(*expressions));
}

Result<void> check_projected_paths(const Table& table, const ExpressionsPtr& expressions) {
  if (expressions == nullptr || !expressions->projection) return {};
  std::vector<const Path*> paths;
  for (const Path& path : expressions->projection->paths()) paths.push_back(&path);
  return check_key_paths(table, paths);
}

}  // namespace caudal::items
