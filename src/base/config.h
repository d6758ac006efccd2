// SPDX-License-Identifier: Apache-2.0
// Settings: declared in one table, and read from flags, over environment, over a YAML file, over the defaults. Which
// settings there are is the program's business.
//
//   constexpr ConfigKey kKeys[] = {{"threads", ConfigType::kWhole, "0", "How many ..."}};
//   Config config = TRY(Config::load(kKeys, sources));
//   config.whole("threads");
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mistakes.h"
#include "base/result.h"

namespace caudal {

enum class ConfigType {
  kText,
  kPath,     // relative ones count from the file's folder when they stand in the file, else from the current folder
  kWhole,    // not negative
  kBytes,    // "512MB", "4 GiB", a bare number of bytes
  kBoolean,  // true or false
  kTexts,    // a list in the file; separated by commas elsewhere
};

struct ConfigKey {
  std::string_view name;  // "notices.email.host": nested mappings in the file, CAUDAL_NOTICES_EMAIL_HOST outside
  ConfigType type = ConfigType::kText;
  std::string_view otherwise = {};    // the default, as it would be written
  std::string_view description = {};  // one or two sentences
  bool secret = false;                // never shown
  std::string_view choices = {};      // "a|b|c" when only these are taken
};

struct ConfigSources {
  std::map<std::string, std::string> flags = {};  // by name of the key
  std::function<std::optional<std::string>(const std::string& variable)> environment = {};
  std::optional<std::filesystem::path> file = {};  // must exist when given
};

// Immutable once loaded. Every value was checked against its type, so the typed getters cannot fail; asking for a name
// that is not in the table, or with the getter of another type, breaks an invariant.
class Config {
 public:
  // `keys` must outlive the Config. The error lists every mistake, each with its place (class kUsage); unknown keys in
  // the file are refused with the nearest known one.
  static Result<Config> load(std::span<const ConfigKey> keys, const ConfigSources& sources);

  const std::string& text(std::string_view name) const;  // of kText
  std::filesystem::path path(std::string_view name) const;
  int64_t whole(std::string_view name) const;
  uint64_t bytes(std::string_view name) const;
  bool boolean(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  // Whether something other than the default gave it.
  bool is_set(std::string_view name) const;

  struct Entry {
    const ConfigKey* key = nullptr;
    std::string value = {};   // as written; "(set)" or "" for secrets
    std::string source = {};  // "--data", "CAUDAL_DATA", "caudal.yaml:3:7", "default"
  };
  std::vector<Entry> entries() const;  // in the order of the table

 private:
  struct Value {
    const ConfigKey* key = nullptr;
    std::string text = {};
    std::vector<std::string> list = {};  // of kTexts
    std::string source = {};
  };
  const Value& find(std::string_view name, ConfigType type) const;
  void set(const ConfigKey& key, std::string text, std::string source, const TextPlace& place, Mistakes& mistakes);
  void load_file(const std::filesystem::path& file, Mistakes& mistakes);
  std::map<std::string, Value, std::less<>> values_;
  std::span<const ConfigKey> keys_;
};

// "CAUDAL_NOTICES_EMAIL_HOST".
std::string environment_variable(std::string_view key);

// "512MB" is 512,000,000 and "512MiB" 536,870,912; letters in any case, "B" optional. Nothing when it is none.
std::optional<uint64_t> parse_bytes(std::string_view text);

// The table of keys as Markdown, for docs/configuration.md.
std::string config_reference(std::span<const ConfigKey> keys);

}  // namespace caudal
