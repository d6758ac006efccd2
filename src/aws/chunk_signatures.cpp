// SPDX-License-Identifier: Apache-2.0
#include "aws/chunk_signatures.h"

#include "base/encoding.h"

namespace caudal::aws {

std::string ChunkSignatures::extend(std::string_view kind, std::string_view hashes) {
  std::string text(kind);
  text.append(1, '\n').append(chain_.time).append(1, '\n').append(chain_.scope.to_string()).append(1, '\n');
  text.append(chain_.signature).append(1, '\n').append(hashes);
  chain_.signature = signature_of(chain_.signing_key, text);
  return chain_.signature;
}

std::string ChunkSignatures::next(const Sha256& sha256_of_chunk) {
  std::string hashes(kEmptySha256);
  hashes.push_back('\n');
  append_hex(hashes, view(sha256_of_chunk));
  return extend("AWS4-HMAC-SHA256-PAYLOAD", hashes);
}

std::string ChunkSignatures::of_trailers(std::string_view trailers) {
  return extend("AWS4-HMAC-SHA256-TRAILER", to_hex(view(sha256(trailers))));
}

}  // namespace caudal::aws
