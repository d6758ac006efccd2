// SPDX-License-Identifier: Apache-2.0
// Layers of settings, checked as they are read.
#include "base/config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/mistakes.h"
#include "base/yaml.h"

namespace caudal {
namespace {

constexpr std::string_view kDefault = "default";

std::string_view expectation(ConfigType type) {
  switch (type) {
    case ConfigType::kText: return "text";
    case ConfigType::kPath: return "a path";
    case ConfigType::kWhole: return "a whole number";
    case ConfigType::kBytes: return "a size such as 512MB or 4GiB";
    case ConfigType::kBoolean: return "true or false";
    case ConfigType::kTexts: return "a list";
  }
  return "a value";
}

std::optional<int64_t> parse_whole(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    std::string_view part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// What is wrong with `text` as a value of `key`, or nothing.
std::optional<std::string> objection(const ConfigKey& key, const std::string& text) {
  if (!key.choices.empty()) {
    const auto choices = split(key.choices, '|');
    if (std::ranges::find(choices, text) != choices.end()) return std::nullopt;
    std::string words;
    for (const std::string& choice : choices) words += (words.empty() ? "" : ", ") + choice;
    return fmt::format("'{}' must be one of {}, found '{}'{}", key.name, words, text, did_you_mean(text, choices));
  }
  const bool fits = key.type == ConfigType::kWhole     ? parse_whole(text).has_value()
                    : key.type == ConfigType::kBytes   ? parse_bytes(text).has_value()
                    : key.type == ConfigType::kBoolean ? text == "true" || text == "false"
                                                       : true;
  if (fits) return std::nullopt;
  return fmt::format("'{}' must be {}, found '{}'", key.name, expectation(key.type), key.secret ? "(hidden)" : text);
}

// Walks the mappings of a file down to its values.
class FileReader {
 public:
  FileReader(std::span<const ConfigKey> keys, Mistakes& mistakes) : keys_(keys), mistakes_(mistakes) {}

  struct Found {
    const ConfigKey* key;
    const yaml::Node* node;
  };

  void read(const yaml::Node& node, const std::string& prefix) {
    if (node.is_null()) return;
    if (node.kind() != yaml::Node::Kind::kMapping) {
      const std::string what = prefix.empty() ? "the configuration" : "'" + prefix + "'";
      mistakes_.add(node.place(), what + " must be a mapping of keys, found " + node.describe());
      return;
    }
    for (const yaml::Node::Entry& entry : node.entries()) {
      const std::string name = prefix.empty() ? entry.key : prefix + "." + entry.key;
      const auto key = std::ranges::find(keys_, name, &ConfigKey::name);
      if (key != keys_.end()) {
        if (!entry.value.is_null()) found_.push_back({&*key, &entry.value});
      } else if (std::ranges::any_of(keys_, [&](const ConfigKey& k) { return k.name.starts_with(name + "."); })) {
        read(entry.value, name);
      } else {
        mistakes_.add(entry.place, fmt::format("unknown key '{}'{}", name, did_you_mean(name, names())));
      }
    }
  }
  const std::vector<Found>& found() const { return found_; }

 private:
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const ConfigKey& key : keys_) {
      all.emplace_back(key.name);
      for (size_t dot = key.name.find('.'); dot != std::string_view::npos; dot = key.name.find('.', dot + 1)) {
        all.emplace_back(key.name.substr(0, dot));
      }
    }
    return all;
  }

  std::span<const ConfigKey> keys_;
  Mistakes& mistakes_;
  std::vector<Found> found_;
};

}  // namespace

std::string environment_variable(std::string_view key) {
  std::string variable = "CAUDAL_";
  for (const char c : key) variable += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return variable;
}

