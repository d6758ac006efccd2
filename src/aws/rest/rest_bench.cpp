// SPDX-License-Identifier: Apache-2.0
// What finding the operation of a request and reading its input costs.
#include <benchmark/benchmark.h>

#include "aws/generated/s3/objects.h"
#include "aws/generated/s3/operations.h"
#include "aws/rest/rest_service.h"
#include "aws/uri.h"

namespace caudal::aws {
namespace {

struct Call {};

void route_and_decode_put(benchmark::State& state) {
  RestDispatcher<Call> dispatcher(s3::service());
  dispatcher.on(s3::operations::kPutObject, [](Call&, const s3::PutObjectRequest&) -> Outcome<s3::PutObjectOutput> {
    return s3::PutObjectOutput{.etag = "\"900150983cd24fb0d6963f7d28e17f72\""};
  });
  const std::vector<Header> headers = {{"content-length", "4096"},
                                       {"content-type", "application/octet-stream"},
                                       {"host", "127.0.0.1:4280"},
                                       {"x-amz-user-agent", "aws-sdk-js/3.1000.0"},
                                       {"user-agent", "aws-sdk-js/3.1000.0 ua/2.1 os/linux#6.1 lang/js"},
                                       {"amz-sdk-invocation-id", "8d5a3cf5-6c3f-4a6e-9a5e-8d1f3e2c9b10"},
                                       {"amz-sdk-request", "attempt=1; max=3"},
                                       {"x-amz-checksum-crc32", "AAAAAA=="},
                                       {"x-amz-sdk-checksum-algorithm", "CRC32"},
                                       {"x-amz-date", "20130524T000000Z"},
                                       {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"},
                                       {"authorization", "AWS4-HMAC-SHA256 ..."}};
  Call call;
  for (auto _ : state) {
    RestRequest request{.head = {.method = "PUT", .target = "/b/a/key?x-id=PutObject", .headers = headers},
                        .bucket = "b",
                        .key = "a/key"};
    request.parameters = query_parameters(request.head.query());
    const auto route = find_route(s3::service(), request);
    const auto reply = dispatcher.call(**route, request, {}, call);
    CHECK(reply.has_value(), "answers");
  }
}
BENCHMARK(route_and_decode_put);

}  // namespace
}  // namespace caudal::aws
