// SPDX-License-Identifier: Apache-2.0
// Where unguessable bytes come from, and the texts that are made of them: access keys, secrets, ids of users.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "access/secret.h"

namespace caudal::access {

// Answers that many bytes. Thread-safe.
using Entropy = std::function<std::string(size_t size_bytes)>;
// The operating system's.
Entropy system_entropy();

// `prefix`, then upper-case letters and digits of base 32 up to 20 characters: "AKIA" for access keys, "AIDA" for
// users.
std::string make_id(std::string_view prefix, const Entropy& entropy);
// 40 characters of base64's alphabet: 240 bits.
Secret make_secret(const Entropy& entropy);

}  // namespace caudal::access
