// SPDX-License-Identifier: Apache-2.0
// A certificate that signs itself, for tests of TLS on loopback.
#pragma once

#include <filesystem>
#include <string>

#include "http/server_options.h"

namespace caudal::http {

// Writes certificate and key for 127.0.0.1 as PEM files into `directory`, in place of those of an earlier call.
// `common_name` tells certificates apart.
TlsFiles make_certificate(const std::filesystem::path& directory, const std::string& common_name);

}  // namespace caudal::http
