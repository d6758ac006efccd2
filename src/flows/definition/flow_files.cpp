// SPDX-License-Identifier: Apache-2.0
// Reading the files of a flow's folder, and nothing outside of it.
#include "flows/definition/flow_files.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "base/check.h"
#include "base/file.h"

namespace caudal::flows {

std::optional<std::string> FlowFiles::text(const std::string& name, const TextPlace& named_at, Mistakes& mistakes) {
  const std::filesystem::path path(name);
  bool inside = !name.empty() && path.is_relative() && name.size() <= 255;
  for (const std::filesystem::path& part : path) inside = inside && part != "..";
  if (!inside) {
    mistakes.add(named_at, fmt::format("'{}' must be a file inside the flow's folder", name.substr(0, 80)));
    return std::nullopt;
  }
  std::error_code ignored;  // a size that cannot be had leaves the error to the reading
  const uintmax_t size_bytes = std::filesystem::file_size(folder_ / path, ignored);
  if (!ignored && size_bytes > yaml::kLargestFileBytes) {
    mistakes.add({shown(name)}, fmt::format("larger than {} bytes", yaml::kLargestFileBytes));
    return std::nullopt;
  }
  Result<std::string> content = read_file(folder_ / path);
  if (!content) {
    mistakes.add(named_at, fmt::format("cannot read '{}': {}", name, content.error().message));
    return std::nullopt;
  }
  contents_[name] = *content;
  return *std::move(content);
}

std::optional<yaml::Node> FlowFiles::yaml(const std::string& name, const TextPlace& named_at, Mistakes& mistakes) {
  const auto content = text(name, named_at, mistakes);
  return content ? yaml::parse(*content, shown(name), mistakes) : std::nullopt;
}

std::string FlowFiles::version() const {
  std::string all;
  for (const auto& [name, content] : contents_)
    all += fmt::format("{}:{}\n{}:{}\n", name.size(), name, content.size(), content);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  size_t size_bytes = 0;
  CHECK(EVP_Q_digest(nullptr, "SHA256", nullptr, all.data(), all.size(), digest.data(), &size_bytes) == 1,
        "SHA-256 is not to be had");
  std::string hex;
  for (size_t i = 0; i < 8; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace caudal::flows
