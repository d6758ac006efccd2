// SPDX-License-Identifier: Apache-2.0
#include "api/s3/reply.h"

#include "aws/error_reply.h"

namespace caudal::api::s3 {
namespace {

// Bodies up to this size go out with their head in one piece.
constexpr uint64_t kSmallBytes = uint64_t{64} << 10;
constexpr size_t kPieceBytes = size_t{256} << 10;

}  // namespace

void Reply::take(Call& call) {
  status_ = call.status;
  headers_.insert(headers_.end(), std::make_move_iterator(call.headers.begin()),
                  std::make_move_iterator(call.headers.end()));
  content_ = std::move(call.content);
  content_length_ = call.content_length;
}

void Reply::forget_content() {
  status_ = 0;
  headers_.clear();
  content_.reset();
  content_length_.reset();
}

http::ResponseHead Reply::head_of(int status, const std::vector<std::pair<std::string, std::string>>& headers) const {
  http::ResponseHead head{.status = status};
  constexpr size_t kUsualBytes = 320;
  head.headers.reserve(headers.size() + headers_.size() + 1, kUsualBytes);
  for (const auto& [name, value] : headers) head.headers.add(name, value);
  for (const auto& [name, value] : headers_) head.headers.add(name, value);
  head.headers.add("Server", "Caudal");
  return head;
}

void Reply::send(Outcome<aws::RestReply> outcome) {
  if (!outcome) return send_error(outcome.error());
  aws::RestReply& reply = *outcome;
  for (auto& header : aws::s3_headers(visit_.id)) reply.headers.push_back(std::move(header));
  // Of an object the handler knows better, but for the pages of errors.
  const int status = status_ != 0 && reply.status == 200 ? status_ : reply.status;
  visit_.record.status = status;
  http::ResponseHead head = head_of(status, reply.headers);
  if (content_) return send_content(std::move(head));
  http::ResponseWriter& response = visit_.exchange.response();
  if (content_length_) {
    // To HEAD: the length is told, and the body that never comes is not written.
    if (noted(response.start(std::move(head), *content_length_))) (void)response.finish();
    return;
  }
  visit_.record.bytes_out = reply.body.size();
  noted(response.send(std::move(head), std::move(reply.body)));
}

bool Reply::noted(const Result<void>& sent) {
  if (sent) return true;
  // Whoever asked may be gone by now. A head that HTTP cannot carry, though, is our own fault; the server says 500.
  if (sent.error().is(ErrorClass::kCancelled)) return false;
  visit_.record.failure = sent.error().to_string();
  if (!visit_.exchange.response().started()) visit_.record.status = 500;
  return false;
}

void Reply::send_error(const ServiceError& error) {
  visit_.record.status = error.status;
  visit_.record.error = error.code;
  aws::RestReply reply = aws::s3_error_reply(error, visit_.request().path, visit_.id);
  if (!http::status_has_body(error.status) || visit_.request().method == "HEAD") {
    std::erase_if(reply.headers, [](const auto& header) { return header.first == "Content-Type"; });
    reply.body.clear();
  }
  visit_.record.bytes_out = reply.body.size();
  (void)visit_.exchange.response().send(head_of(reply.status, reply.headers), std::move(reply.body));
}

void Reply::send_content(http::ResponseHead head) {
  http::ResponseWriter& response = visit_.exchange.response();
  if (auto whole = content_->take_whole()) {
    visit_.record.bytes_out = whole->size();
    noted(response.send(std::move(head), *std::move(whole)));
    return;
  }
  const uint64_t length_bytes = content_->length_bytes();
  std::string piece(std::min<uint64_t>(length_bytes, length_bytes <= kSmallBytes ? kSmallBytes : kPieceBytes), '\0');
  if (length_bytes <= kSmallBytes) {
    size_t filled = 0;
    while (filled < piece.size()) {
      const auto got = content_->read(piece.data() + filled, piece.size() - filled);
      if (!got || *got == 0) {
        visit_.record.failure = got ? "the body ended early" : got.error().to_string();
        return send_error(in_s3_words({Errc::corrupt, ""}, {}));
      }
      filled += *got;
    }
    visit_.record.bytes_out = piece.size();
    noted(response.send(std::move(head), std::move(piece)));
    return;
  }
  if (!noted(response.start(std::move(head), length_bytes))) return;
  for (uint64_t sent = 0; sent < length_bytes;) {
    const auto got = content_->read(piece.data(), piece.size());
    if (!got || *got == 0) {
      visit_.record.failure = got ? "the body ended early" : got.error().to_string();
      return response.abort();
    }
    if (!response.write({piece.data(), *got})) return;
    sent += *got;
    visit_.record.bytes_out = sent;
  }
  (void)response.finish();
}

}  // namespace caudal::api::s3
