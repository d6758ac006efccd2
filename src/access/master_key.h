// SPDX-License-Identifier: Apache-2.0
// The key under which secrets are sealed at rest: AES-256-GCM, with a nonce of its own for each. It lies in a file that
// its owner alone may read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "access/entropy.h"
#include "access/secret.h"
#include "base/result.h"

namespace caudal::access {

// Thread-safe.
class MasterKey {
 public:
  enum class Missing { kMake, kRefuse };

  // Errors: too_open, corrupt, wrong_master_key when it is missing and must not be made.
  static Result<MasterKey> open(const std::filesystem::path& file, Missing missing, Entropy entropy);
  // `key`: 32 bytes.
  MasterKey(Secret key, Entropy entropy) : key_(std::move(key)), entropy_(std::move(entropy)) {}

  // Nonce, ciphertext and tag. What is sealed for one `purpose` (a name that is not secret) opens for that alone, so
  // sealed values cannot be swapped between rows.
  std::string seal(std::string_view purpose, std::string_view plain) const;
  // Errors: wrong_master_key when it was sealed under another key, for another purpose, or was changed since.
  Result<Secret> unseal(std::string_view purpose, std::string_view sealed) const;

  // 32 bytes that follow from the key and `purpose`; they tell nothing about the key or about those of other purposes.
  Secret derive(std::string_view purpose) const;

 private:
  Secret key_;
  Entropy entropy_;
};

}  // namespace caudal::access
