// SPDX-License-Identifier: Apache-2.0
// When objects, their old versions and unfinished uploads have lived long enough. Only the rules and their arithmetic,
// as S3 has them; lifecycle_sweep.h acts on them, and the document that they are written in is a door's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "objects/multipart.h"
#include "objects/object.h"

namespace caudal::objects {

// What a rule is about: all that is given must hold.
struct LifecycleFilter {
  std::string prefix = {};
  Texts tags = {};  // the object has each of them
  std::optional<uint64_t> larger_than_bytes = {};
  std::optional<uint64_t> smaller_than_bytes = {};
};

// A delete marker has neither tags nor a size: rules that ask for any leave it alone. So do they with uploads.
struct LifecycleRule {
  std::string id = {};
  bool is_enabled = true;
  LifecycleFilter filter = {};
  // The current version: after so many days, or from that moment on. Where versions are kept it is hidden, else
  // removed. A delete marker that has no versions left below it is removed after as many days.
  std::optional<uint32_t> expire_days = {};
  std::optional<Timestamp> expire_at = {};
  bool remove_expired_markers = false;  // ... or at once
  // Versions that are not current: so many days after another took their place, beyond so many newer ones of them.
  std::optional<uint32_t> noncurrent_days = {};
  uint32_t noncurrent_kept = 0;
  // Uploads that were begun so many days ago.
  std::optional<uint32_t> abort_upload_days = {};
};

// A version in its place among the others of its key.
struct VersionFacts {
  const ObjectInfo& info;
  // Of a version that is not the latest:
  Timestamp noncurrent_since = {};  // when the one above it came
  uint64_t newer_noncurrent = 0;    // how many lie between it and the latest
};

// `days` after `since`, at the end of that day in UTC: S3 acts at midnights.
Timestamp midnight_after(Timestamp since, uint32_t days);

// Whether a rule says that this version has to go. A delete marker only if it is the latest: whether there are versions
// below it is left to the caller.
bool is_due(const std::vector<LifecycleRule>& rules, const VersionFacts& version, Timestamp now);
bool is_due(const std::vector<LifecycleRule>& rules, const UploadInfo& upload, Timestamp now);

// When a current object will go, and by which rule: the earliest.
struct Expiration {
  Timestamp at;
  std::string rule;
};
std::optional<Expiration> expiration_of(const std::vector<LifecycleRule>& rules, const ObjectInfo& info);

// What all keys that the rules are about begin with.
std::string common_prefix(const std::vector<LifecycleRule>& rules);

}  // namespace caudal::objects
