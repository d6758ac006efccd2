// SPDX-License-Identifier: Apache-2.0
#include "sample/make.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::sample {
namespace {

namespace fs = std::filesystem;

Options options_for(const fs::path& out) {
  return {.clients = 300, .months = 4, .seed = 7, .dirty_ppm = 0, .out = out};
}

std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename()] = unwrap(read_file(entry.path()));
  }
  return files;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

uint64_t fnv1a(uint64_t hash, std::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

TEST(Make, WritesTheFilesOfEachMonthTheClientsAndTheManifestAndNothingElse) {
  const TemporaryDirectory folder;
  ASSERT_OK(make(options_for(folder.path()), {}, {}));
  const auto files = contents(folder.path());
  std::set<std::string> names;
  for (const auto& [name, content] : files) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"clientes.csv", "esperado.json", "tb_faturas_202301.csv",
                                          "tb_faturas_202302.csv", "tb_faturas_202303.csv", "tb_faturas_202304.csv",
                                          "tb_pagamentos_202301.csv", "tb_pagamentos_202302.csv",
                                          "tb_pagamentos_202303.csv", "tb_pagamentos_202304.csv"}));
  EXPECT_EQ(lines_of(files.at("clientes.csv")).size(), 301U);
  EXPECT_EQ(lines_of(files.at("tb_faturas_202301.csv"))[0],
            "id_fatura,id_cliente,data_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo");
}

// A change of one byte here is a change of everybody's reference data: say so in the changelog.
TEST(Make, GivesTheSameBytesOnEveryMachine) {
  const TemporaryDirectory folder;
  Options options = options_for(folder.path());
  options.dirty_ppm = 50'000;
  ASSERT_OK(make(options, {}, {}));
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const auto& [name, content] : contents(folder.path())) hash = fnv1a(fnv1a(hash, name), content);
  EXPECT_EQ(hash, 12592804057129834886ULL);
}

TEST(Make, AnotherSeedGivesAnotherLender) {
  const TemporaryDirectory first;
  const TemporaryDirectory second;
  Options options = options_for(first.path());
  ASSERT_OK(make(options, {}, {}));
  options.out = second.path();
  options.seed = 8;
  ASSERT_OK(make(options, {}, {}));
  EXPECT_NE(contents(first.path()), contents(second.path()));
}

TEST(Make, EveryRowOfACleanSampleStandsInTheFileOfItsMonthAndPaymentsReferToInvoices) {
  const TemporaryDirectory folder;
  ASSERT_OK(make(options_for(folder.path()), {}, {}));
  const auto files = contents(folder.path());
  std::set<std::string> invoices;
  std::set<std::string> payments;
  for (const std::string month : {"01", "02", "03", "04"}) {
    for (const std::string& line : lines_of(files.at("tb_faturas_2023" + month + ".csv"))) {
      const auto fields = fields_of(line);
      if (fields[0] == "id_fatura") continue;
      EXPECT_EQ(fields[2].substr(0, 7), "2023-" + month);
      EXPECT_TRUE(invoices.insert(fields[0]).second);
    }
  }
  for (const std::string month : {"01", "02", "03", "04"}) {
    for (const std::string& line : lines_of(files.at("tb_pagamentos_2023" + month + ".csv"))) {
      const auto fields = fields_of(line);
      if (fields[0] == "id_pagamento") continue;
      EXPECT_EQ(fields[3].substr(0, 7), "2023-" + month);
      EXPECT_TRUE(invoices.contains(fields[1])) << line;
      EXPECT_TRUE(payments.insert(fields[0]).second);
    }
  }
  EXPECT_GT(payments.size(), invoices.size() / 2);
}

// Counts the files by hand, knowing nothing of kinds but how a broken amount looks.
Tally recount(const std::string& content) {
  Tally tally;
  const auto lines = lines_of(content);
  for (size_t index = 1; index < lines.size(); ++index) {
    ++tally.rows;
    const auto fields = fields_of(lines[index]);
    const size_t expected = lines[0].starts_with("id_fatura") ? 6 : 5;
    if (fields.size() != expected || fields[4].find(',') != std::string::npos || fields[4].size() > 18) continue;
    std::string digits = fields[4];
    std::erase(digits, '.');
    tally.amount_minor += std::stoll(digits);
  }
  return tally;
}

TEST(Make, TheManifestAgreesWithTheFilesRowForRowAndCentForCent) {
  const TemporaryDirectory folder;
  Options options = options_for(folder.path());
  options.dirty_ppm = 200'000;
  const Manifest manifest = unwrap(make(options, {}, {}));
  const auto files = contents(folder.path());
  ASSERT_EQ(manifest.files.size(), 8U);
  for (const FileTally& file : manifest.files) {
    const Tally recounted = recount(files.at(file.name));
    EXPECT_EQ(file.total().rows, recounted.rows) << file.name;
    EXPECT_EQ(file.total().amount_minor, recounted.amount_minor) << file.name;
    EXPECT_EQ(file.size_bytes, files.at(file.name).size());
  }
  EXPECT_EQ(files.at("esperado.json"), to_json(manifest));
}

