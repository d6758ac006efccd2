// SPDX-License-Identifier: Apache-2.0
// Any request (a line of method, bucket, key and query, lines of headers, an empty line, a body) is refused, or means
// one operation whose input can be read or is refused with an error that a client is to blame for.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "aws/generated/s3/listings.h"
#include "aws/generated/s3/multipart.h"
#include "aws/generated/s3/objects.h"
#include "aws/generated/s3/operations.h"
#include "aws/generated/s3/settings.h"
#include "aws/uri.h"

namespace {

using namespace caudal::aws;

std::string_view take_until(std::string_view& text, char end) {
  const size_t at = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

struct Call {};

// A handler for everything that takes an input: its answer is written, too.
template <class Input, class Output>
void offer(RestDispatcher<Call>& dispatcher, const RestOperation<Input, Output>& operation) {
  dispatcher.on(operation, [](Call&, const Input&) -> Outcome<Output> { return Output(); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  RestRequest request;
  request.head.method = take_until(text, ' ');
  request.bucket = take_until(text, ' ');
  request.key = take_until(text, ' ');
  request.parameters = query_parameters(take_until(text, '\n'));
  std::vector<Header> headers;
  while (!text.empty() && text.front() != '\n') {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_until(line, ':');
    headers.push_back({name, line});
  }
  request.head.headers = headers;
  const auto route = find_route(s3::service(), request);
  if (!route) {
    CHECK(route.error().status == 405 || route.error().status == 400, "the client's mistake");
    return 0;
  }
  RestDispatcher<Call> dispatcher(s3::service());
  namespace o = s3::operations;
  offer(dispatcher, o::kPutObject);
  offer(dispatcher, o::kGetObject);
  offer(dispatcher, o::kCopyObject);
  offer(dispatcher, o::kDeleteObjects);
  offer(dispatcher, o::kGetObjectAttributes);
  offer(dispatcher, o::kListObjectsV2);
  offer(dispatcher, o::kUploadPart);
  offer(dispatcher, o::kCompleteMultipartUpload);
  offer(dispatcher, o::kPutBucketLifecycleConfiguration);
  Call call;
  const auto reply = dispatcher.call(**route, request, text, call);
  CHECK(reply.has_value() || reply.error().status == 400 || reply.error().status == 501, "the client's mistake");
  return 0;
}
