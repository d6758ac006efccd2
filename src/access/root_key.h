// SPDX-License-Identifier: Apache-2.0
// The root key in its file, in the form of AWS's shared credentials, so that AWS_SHARED_CREDENTIALS_FILE can name it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "access/entropy.h"
#include "access/secret.h"
#include "base/result.h"

namespace caudal::access {

struct RootKey {
  std::string access_key_id;
  Secret secret;
  bool made = false;  // just now
};

// Nothing when there is no such file. Errors: too_open, corrupt.
Result<std::optional<RootKey>> read_root_key(const std::filesystem::path& file);

// Reads it, or makes it. Errors: too_open, corrupt.
Result<RootKey> open_root_key(const std::filesystem::path& file, const Entropy& entropy);

// Whether a preset key is one: an id of 3 to 128 letters, digits and underscores, a secret of 8 to 128 printable
// characters without spaces. Errors: invalid_name.
Result<void> check_preset(std::string_view access_key_id, const Secret& secret);

}  // namespace caudal::access
