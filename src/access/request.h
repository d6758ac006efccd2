// SPDX-License-Identifier: Apache-2.0
// What is asked, as policies see it: an action on a resource, and the circumstances that conditions and variables name.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace caudal::access {

// The circumstances of one request. A door fills it once; decide() adds what it knows of the identity (aws:username,
// aws:userid, aws:PrincipalArn, aws:PrincipalAccount, aws:PrincipalType) by itself. Not thread-safe while it is filled.
class Circumstances {
 public:
  Timestamp now = {};             // aws:CurrentTime, aws:EpochTime
  std::string source_ip = {};     // aws:SourceIp; empty: not known
  bool secure_transport = false;  // aws:SecureTransport

  // One more value of `key`: "s3:prefix", "s3:ExistingObjectTag/team", "dynamodb:LeadingKeys", "aws:UserAgent". Keys
  // are compared without regard to case; a key never added is absent, which conditions tell from empty.
  void add(std::string_view key, std::string value);

  // For decide().
  struct Entry {
    std::string key;  // lower case
    std::string value;
  };
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

struct Request {
  std::string_view action;    // "s3:GetObject", "dynamodb:PutItem"
  std::string_view resource;  // "arn:aws:s3:::bucket/key", "arn:aws:s3:::bucket", "*" for an action on no resource
  const Circumstances& circumstances;
};

}  // namespace caudal::access
