// SPDX-License-Identifier: Apache-2.0
// root.credentials.
#include "access/root_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "access/ascii.h"
#include "access/errors.h"
#include "access/private_file.h"

namespace caudal::access {
namespace {

constexpr std::string_view kId = "aws_access_key_id = ";
constexpr std::string_view kSecret = "aws_secret_access_key = ";

std::optional<std::string_view> value_after(std::string_view content, std::string_view name) {
  const size_t at = content.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  content.remove_prefix(at + name.size());
  return content.substr(0, content.find_first_of("\r\n"));
}

}  // namespace

Result<std::optional<RootKey>> read_root_key(const std::filesystem::path& file) {
  const auto content = TRY(read_private_file(file));
  if (!content) return std::nullopt;
  const auto id = value_after(content->reveal(), kId);
  const auto secret = value_after(content->reveal(), kSecret);
  if (!id || !secret || !check_preset(*id, Secret(*secret))) {
    return Error{Errc::corrupt,
                 fmt::format("{} does not hold a key; restore it from a backup, or remove it to get a new root key",
                             file.string())};
  }
  return RootKey{std::string(*id), Secret(*secret), false};
}

Result<RootKey> open_root_key(const std::filesystem::path& file, const Entropy& entropy) {
  if (auto kept = TRY(read_root_key(file))) return *std::move(kept);
  RootKey key{make_id("AKIA", entropy), make_secret(entropy), true};
  std::string text =
      fmt::format("# The root key of this Caudal. Whoever reads it may do everything.\n[default]\n{}{}\n{}{}\n", kId,
                  key.access_key_id, kSecret, key.secret.reveal());
  const auto written = write_private_file(file, text);
  wipe(text);
  if (!written) return written.error();
  return key;
}

Result<void> check_preset(std::string_view access_key_id, const Secret& secret) {
  const bool good_id =
      access_key_id.size() >= 3 && access_key_id.size() <= 128 && std::ranges::all_of(access_key_id, [](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
      });
  if (!good_id) {
    return Error{Errc::invalid_name, "the preset root access key id must be 3 to 128 letters, digits and underscores"};
  }
  const std::string_view text = secret.reveal();
  if (text.size() < 8 || text.size() > 128 || !std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; })) {
    return Error{Errc::invalid_name,
                 "the preset root secret access key must be 8 to 128 printable characters without spaces; 40 random "
                 "ones are good"};
  }
  return {};
}

}  // namespace caudal::access
