// SPDX-License-Identifier: Apache-2.0
#include "app/settings.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::app {
namespace {

Environment environment(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

Arguments global_arguments() {
  Arguments arguments;
  arguments.declare("--data");
  arguments.declare("--config");
  return arguments;
}

TEST(Settings, DefaultsAreAllValid) { EXPECT_OK(Config::load(settings(), {})); }

TEST(DataDirectory, IsTheFlagThenTheVariableThenXdgThenHome) {
  Arguments arguments = global_arguments();
  const auto directory = [&](std::map<std::string, std::string> variables) {
    const Environment env = environment(std::move(variables));
    const Config config = unwrap(load_settings(arguments, env));
    return data_directory(config, env);
  };
  EXPECT_EQ(unwrap(directory({{"HOME", "/home/ana"}})), "/home/ana/.local/share/caudal");
  EXPECT_EQ(unwrap(directory({{"HOME", "/home/ana"}, {"XDG_DATA_HOME", "/x"}})), "/x/caudal");
  EXPECT_EQ(unwrap(directory({{"HOME", "/home/ana"}, {"XDG_DATA_HOME", "relative"}})), "/home/ana/.local/share/caudal");
  EXPECT_EQ(unwrap(directory({{"HOME", "/home/ana"}, {"CAUDAL_DATA", "/srv"}})), "/srv");
  EXPECT_EQ(directory({}).error().message,
            "there is no HOME to keep data in; say where with --data DIR or CAUDAL_DATA");
  arguments.add("--data", "/flag");
  EXPECT_EQ(unwrap(directory({{"CAUDAL_DATA", "/srv"}})), "/flag");
}

TEST(MemoryLimit, IsAShareOfTheMachineUnlessItIsSet) {
  constexpr uint64_t kGiB = uint64_t{1} << 30;
  const auto limit = [](uint64_t machine_bytes, std::map<std::string, std::string> variables = {}) {
    return memory_limit(unwrap(load_settings(global_arguments(), environment(std::move(variables)))), machine_bytes);
  };
  EXPECT_EQ(limit(64 * kGiB), 8 * kGiB);
  EXPECT_EQ(limit(24 * kGiB), 3 * kGiB);
  EXPECT_EQ(limit(8 * kGiB), 2 * kGiB);
  EXPECT_EQ(limit(4 * kGiB), 2 * kGiB);
  EXPECT_EQ(limit(1 * kGiB), kGiB / 2);
  EXPECT_EQ(limit(64 * kGiB, {{"CAUDAL_MEMORY_LIMIT", "5GiB"}}), 5 * kGiB);
  EXPECT_EQ(limit(4 * kGiB, {{"CAUDAL_MEMORY_LIMIT", "5GiB"}}), 5 * kGiB);
}

TEST(LoadSettings, TakesTheFileThatTheFlagOrTheVariableNames) {
  const TemporaryDirectory folder;
  ASSERT_OK(write_file_durably(folder.path() / "a.yaml", "threads: 3\n"));
  ASSERT_OK(write_file_durably(folder.path() / "b.yaml", "threads: 4\n"));
  const Environment env = environment({{"CAUDAL_CONFIG", (folder.path() / "b.yaml").string()}});
  Arguments arguments = global_arguments();
  EXPECT_EQ(unwrap(load_settings(arguments, env)).whole("threads"), 4);
  arguments.add("--config", (folder.path() / "a.yaml").string());
  EXPECT_EQ(unwrap(load_settings(arguments, env)).whole("threads"), 3);
}

TEST(LoadSettings, AFileThatWasNamedMustBeThere) {
  Arguments arguments = global_arguments();
  arguments.add("--config", "/nonexistent/caudal.yaml");
  const auto config = load_settings(arguments, environment({}));
  ASSERT_FALSE(config);
  EXPECT_TRUE(config.error().is(ErrorClass::kUsage));
  EXPECT_NE(config.error().message.find("/nonexistent/caudal.yaml"), std::string::npos);
}

TEST(FlowsDirectory, IsTheSettingWhenThereIsOne) {
  const Environment env = environment({{"CAUDAL_FLOWS", "/srv/flows"}});
  EXPECT_EQ(flows_directory(unwrap(load_settings(global_arguments(), env))), "/srv/flows");
}

TEST(NoticesConfiguration, HasTheChannelsThatTheSettingsName) {
  EXPECT_TRUE(notices_configuration(unwrap(load_settings(global_arguments(), environment({})))).emails.empty());
  const Environment env = environment({{"CAUDAL_NOTICES_EMAIL_HOST", "mail.example.org"},
                                       {"CAUDAL_NOTICES_EMAIL_PORT", "587"},
                                       {"CAUDAL_NOTICES_EMAIL_SECURITY", "starttls"},
                                       {"CAUDAL_NOTICES_EMAIL_FROM", "caudal@example.org"},
                                       {"CAUDAL_NOTICES_EMAIL_TO", "ana@example.org, rui@example.org"},
                                       {"CAUDAL_NOTICES_CHAT_URL", "https://chat.example.org/hook"},
                                       {"CAUDAL_NOTICES_ATTEMPTS", "2"}});
  const notices::Configuration configuration = notices_configuration(unwrap(load_settings(global_arguments(), env)));
  ASSERT_EQ(configuration.emails.size(), 1U);
  EXPECT_EQ(configuration.emails[0].host, "mail.example.org");
  EXPECT_EQ(configuration.emails[0].port, 587);
  EXPECT_EQ(configuration.emails[0].security, notices::EmailConfiguration::Security::kStartTls);
  EXPECT_EQ(configuration.emails[0].to, (std::vector<std::string>{"ana@example.org", "rui@example.org"}));
  ASSERT_EQ(configuration.webhooks.size(), 1U);
  EXPECT_EQ(configuration.webhooks[0].url.reveal(), "https://chat.example.org/hook");
  EXPECT_EQ(configuration.retry.backoff.attempts, 2);
  EXPECT_OK(notices::check(configuration));
}

}  // namespace
}  // namespace caudal::app
