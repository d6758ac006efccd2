// SPDX-License-Identifier: Apache-2.0
// Whatever the bytes, the YAML reader ends, within its limits, with a tree or with mistakes that have a place in the
// file.
#include "base/check.h"
#include "base/yaml.h"

namespace {

size_t count(const caudal::yaml::Node& node, int depth) {
  CHECK(depth <= caudal::yaml::kDeepest, "a tree deeper than allowed");
  size_t nodes = 1;
  if (node.kind() == caudal::yaml::Node::Kind::kList) {
    for (const auto& item : node.items()) nodes += count(item, depth + 1);
  } else if (node.kind() == caudal::yaml::Node::Kind::kMapping) {
    for (const auto& entry : node.entries()) nodes += count(entry.value, depth + 1);
  }
  CHECK(!node.describe().empty(), "a node that cannot be described");
  return nodes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  caudal::Mistakes mistakes;
  const auto root = caudal::yaml::parse({reinterpret_cast<const char*>(data), size}, "f.yaml", mistakes);
  CHECK(root.has_value() || !mistakes.empty(), "neither a tree nor a mistake");
  if (root) CHECK(count(*root, 0) <= caudal::yaml::kMostNodes + 1, "a tree larger than allowed");
  for (const caudal::Mistake& mistake : mistakes.sorted()) CHECK(!mistake.message.empty(), "a mistake without words");
  return 0;
}
