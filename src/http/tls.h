// SPDX-License-Identifier: Apache-2.0
// The server's certificate, and TLS sessions made from it. The only place that knows how OpenSSL is set up.
#pragma once

#include <memory>

#include "base/result.h"
#include "base/thread_annotations.h"
#include "http/server_options.h"

struct ssl_st;
struct ssl_ctx_st;

namespace caudal::http {

struct FreeTlsSession {
  void operator()(ssl_st* session) const;
};
using TlsSession = std::unique_ptr<ssl_st, FreeTlsSession>;

// Thread-safe.
class TlsServer {
 public:
  // Errc::invalid_configuration when a file cannot be read, is no PEM, or key and certificate do not belong together.
  static Result<std::unique_ptr<TlsServer>> open(const TlsFiles& files);
  // Reads the files again, for connections that come from now on. After an error everything goes on as before.
  Result<void> reload() CAUDAL_EXCLUDES(mutex_);
  // The server's side of a connection on `descriptor`, which stays the caller's. Null when there is no memory for it.
  TlsSession session(int descriptor) CAUDAL_EXCLUDES(mutex_);

 private:
  // Shared: a session keeps the context that it was made from alive, over a reload.
  using Context = std::shared_ptr<ssl_ctx_st>;
  TlsServer(TlsFiles files, Context context) : files_(std::move(files)), context_(std::move(context)) {}
  static Result<Context> load(const TlsFiles& files);

  const TlsFiles files_;
  Mutex mutex_;
  Context context_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::http
