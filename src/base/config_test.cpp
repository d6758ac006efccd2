// SPDX-License-Identifier: Apache-2.0
#include "base/config.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal {
namespace {

constexpr ConfigKey kKeys[] = {
    {"data", ConfigType::kPath, "", "Where the data lies."},
    {"threads", ConfigType::kWhole, "0", "How many threads; 0 is one for each core."},
    {"memory_limit", ConfigType::kBytes, "2GiB", "Memory for one query."},
    {"log.level", ConfigType::kText, "info", "What is logged.", false, "debug|info|warning"},
    {"notices.email.to", ConfigType::kTexts, "", "Who gets e-mail."},
    {"notices.email.password", ConfigType::kText, "", "For the mail server.", true},
    {"notices.enabled", ConfigType::kBoolean, "true", "Whether notices are sent."},
};

class ConfigTest : public testing::Test {
 protected:
  void write(std::string_view text) { ASSERT_OK(write_file_durably(file(), text)); }
  std::filesystem::path file() const { return folder_.path() / "caudal.yaml"; }
  ConfigSources from_file() const { return {.file = file()}; }
  std::string failure(const ConfigSources& sources) {
    const auto config = Config::load(kKeys, sources);
    if (config) return "no error";
    EXPECT_TRUE(config.error().is(ErrorClass::kUsage));
    return config.error().message;
  }
  TemporaryDirectory folder_;
};

TEST_F(ConfigTest, GivesDefaultsWhenNothingIsSaid) {
  const Config config = unwrap(Config::load(kKeys, {}));
  EXPECT_EQ(config.whole("threads"), 0);
  EXPECT_EQ(config.bytes("memory_limit"), 2ULL << 30);
  EXPECT_EQ(config.text("log.level"), "info");
  EXPECT_TRUE(config.boolean("notices.enabled"));
  EXPECT_TRUE(config.texts("notices.email.to").empty());
  EXPECT_FALSE(config.is_set("threads"));
}

TEST_F(ConfigTest, AFileInWhichEverythingIsCommentedOutSetsNothing) {
  for (const char* text : {"# data: /srv/caudal\n\n#   threads: 4\n", "\n", "---\n"}) {
    write(text);
    const auto config = Config::load(kKeys, from_file());
    ASSERT_OK(config) << text;
    EXPECT_FALSE(config->is_set("data")) << text;
  }
}

TEST_F(ConfigTest, AFileOfNoBytesIsTakenForOneThatWasCutOff) {
  write("");
  const auto config = Config::load(kKeys, from_file());
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("caudal.yaml: is empty"), std::string::npos) << config.error().message;
}

TEST_F(ConfigTest, FlagsGoOverEnvironmentOverFileOverDefaults) {
  write("threads: 1\nmemory_limit: 1GB\nlog: {level: debug}\nnotices:\n  enabled: false\n");
  ConfigSources sources = from_file();
  sources.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "CAUDAL_THREADS") return "2";
    if (name == "CAUDAL_MEMORY_LIMIT") return "3 MiB";
    return std::nullopt;
  };
  sources.flags["threads"] = "3";
  const Config config = unwrap(Config::load(kKeys, sources));
  EXPECT_EQ(config.whole("threads"), 3);
  EXPECT_EQ(config.bytes("memory_limit"), 3U << 20);
  EXPECT_EQ(config.text("log.level"), "debug");
  EXPECT_FALSE(config.boolean("notices.enabled"));
  std::map<std::string, std::string> source_of;
  for (const auto& entry : config.entries()) source_of[std::string(entry.key->name)] = entry.source;
  EXPECT_EQ(source_of["threads"], "--threads");
  EXPECT_EQ(source_of["memory_limit"], "CAUDAL_MEMORY_LIMIT");
  EXPECT_EQ(source_of["log.level"], file().string() + ":3:14");
  EXPECT_EQ(source_of["data"], "default");
}

TEST_F(ConfigTest, AnEmptyVariableCountsAsNotSet) {
  ConfigSources sources;
  sources.environment = [](const std::string&) -> std::optional<std::string> { return ""; };
  EXPECT_FALSE(unwrap(Config::load(kKeys, sources)).is_set("threads"));
}

TEST_F(ConfigTest, PathsInTheFileCountFromItsFolder) {
  write("data: lake\n");
  EXPECT_EQ(unwrap(Config::load(kKeys, from_file())).path("data"), folder_.path() / "lake");
  write("data: /srv/lake\n");
  EXPECT_EQ(unwrap(Config::load(kKeys, from_file())).path("data"), "/srv/lake");
}

