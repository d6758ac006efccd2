// SPDX-License-Identifier: Apache-2.0
// What is known of buckets, and the documents that are kept with them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace caudal::objects {

// The numbers are stored.
enum class Versioning : uint8_t { kOff = 0, kEnabled = 1, kSuspended = 2 };

struct BucketInfo {
  std::string name;
  Timestamp created;
  Versioning versioning = Versioning::kOff;
  std::string owner = {};     // as it was given
  std::string region = {};    // as it was given
  bool encrypts = false;      // it has a setting kEncryption, so that objects are encrypted unless they say otherwise
  bool keeps_events = false;  // it has a setting kNotification, so that what happens in it is queued; see events.h
};

// Settings are documents whose form is their readers' business; here they only have a kind, of 1 to 64 of a-z 0-9 -,
// and at most kMaxSettingBytes. Two kinds mean something to the store by being there: kNotification and kEncryption.
namespace settings {
inline constexpr std::string_view kPolicy = "policy";
inline constexpr std::string_view kCors = "cors";
inline constexpr std::string_view kLifecycle = "lifecycle";
inline constexpr std::string_view kWebsite = "website";
inline constexpr std::string_view kNotification = "notification";
inline constexpr std::string_view kEncryption = "encryption";
inline constexpr std::string_view kTagging = "tagging";
inline constexpr std::string_view kOwnership = "ownership";
inline constexpr std::string_view kPublicAccess = "public-access";
inline constexpr std::string_view kAcl = "acl";
inline constexpr std::string_view kLogging = "logging";
inline constexpr std::string_view kRequestPayment = "request-payment";
}  // namespace settings

inline constexpr size_t kMaxSettingBytes = size_t{1} << 20;

using Settings = std::map<std::string, std::string, std::less<>>;  // by kind

struct BucketOptions {
  std::string owner = {};
  std::string region = {};
  Settings settings = {};
};

// One page of buckets, in order of name.
struct ListBucketsRequest {
  std::string prefix = {};
  std::string region = {};                       // only these; empty: of all
  std::optional<std::string> continuation = {};  // ListBucketsPage::next of the page before
  uint32_t max_buckets = 10'000;
};

struct ListBucketsPage {
  std::vector<BucketInfo> buckets;
  std::optional<std::string> next;  // nothing: this was the last page
};

}  // namespace caudal::objects
