// SPDX-License-Identifier: Apache-2.0
// One request and its answer, as a handler sees them. No body is ever held in memory whole unless the handler does so:
// a reader takes bytes from the connection only when asked, and a writer waits until the client takes them.
//
//   void hello(Exchange& exchange) {                                            // a Handler
//     (void)exchange.response().send({.status = 200}, "hello\n");               // the client may be gone by now
//   }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "http/request.h"
#include "http/response.h"

namespace caudal::http {

// The body of a request. Used by one thread at a time. Blocking, except in an asynchronous handler.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // At least one byte and up to `size_bytes` (> 0) of the body into `out`; 0 at its end. The first read sends
  // "100 Continue" to a client that waits for it. Errc::malformed_body, body_too_large, peer_gone, too_slow,
  // deadline_exceeded, shutting_down; after an error every read answers the same, and the connection closes after the
  // answer.
  virtual Result<size_t> read(char* out, size_t size_bytes) = 0;
  // What of the body can be read without waiting and without a copy, for an asynchronous handler all of it. Does not
  // count as read.
  virtual std::string_view buffered() const = 0;
  // Of a chunked body, once read() has answered 0.
  virtual const Headers& trailers() const = 0;
};

// The rest of the body, at most `limit_bytes`, else Errc::body_too_large.
Result<std::string> read_all(BodyReader& body, uint64_t limit_bytes);

// The answer: either send() alone, or start(), then write() and send_file() as often as wanted, then finish(). Used by
// one thread at a time. An error of class kCancelled (peer_gone, too_slow, deadline_exceeded, shutting_down) means that
// nobody listens any more: stop and return. To HEAD, and with statuses that have no body, the head is sent as if for
// GET and the bytes are left out.
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;
  // The whole answer at once; never waits for the client. Errc::invalid_message: nothing was sent, try another head.
  // Any thread.
  virtual Result<void> send(ResponseHead head, std::string body) = 0;
  // `length_bytes`: of the body; nothing: not known yet (chunked; to HTTP/1.0 until the connection closes). Errors as
  // of send(). The head goes out with the first bytes of the body.
  virtual Result<void> start(ResponseHead head, std::optional<uint64_t> length_bytes) = 0;
  // Waits until the client has room. Not from an asynchronous handler's threads, nor the next two.
  virtual Result<void> write(std::string_view bytes) = 0;
  // Bytes of an open file, without passing through this process's memory (but under TLS). An error of the file itself
  // (class kFailed) leaves an answer that cannot be finished.
  virtual Result<void> send_file(int descriptor, uint64_t offset, uint64_t length_bytes) = 0;
  // The end. Errc::invalid_message when the bytes were not as many as start() said; then, too, the connection breaks,
  // so that the client sees it. To HEAD they need not be written at all.
  virtual Result<void> finish() = 0;
  // Breaks the connection, so that no client takes what it got so far for the whole.
  virtual void abort() = 0;
  // Whether a head was given: no other can be.
  virtual bool started() const = 0;
};

// An exchange that is destroyed unanswered answers 500; one that is started and not finished is aborted.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const Request& request() const = 0;
  virtual BodyReader& body() = 0;
  virtual ResponseWriter& response() = 0;
  // Requested when the client is gone, the deadline is over or the server stops without waiting any longer. A client
  // that only closed its sending side looks gone, too: an answer is sent all the same. Thread-safe.
  virtual std::stop_token stop_token() const = 0;
  // Instead of the server's time for a request, counted from now; nothing: no end. Slow clients are bounded anyway.
  virtual void set_deadline(std::optional<std::chrono::milliseconds> from_now) = 0;
  // Has `job` run on a thread of the pool, before the requests that wait there and however many they are, since what it
  // is for has begun. The exchange is not destroyed before `job` is. Any thread. What `job` throws is logged, and who
  // waits is answered with a 500 where the exchange ends with it.
  virtual void on_pool(std::move_only_function<void()> job) = 0;
  // The same on the connection's network thread, which costs least, as nobody is woken for it that would not be in any
  // case: for a `job` that is short and never blocks.
  virtual void on_network(std::move_only_function<void()> job) = 0;

 private:
  friend void run_on_pool(std::unique_ptr<Exchange> exchange, std::function<void(Exchange&)> handler);
  virtual void move_to_pool(std::unique_ptr<Exchange> self, std::function<void(Exchange&)> handler) = 0;
};

// An ordinary function that may block, on a thread of the server's pool. What it throws becomes a 500.
using Handler = std::function<void(Exchange&)>;
// Called on a network thread: must not block. May keep the exchange and send() later from any thread; the exchange is
// done when it is destroyed.
using AsyncHandler = std::function<void(std::unique_ptr<Exchange>)>;

// Goes on with an exchange of an asynchronous handler where blocking is allowed; answers as overloaded when the pool
// has no room. Any thread.
void run_on_pool(std::unique_ptr<Exchange> exchange, Handler handler);

}  // namespace caudal::http