TEST_F(ConfigTest, ListsAreListsInTheFileAndSeparatedByCommasElsewhere) {
  write("notices:\n  email:\n    to: [a@b.c, d@e.f]\n");
  ConfigSources sources = from_file();
  EXPECT_EQ(unwrap(Config::load(kKeys, sources)).texts("notices.email.to"),
            (std::vector<std::string>{"a@b.c", "d@e.f"}));
  sources.flags["notices.email.to"] = "x@y.z, u@v.w";
  EXPECT_EQ(unwrap(Config::load(kKeys, sources)).texts("notices.email.to"),
            (std::vector<std::string>{"x@y.z", "u@v.w"}));
}

TEST_F(ConfigTest, RefusesUnknownKeysWithTheirPlaceAndTheNearestKnownOne) {
  write("thread: 4\nnotices:\n  emial:\n    to: a@b.c\n");
  const std::string message = failure(from_file());
  EXPECT_NE(message.find(file().string() + ":1:1: unknown key 'thread' (did you mean 'threads'?)"), std::string::npos)
      << message;
  EXPECT_NE(message.find(file().string() + ":3:3: unknown key 'notices.emial' (did you mean 'notices.email'?)"),
            std::string::npos)
      << message;
}

TEST_F(ConfigTest, RefusesValuesOfAnotherTypeWhereverTheyComeFrom) {
  write("threads: many\nmemory_limit: [1]\nlog: info\n");
  const std::string in_file = failure(from_file());
  EXPECT_NE(in_file.find(":1:10: 'threads' must be a whole number, found 'many'"), std::string::npos) << in_file;
  EXPECT_NE(in_file.find("'memory_limit' must be a size such as 512MB or 4GiB, found a list"), std::string::npos);
  EXPECT_NE(in_file.find("'log' must be a mapping of keys, found 'info'"), std::string::npos) << in_file;
  EXPECT_NE(
      failure({.flags = {{"log.level", "debgu"}}})
          .find("--log.level: 'log.level' must be one of debug, info, warning, found 'debgu' (did you mean 'debug'?)"),
      std::string::npos);
  ConfigSources sources;
  sources.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "CAUDAL_NOTICES_ENABLED") return "yes";
    return std::nullopt;
  };
  EXPECT_NE(
      failure(sources).find("environment variable CAUDAL_NOTICES_ENABLED: 'notices.enabled' must be true or false"),
      std::string::npos);
}

TEST_F(ConfigTest, AMissingFileThatWasAskedForIsAnError) {
  EXPECT_NE(failure(from_file()).find(file().string()), std::string::npos);
}

TEST_F(ConfigTest, SecretsAreNeverShown) {
  write("notices: {email: {password: hunter2}}\n");
  const Config config = unwrap(Config::load(kKeys, from_file()));
  EXPECT_EQ(config.text("notices.email.password"), "hunter2");
  for (const auto& entry : config.entries()) EXPECT_EQ(entry.value.find("hunter2"), std::string::npos);
}

TEST(ParseBytes, KnowsDecimalAndBinaryUnits) {
  EXPECT_EQ(parse_bytes("0"), 0U);
  EXPECT_EQ(parse_bytes("512"), 512U);
  EXPECT_EQ(parse_bytes("512B"), 512U);
  EXPECT_EQ(parse_bytes("4k"), 4'000U);
  EXPECT_EQ(parse_bytes("512 MB"), 512'000'000U);
  EXPECT_EQ(parse_bytes("512MiB"), 512ULL << 20);
  EXPECT_EQ(parse_bytes("3gib"), 3ULL << 30);
  for (const char* wrong : {"", "MB", "-1", "1.5GB", "1XB", "1 2", "99999999999999999999", "99999999PB", "1GiBs"}) {
    EXPECT_EQ(parse_bytes(wrong), std::nullopt) << wrong;
  }
}

TEST(ConfigReference, ListsEachKeyWithItsVariableAndDefault) {
  const std::string text = config_reference(kKeys);
  EXPECT_NE(text.find("| `memory_limit` | `CAUDAL_MEMORY_LIMIT` | `2GiB` | Memory for one query. |\n"),
            std::string::npos);
  EXPECT_NE(
      text.find("| `log.level` | `CAUDAL_LOG_LEVEL` | `info` | What is logged. One of `debug`, `info`, `warning`. |\n"),
      std::string::npos)
      << text;
}

}  // namespace
}  // namespace caudal
