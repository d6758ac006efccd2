// SPDX-License-Identifier: Apache-2.0
// From a stream of bytes to a body that only lacks its row: small ones in memory, larger ones as a staged blob, hashed
// while they are written. Inside room objects only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "objects/blobs.h"
#include "objects/body_threads.h"
#include "objects/byte_source.h"
#include "objects/key_ring.h"
#include "objects/object.h"
#include "objects/rows.h"

namespace caudal::objects {

struct StagedBody {
  Body body;                         // kNone when there are no bytes
  std::string inline_bytes;          // of an inline body
  std::unique_ptr<StagedBlob> blob;  // of a blob; its bytes and name are on disk already
  uint64_t size_bytes = 0;
  Digests digests;
  // Of a body that was hashed in parts these, and the ETag; see parallel_writer.h. Then there is no MD5.
  Layout parts;
  std::string etag;
  // An inline body whose ETag is left to its commit; see late_etag.h. Then there is no MD5 either.
  bool lacks_etag = false;
};

enum class Inlining {
  kAllowed,  // up to kInlineBytes
  kNever,
};

struct BodyRules {
  Inlining inlining = Inlining::kAllowed;
  bool encrypt = false;
  KeyRing* keys = nullptr;  // needed to encrypt
  Timestamp now = {};       // for the ids of rows
  bool late_etag = false;   // it may be left to the commit, where nothing asks for it before
};

struct BodyPlaces {
  Blobs& blobs;
  BodyThreads& threads;
};

// Reads `source` to its end, with at most BodyPipeline::kMostBuffers in memory, and computes the digests that `options`
// asks for or expects. Errors: those of the source, of the disk and of the keys; checksum_mismatch.
Result<StagedBody> write_body(const BodyPlaces& places, ByteSource& source, const PutOptions& options,
                              const BodyRules& rules);

// As above for a finished local file, which becomes the blob by a second name. Only on the file system of the blobs.
Result<StagedBody> adopt_body(const BodyPlaces& places, const std::filesystem::path& path, const PutOptions& options);

// What is to be computed, and what is expected besides.
std::vector<ChecksumAlgorithm> wanted_algorithms(const PutOptions& options);
// Errors: checksum_mismatch.
Result<void> check_expectations(const StagedBody& staged, const PutOptions& options);

}  // namespace caudal::objects
