// SPDX-License-Identifier: Apache-2.0
#include "items/remote/caller.h"

#include <fmt/format.h>

#include <charconv>
#include <stop_token>

#include "aws/generated/dynamodb/operations.h"
#include "aws/sigv4_sign.h"
#include "base/crc.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "http/errors.h"

namespace caudal::items::remote {
namespace {

constexpr int kOk = 200;
// More than any answer: a page has 1 MB of items, which in JSON can take several times that.
constexpr uint64_t kMostAnswerBytes = uint64_t{64} << 20;

Result<std::string> host_of(const std::string& endpoint) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!endpoint.starts_with(scheme)) continue;
    std::string host = endpoint.substr(scheme.size());
    if (host.ends_with('/')) host.pop_back();
    if (!host.empty() && host.find_first_of("/?#@ ") == std::string::npos) return host;
  }
  return Error{Errc::invalid_request, fmt::format("\"{}\" is no endpoint; give its scheme, host and port, as in "
                                                  "https://dynamodb.sa-east-1.amazonaws.com or http://127.0.0.1:8000",
                                                  endpoint)};
}

// Whether the body is what was sent. Not every endpoint has the header.
bool is_whole(const http::ClientResponse& answer) {
  const auto told = answer.headers.find("x-amz-crc32");
  if (!told) return true;
  uint32_t checksum = 0;
  const auto [end, error] = std::from_chars(told->data(), told->data() + told->size(), checksum);
  return error == std::errc() && end == told->data() + told->size() && checksum == crc32(0, answer.body);
}

}  // namespace

Result<std::unique_ptr<Caller>> Caller::open(RemoteOptions options, Clock& clock, uint64_t seed) {
  const std::string host = TRY(host_of(options.endpoint));
  options.endpoint.resize(options.endpoint.find("://") + 3);
  options.endpoint += host;
  http::ClientOptions client;
  client.ca_file = options.ca_file;
  auto opened = TRY(http::Client::open(client, clock, seed));
  return std::unique_ptr<Caller>(new Caller(std::move(options), clock, seed, std::move(opened)));
}

Caller::Caller(RemoteOptions options, Clock& clock, uint64_t seed, std::unique_ptr<http::Client> client)
    : options_(std::move(options)),
      host_(options_.endpoint.substr(options_.endpoint.find("://") + 3)),
      clock_(clock),
      client_(std::move(client)),
      random_(seed) {}

Result<http::ClientResponse> Caller::post(std::string_view operation, const std::string& body, Repeat repeat) const {
  const std::string target = fmt::format("{}.{}", aws::dynamodb::service().target_prefix, operation);
  const std::vector<aws::Header> own = {
      {"Host", host_}, {"Content-Type", "application/x-amz-json-1.0"}, {"X-Amz-Target", target}};
  const aws::SignedHead head = aws::sign({.method = "POST", .target = "/", .headers = own}, options_.credentials,
                                         {.dialect = aws::Dialect::kJson,
                                          .region = options_.region,
                                          .service = "dynamodb",
                                          .at = clock_.now(),
                                          .payload_hash = to_hex(view(sha256(body)))});
  http::ClientRequest request{.method = "POST",
                              .url = options_.endpoint + "/",
                              .body = body,
                              .max_body_bytes = kMostAnswerBytes,
                              .timeout = options_.timeout,
                              .retry = http::Retry::kNever,
                              .on_fresh_connection = repeat == Repeat::kNever};
  for (const aws::Header& header : own) request.headers.add(header.name, header.value);
  for (const auto& [name, value] : head.headers) request.headers.add(name, value);
  return client_->send(request);
}

Result<std::variant<std::string, Refusal>> Caller::send(std::string_view operation, const std::string& body,
                                                        Repeat repeat) const {
  bool is_unsure = false;  // one of the attempts may have done it
  for (int attempt = 1;; ++attempt) {
    Result<http::ClientResponse> answer = post(operation, body, repeat);
    if (!answer && answer.error().code != http::Errc::unreachable) {
      return std::move(answer).error();
    }
    if (!answer || !is_whole(*answer)) {
      const Error error =
          lost(operation, answer ? "its answer was damaged on the way" : answer.error().message, repeat);
      if (repeat == Repeat::kNever) return error;
      is_unsure = true;
      TRY(wait_after(attempt, error));
      continue;
    }
    if (answer->status == kOk) return std::variant<std::string, Refusal>(std::move(answer->body));
    Refusal refusal = read_refusal(answer->status, std::move(answer->body));
    const Meaning meaning = meaning_of(refusal);
    if (meaning == Meaning::kFinal) return std::variant<std::string, Refusal>(std::move(refusal));
    if (meaning == Meaning::kUnknown && repeat == Repeat::kNever) return lost(operation, refusal.message, repeat);
    is_unsure |= meaning == Meaning::kUnknown;
    TRY(wait_after(attempt, is_unsure && repeat == Repeat::kByToken ? lost(operation, refusal.message, repeat)
                                                                    : error_of(operation, refusal)));
  }
}

Result<void> Caller::wait_after(int attempt, const Error& last) const {
  std::optional<std::chrono::milliseconds> delay;
  {
    const MutexLock lock(mutex_);
    delay = delay_after(options_.retries, attempt, random_);
  }
  if (!delay) return last;
  clock_.wait_until(clock_.now() + *delay, std::stop_token());
  return {};
}

Error Caller::lost(std::string_view operation, std::string_view why, Repeat repeat) const {
  if (repeat == Repeat::kSafe) {
    return Error{Errc::unavailable, fmt::format("{} does not answer {}: {}", options_.endpoint, operation, why)};
  }
  return Error{Errc::outcome_unknown,
               fmt::format("{} did not answer {}, and whether it happened is not known: {}; look before asking again",
                           options_.endpoint, operation, why)};
}

Error Caller::unreadable(std::string_view operation, std::string_view why, Repeat repeat) const {
  return lost(operation, fmt::format("its answer cannot be read ({})", why), repeat);
}

}  // namespace caudal::items::remote