std::optional<uint64_t> parse_bytes(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  std::string unit;
  for (const char* c = end; c != text.data() + text.size(); ++c) {
    if (*c != ' ' || !unit.empty()) unit += static_cast<char>(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
  }
  if (unit.ends_with('B')) unit.pop_back();
  if (unit.empty()) return value;
  constexpr std::string_view kPrefixes = "KMGTP";
  const size_t power = kPrefixes.find(unit[0]);
  const bool binary = unit.size() == 2 && unit[1] == 'I';
  if (power == std::string_view::npos || (unit.size() != 1 && !binary)) return std::nullopt;
  for (size_t step = 0; step <= power; ++step) {
    if (__builtin_mul_overflow(value, binary ? uint64_t{1024} : uint64_t{1000}, &value)) return std::nullopt;
  }
  return value;
}

void Config::set(const ConfigKey& key, std::string text, std::string source, const TextPlace& place,
                 Mistakes& mistakes) {
  if (auto wrong = objection(key, text)) mistakes.add(place, *std::move(wrong));
  std::vector<std::string> list = key.type == ConfigType::kTexts ? split(text, ',') : std::vector<std::string>();
  values_[std::string(key.name)] = {&key, std::move(text), std::move(list), std::move(source)};
}

void Config::load_file(const std::filesystem::path& file, Mistakes& mistakes) {
  std::error_code unknown;  // then the reading tells
  if (std::filesystem::file_size(file, unknown) == 0 && !unknown) {
    mistakes.add({file.string()}, "is empty, as if it were cut off; a file that sets nothing has a comment at least");
    return;
  }
  // Everything may be commented out, as in the file that the package installs.
  const auto root = yaml::parse_file(file, file.string(), mistakes, yaml::IfEmpty::kNull);
  if (!root) return;
  FileReader reader(keys_, mistakes);
  reader.read(*root, "");
  for (const auto& [key, node] : reader.found()) {
    const std::string what = fmt::format("'{}'", key->name);
    const std::string source = node->place().to_string();
    if (key->type == ConfigType::kTexts) {
      auto list = yaml::read_texts(*node, what, mistakes).value_or(std::vector<std::string>());
      set(*key, fmt::format("{}", fmt::join(list, ", ")), source, node->place(), mistakes);
      values_[std::string(key->name)].list = std::move(list);
    } else if (node->kind() != yaml::Node::Kind::kScalar) {
      mistakes.add(node->place(),
                   fmt::format("{} must be {}, found {}", what, expectation(key->type), node->describe()));
    } else {
      const bool from_folder = key->type == ConfigType::kPath && !node->scalar().empty();
      set(*key, from_folder ? (file.parent_path() / node->scalar()).string() : node->scalar(), source, node->place(),
          mistakes);
    }
  }
}

Result<Config> Config::load(std::span<const ConfigKey> keys, const ConfigSources& sources) {
  Config config;
  config.keys_ = keys;
  Mistakes mistakes;
  for (const ConfigKey& key : keys) config.set(key, std::string(key.otherwise), std::string(kDefault), {}, mistakes);
  if (sources.file) config.load_file(*sources.file, mistakes);
  for (const ConfigKey& key : keys) {
    const std::string variable = environment_variable(key.name);
    const auto value = sources.environment ? sources.environment(variable) : std::nullopt;
    if (value && !value->empty()) {
      config.set(key, *value, variable, {.file = "environment variable " + variable}, mistakes);
    }
  }
  for (const auto& [name, text] : sources.flags) {
    const auto key = std::ranges::find(keys, name, &ConfigKey::name);
    CHECK(key != keys.end(), "a flag sets a key that is not in the table: " + name);
    config.set(*key, text, "--" + name, {.file = "--" + name}, mistakes);
  }
  if (!mistakes.empty()) return mistakes.to_error();
  return config;
}

const Config::Value& Config::find(std::string_view name, ConfigType type) const {
  const auto found = values_.find(name);
  CHECK(found != values_.end(), fmt::format("there is no configuration key {}", name));
  CHECK(found->second.key->type == type, fmt::format("configuration key {} is of another type", name));
  return found->second;
}

const std::string& Config::text(std::string_view name) const { return find(name, ConfigType::kText).text; }
std::filesystem::path Config::path(std::string_view name) const { return find(name, ConfigType::kPath).text; }
int64_t Config::whole(std::string_view name) const { return *parse_whole(find(name, ConfigType::kWhole).text); }
uint64_t Config::bytes(std::string_view name) const { return *parse_bytes(find(name, ConfigType::kBytes).text); }
bool Config::boolean(std::string_view name) const { return find(name, ConfigType::kBoolean).text == "true"; }
std::vector<std::string> Config::texts(std::string_view name) const { return find(name, ConfigType::kTexts).list; }

bool Config::is_set(std::string_view name) const {
  const auto found = values_.find(name);
  CHECK(found != values_.end(), fmt::format("there is no configuration key {}", name));
  return found->second.source != kDefault;
}

std::vector<Config::Entry> Config::entries() const {
  std::vector<Entry> all;
  for (const ConfigKey& key : keys_) {
    const Value& value = values_.find(key.name)->second;
    const std::string hidden = value.text.empty() ? "" : "(set)";
    all.push_back({&key, key.secret ? hidden : value.text, value.source});
  }
  return all;
}

std::string config_reference(std::span<const ConfigKey> keys) {
  std::string text = "| key | environment | default | meaning |\n|---|---|---|---|\n";
  for (const ConfigKey& key : keys) {
    std::string meaning(key.description);
    if (!key.choices.empty()) {
      meaning += " One of";
      const char* separator = " ";
      for (const std::string& choice : split(key.choices, '|')) {
        meaning += separator + ("`" + choice + "`");
        separator = ", ";
      }
      meaning += ".";
    }
    const std::string otherwise = key.otherwise.empty() ? "" : fmt::format("`{}`", key.otherwise);
    text += fmt::format("| `{}` | `{}` | {} | {} |\n", key.name, environment_variable(key.name), otherwise, meaning);
  }
  return text;
}

}  // namespace caudal
