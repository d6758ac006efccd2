// SPDX-License-Identifier: Apache-2.0
#include "api/s3/address.h"

#include <algorithm>

#include "api/s3/text.h"
#include "aws/uri.h"

namespace caudal::api::s3 {
namespace {

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

std::string website_name(const std::string& domain) {
  return domain.starts_with("s3.") ? "s3-website" + domain.substr(2) : "s3-website." + domain;
}

}  // namespace

Addresses::Addresses(std::vector<std::string> domains) {
  for (const std::string& domain : domains) {
    const std::string name = lower(domain);
    suffixes_.push_back({"." + name, false});
    if (!name.starts_with("s3.")) suffixes_.push_back({".s3." + name, false});
    suffixes_.push_back({"." + website_name(name), true});
  }
  std::ranges::sort(suffixes_, std::ranges::greater{}, [](const Suffix& suffix) { return suffix.text.size(); });
}

Address Addresses::of(std::string_view host, std::string_view path) const {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::string name = lower(without_port(host));
  for (const Suffix& suffix : suffixes_) {
    if (name.size() <= suffix.text.size() || !name.ends_with(suffix.text)) continue;
    std::string bucket = name.substr(0, name.size() - suffix.text.size());
    // "s3.localhost" with the domain "localhost" is the server, not a bucket called "s3".
    if (bucket == "s3") break;
    return {.bucket = std::move(bucket), .key = aws::uri_decoded(path), .website = suffix.website};
  }
  const size_t slash = path.find('/');
  Address address{.bucket = aws::uri_decoded(path.substr(0, slash))};
  if (slash != std::string_view::npos) address.key = aws::uri_decoded(path.substr(slash + 1));
  return address;
}

}  // namespace caudal::api::s3
