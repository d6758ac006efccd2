// SPDX-License-Identifier: Apache-2.0
// For the test that holds our reading and writing of S3's messages against botocore's.
//
//   s3_codec_check requests <file     reads requests and says, a line of JSON each, which operation and input they are:
//                                     method, target, number of headers, each as "name:value", bytes of body; body
//   s3_codec_check answers SEED       makes answers of every operation, a line of JSON each, with what they should say
#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <iterator>
#include <string>

#include "aws/generated/s3/buckets.h"
#include "aws/generated/s3/listings.h"
#include "aws/generated/s3/multipart.h"
#include "aws/generated/s3/objects.h"
#include "aws/generated/s3/operations.h"
#include "aws/generated/s3/settings.h"
#include "aws/json/json_codec.h"
#include "aws/json/json_writer.h"
#include "aws/rest/rest_service.h"
#include "aws/testing/random_values.h"
#include "aws/uri.h"
#include "base/encoding.h"

namespace {

using namespace caudal;
using namespace caudal::aws;

struct Call {
  Random random;
  std::string said;  // JSON of the input, or of the output
};

template <class T>
std::string said(const T& value) {
  if constexpr (std::is_same_v<T, NoInput> || std::is_same_v<T, NoOutput>)
    return "{}";
  else
    return to_json(value);
}

template <class T>
T made_up(Random& random) {
  T value{};
  if constexpr (!std::is_same_v<T, NoOutput>) {
    testing::fill(shape_of<T>(), &value, random);
    for (const Member& member : shape_of<T>().members) {
      // To us a text, to clients a time.
      if (member.name == "Expires") *static_cast<std::string*>(make(&value, member)) = "Fri, 24 May 2013 00:00:00 GMT";
    }
  }
  return value;
}

template <class Input, class Output>
void offer(RestDispatcher<Call>& dispatcher, bool answers, const RestOperation<Input, Output>& operation) {
  dispatcher.on(operation, [answers](Call& call, const Input& input) -> Outcome<Output> {
    Output output = answers ? made_up<Output>(call.random) : Output();
    call.said = answers ? said(output) : said(input);
    return output;
  });
}

void offer_all(RestDispatcher<Call>& dispatcher, bool answers) {
  namespace o = s3::operations;
  const auto all = [&](const auto&... operations) { (offer(dispatcher, answers, operations), ...); };
  all(o::kAbortMultipartUpload, o::kCompleteMultipartUpload, o::kCopyObject, o::kCreateBucket,
      o::kCreateMultipartUpload, o::kDeleteBucket, o::kDeleteBucketCors, o::kDeleteBucketEncryption,
      o::kDeleteBucketLifecycle, o::kDeleteBucketOwnershipControls, o::kDeleteBucketPolicy, o::kDeleteBucketTagging,
      o::kDeleteBucketWebsite, o::kDeleteObject, o::kDeleteObjectTagging, o::kDeleteObjects,
      o::kDeletePublicAccessBlock, o::kGetBucketAcl, o::kGetBucketCors, o::kGetBucketEncryption,
      o::kGetBucketLifecycleConfiguration, o::kGetBucketLocation, o::kGetBucketNotificationConfiguration,
      o::kGetBucketOwnershipControls, o::kGetBucketPolicy, o::kGetBucketPolicyStatus, o::kGetBucketTagging,
      o::kGetBucketVersioning, o::kGetBucketWebsite, o::kGetObject, o::kGetObjectAcl, o::kGetObjectAttributes,
      o::kGetObjectTagging, o::kGetPublicAccessBlock, o::kHeadBucket, o::kHeadObject, o::kListBuckets,
      o::kListMultipartUploads, o::kListObjectVersions, o::kListObjects, o::kListObjectsV2, o::kListParts,
      o::kPutBucketAcl, o::kPutBucketCors, o::kPutBucketEncryption, o::kPutBucketLifecycleConfiguration,
      o::kPutBucketNotificationConfiguration, o::kPutBucketOwnershipControls, o::kPutBucketPolicy, o::kPutBucketTagging,
      o::kPutBucketVersioning, o::kPutBucketWebsite, o::kPutObject, o::kPutObjectAcl, o::kPutObjectTagging,
      o::kPutPublicAccessBlock, o::kUploadPart, o::kUploadPartCopy);
}

size_t to_number(const std::string& text) {
  size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string answer_to(const RestDispatcher<Call>& dispatcher, RestRequest request, const std::string& body) {
  const std::string path = uri_decoded(request.head.path()).substr(1);
  const size_t slash = std::min(path.find('/'), path.size());
  request.bucket = path.substr(0, slash);
  request.key = path.substr(std::min(slash + 1, path.size()));
  request.parameters = query_parameters(request.head.query());
  const auto route = find_route(s3::service(), request);
  if (!route) return fmt::format(R"({{"operation":"{}"}})", route.error().code);
  Call call{.random = Random(1), .said = {}};
  const auto reply = dispatcher.call(**route, request, body, call);
  if (!reply) return fmt::format(R"({{"operation":"{}","refused":"{}"}})", (*route)->name, reply.error().code);
  return fmt::format(R"({{"operation":"{}","input":{}}})", (*route)->name, call.said);
}

void read_requests(std::istream& in, std::ostream& out) {
  RestDispatcher<Call> dispatcher(s3::service());
  offer_all(dispatcher, false);
  std::string method, target, line;
  while (std::getline(in, method) && std::getline(in, target)) {
    std::getline(in, line);
    std::vector<std::string> lines(to_number(line));
    for (std::string& one : lines) std::getline(in, one);
    std::vector<Header> headers;
    for (const std::string_view one : lines) {
      const size_t colon = std::min(one.find(':'), one.size());
      headers.push_back({one.substr(0, colon), one.substr(std::min(colon + 1, one.size()))});
    }
    std::getline(in, line);
    std::string body(to_number(line), '\0');
    in.read(body.data(), static_cast<std::streamsize>(body.size()));
    in.ignore();
    RestRequest request{.head = {.method = method, .target = target, .headers = headers}};
    out << answer_to(dispatcher, std::move(request), body) << '\n';  // tidy: allow(print): the program's output
  }
}

void make_answers(uint64_t seed, std::ostream& out) {
  RestDispatcher<Call> dispatcher(s3::service());
  offer_all(dispatcher, true);
  Call call{.random = Random(seed), .said = {}};
  for (const RestRoute& route : s3::service().routes) {
    if (route.index == kNotOffered) continue;
    // An input that every operation accepts is not at hand; the encoder is asked directly.
    std::vector<Header> headers = {{"x-amz-object-attributes", "ETag"}, {"x-amz-copy-source", "a/b"}};
    RestRequest request{
        .head = {.method = route.method, .target = "/b/k", .headers = headers}, .bucket = "b", .key = "k"};
    for (const Member& member : route.input->members) {
      if (member.required && member.place == Place::kQuery) request.parameters.emplace_back(member.name, "1");
    }
    std::string body;
    for (const Member& member : route.input->members) {
      if (member.place != Place::kPayload || route.request_body != Body::kXml || !member.required) continue;
      body =
          std::string(
              "<R><Object><Key>k</Key></Object><Rule><Status>Enabled</Status><ObjectOwnership>x</ObjectOwnership>")
              .append("</Rule><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule>")
              .append("<TagSet></TagSet></R>");
    }
    const auto reply = dispatcher.call(route, request, body, call);
    std::string line = fmt::format(R"({{"operation":"{}")", route.name);
    if (!reply) {
      line += fmt::format(R"(,"refused":"{}")", reply.error().code);
    } else {
      line += fmt::format(R"(,"status":{},"body":"{}","said":{},"headers":[)", reply->status, to_base64(reply->body),
                          call.said);
      for (const auto& [name, value] : reply->headers) {
        line.append(line.ends_with('[') ? "[" : ",[");
        append_json(line, std::string_view(name));
        line.append(",");
        append_json(line, std::string_view(value));
        line.append("]");
      }
      line.append("]");
    }
    out << line << "}\n";  // tidy: allow(print): the program's output
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "requests") read_requests(std::cin, std::cout);  // tidy: allow(print): the program's output
  if (mode == "answers" && argc > 2) make_answers(to_number(argv[2]), std::cout);  // tidy: allow(print): as above
  return mode == "requests" || mode == "answers" ? 0 : 2;
}
