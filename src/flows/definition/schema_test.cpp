// SPDX-License-Identifier: Apache-2.0
// The JSON Schemas that editors use know exactly the keys that the readers know. A reader is asked by giving it a key
// that nobody knows: its refusal lists those it does.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/testing/temporary_directory.h"
#include "base/yaml.h"
#include "flows/definition/book.h"
#include "flows/definition/contract.h"
#include "flows/definition/load.h"
#include "flows/definition/step_read.h"

namespace caudal::flows {
namespace {

using Keys = std::set<std::string>;

const yaml::Node& child(const yaml::Node& node, std::string_view key) {
  for (const yaml::Node::Entry& entry : node.entries()) {
    if (entry.key == key) return entry.value;
  }
  ADD_FAILURE() << "no '" << key << "' in the schema";
  return node;
}

// The properties of the schema's own object, or of one of its $defs. JSON is YAML.
Keys schema_keys(const std::string& schema, const std::string& definition) {
  Mistakes mistakes;
  const auto path = std::filesystem::path(CAUDAL_SOURCE_DIR) / "flows" / "schemas" / (schema + ".schema.json");
  const auto root = yaml::parse_file(path, schema, mistakes);
  EXPECT_TRUE(root) << mistakes.to_error().message;
  Keys keys;
  if (!root) return keys;
  const yaml::Node& object = definition.empty() ? *root : child(child(*root, "$defs"), definition);
  for (const yaml::Node::Entry& entry : child(object, "properties").entries()) keys.insert(entry.key);
  return keys;
}

// What a mapping knows, from "... has no key 'unknown_key'; known: a, b".
template <class Read>
Keys reader_keys(std::string_view text, Read read) {
  Mistakes mistakes;
  const auto root = yaml::parse(text, "x.yaml", mistakes);
  if (root) read(*root, mistakes);
  Keys keys;
  for (const Mistake& mistake : mistakes.sorted()) {
    const size_t begin = mistake.message.find("has no key 'unknown_key'");
    if (begin == std::string::npos) continue;
    std::string_view rest = std::string_view(mistake.message).substr(mistake.message.find("known: ") + 7);
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(", "), rest.size());
      keys.emplace(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 2, rest.size()));
    }
  }
  return keys;
}

Keys contract_keys(std::string_view text) {
  return reader_keys(text, [](const yaml::Node& node, Mistakes& mistakes) { read_contract(node, mistakes); });
}
Keys book_keys(std::string_view text) {
  return reader_keys(text, [](const yaml::Node& node, Mistakes& mistakes) { read_book(node, mistakes); });
}
Keys step_keys(std::string_view text) {
  return reader_keys(text, [](const yaml::Node& node, Mistakes& mistakes) {
    FlowFiles files("nowhere");
    read_step(node, {}, files, mistakes);
  });
}

TEST(Schemas, OfContractsKnowTheReadersKeys) {
  EXPECT_EQ(contract_keys("unknown_key: 1"), schema_keys("contract", ""));
  EXPECT_EQ(contract_keys("file: {unknown_key: 1}"), schema_keys("contract", "file"));
  EXPECT_EQ(contract_keys("columns: [{unknown_key: 1}]"), schema_keys("contract", "column"));
  EXPECT_EQ(contract_keys("references: [{unknown_key: 1}]"), schema_keys("contract", "reference"));
  EXPECT_EQ(contract_keys("rules: [{unknown_key: 1}]"), schema_keys("contract", "rule"));
}

TEST(Schemas, OfBooksKnowTheReadersKeys) {
  EXPECT_EQ(book_keys("unknown_key: 1"), schema_keys("book", ""));
  EXPECT_EQ(book_keys("entity: {unknown_key: 1}"), schema_keys("book", "entity"));
  EXPECT_EQ(book_keys("classes: [{unknown_key: 1}]"), schema_keys("book", "class"));
  EXPECT_EQ(book_keys("classes: [{values: [{unknown_key: 1}]}]"), schema_keys("book", "value"));
  EXPECT_EQ(book_keys("measures: [{unknown_key: 1}]"), schema_keys("book", "measure"));
}

// Of flow.yaml itself, which is read with its folder.
Keys flow_keys(std::string_view text) {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "flow.yaml") << text;
  return reader_keys("a: 1", [&](const yaml::Node&, Mistakes& mistakes) { load_flow(folder.path(), mistakes); });
}

TEST(Schemas, OfFlowsKnowTheReadersKeys) {
  EXPECT_EQ(flow_keys("unknown_key: 1"), schema_keys("flow", ""));
  EXPECT_EQ(flow_keys("inputs: [{unknown_key: 1}]"), schema_keys("flow", "input"));
  EXPECT_EQ(flow_keys("inputs: [{deadline: {unknown_key: 1}}]"), schema_keys("flow", "deadline"));
  EXPECT_EQ(flow_keys("shared: [{unknown_key: 1}]"), schema_keys("flow", "shared"));
  EXPECT_EQ(flow_keys("schedule: {unknown_key: 1}"), schema_keys("flow", "schedule"));
  EXPECT_EQ(flow_keys("notices: {unknown_key: 1}"), schema_keys("flow", "notices"));
}

TEST(Schemas, OfFlowsKnowTheReadersStepKeys) {
  for (const std::string kind : {"deliver", "curate", "reconcile", "sql", "book", "dictionary", "drift", "collect"})
    EXPECT_EQ(step_keys("{kind: " + kind + ", unknown_key: 1}"), schema_keys("flow", "step_" + kind)) << kind;
  EXPECT_EQ(step_keys("{kind: dictionary, output: {unknown_key: 1}}"), schema_keys("flow", "output"));
  EXPECT_EQ(step_keys("{kind: collect, output: {unknown_key: 1}}"), schema_keys("flow", "day_output"));
  EXPECT_EQ(step_keys("{kind: sql, reads: [{unknown_key: 1}]}"), schema_keys("flow", "read"));
  EXPECT_EQ(step_keys("{kind: deliver, retries: {unknown_key: 1}}"), schema_keys("flow", "retries"));
}

}  // namespace
}  // namespace caudal::flows