TEST(Make, DirtChangesNoCleanRow) {
  const TemporaryDirectory clean;
  const TemporaryDirectory dirty;
  Options options = options_for(clean.path());
  ASSERT_OK(make(options, {}, {}));
  options.out = dirty.path();
  options.dirty_ppm = 100'000;
  const Manifest manifest = unwrap(make(options, {}, {}));
  std::set<std::string> clean_rows;
  for (const auto& [name, content] : contents(clean.path())) {
    if (!name.starts_with("tb_")) continue;
    for (const std::string& line : lines_of(content)) clean_rows.insert(line);
  }
  int64_t foreign = 0;
  for (const auto& [name, content] : contents(dirty.path())) {
    if (!name.starts_with("tb_")) continue;
    for (const std::string& line : lines_of(content)) foreign += clean_rows.contains(line) ? 0 : 1;
  }
  int64_t spoiled = 0;
  for (const FileTally& file : manifest.files) {
    for (size_t index = 0; index < kKinds; ++index) {
      const auto kind = static_cast<Kind>(index);
      const bool text_differs = kind_info(kind).fate == Fate::kQuarantined && kind != Kind::kOrphanOfRefused;
      if (kind == Kind::kRepeatedDifferent) {
        spoiled += file.of(kind).rows / 2;  // one of the two is the clean row
      } else if (text_differs || kind == Kind::kDueBeforeIssue) {
        spoiled += file.of(kind).rows;
      }
    }
  }
  EXPECT_GT(spoiled, 0);
  EXPECT_EQ(foreign, spoiled);
}

TEST(Make, AnOrphanThatHealsHasItsInvoiceInTheFollowingFile) {
  const TemporaryDirectory folder;
  Options options = options_for(folder.path());
  options.clients = 3'000;
  options.dirty_ppm = 200'000;
  const Manifest manifest = unwrap(make(options, {}, {}));
  const auto files = contents(folder.path());
  std::map<std::string, std::string> file_of_invoice;
  for (const auto& [name, content] : files) {
    if (!name.starts_with("tb_faturas")) continue;
    for (const std::string& line : lines_of(content)) file_of_invoice[fields_of(line)[0]] = name.substr(11, 6);
  }
  int64_t waiting = 0;
  for (const auto& [name, content] : files) {
    if (!name.starts_with("tb_pagamentos_")) continue;
    for (const std::string& line : lines_of(content)) {
      const auto fields = fields_of(line);
      const auto found = fields.size() == 5 ? file_of_invoice.find(fields[1]) : file_of_invoice.end();
      if (found != file_of_invoice.end() && found->second > name.substr(14, 6) && !fields[0].empty()) ++waiting;
    }
  }
  int64_t expected = 0;
  for (const FileTally& file : manifest.files) expected += file.of(Kind::kOrphanUntilNextMonth).rows;
  EXPECT_GT(expected, 10);
  // Rows refused for another reason can refer to a late invoice as well, so at least the expected ones are found.
  EXPECT_GE(waiting, expected);
}

TEST(Make, RefusesWhatMakesNoLender) {
  const TemporaryDirectory folder;
  Options options = options_for(folder.path());
  options.clients = 0;
  auto result = make(options, {}, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "--clients must be from 1 to 20000000, found 0");
  EXPECT_TRUE(result.error().is(ErrorClass::kUsage));
  options = options_for(folder.path());
  options.months = 241;
  EXPECT_EQ(make(options, {}, {}).error().message, "--months must be from 1 to 240, found 241");
  options = options_for({});
  EXPECT_EQ(make(options, {}, {}).error().message, "--out must name a folder for the files");
  EXPECT_TRUE(contents(folder.path()).empty());
}

TEST(Make, RefusesToReplaceFilesUnlessForced) {
  const TemporaryDirectory folder;
  Options options = options_for(folder.path());
  ASSERT_OK(write_file_durably(folder.path() / "tb_pagamentos_202303.csv", "precious"));
  const auto result = make(options, {}, {});
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(ErrorClass::kConflict));
  EXPECT_NE(result.error().message.find("tb_pagamentos_202303.csv exists already"), std::string::npos);
  EXPECT_EQ(contents(folder.path()), (std::map<std::string, std::string>{{"tb_pagamentos_202303.csv", "precious"}}));
  options.force = true;
  ASSERT_OK(make(options, {}, {}));
  EXPECT_NE(unwrap(read_file(folder.path() / "tb_pagamentos_202303.csv")), "precious");
}

TEST(Make, AStopLeavesNothingBehind) {
  const TemporaryDirectory folder;
  Options options = options_for(folder.path());
  options.clients = 100'000;
  std::stop_source source;
  const auto result = make(options, [&](int64_t, int64_t) { source.request_stop(); }, source.get_token());
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(ErrorClass::kCancelled));
  EXPECT_TRUE(contents(folder.path()).empty());
}

TEST(Make, ProgressReachesTheNumberOfClients) {
  const TemporaryDirectory folder;
  Options options = options_for(folder.path());
  options.clients = 5'000;
  options.months = 1;
  std::vector<int64_t> seen;
  ASSERT_OK(make(options, [&](int64_t done, int64_t) { seen.push_back(done); }, {}));
  EXPECT_EQ(seen, (std::vector<int64_t>{2048, 4096, 5000}));
}

}  // namespace
}  // namespace caudal::sample
