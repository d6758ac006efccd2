// SPDX-License-Identifier: Apache-2.0
#include "http/tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>

#include "http/errors.h"

namespace caudal::http {
namespace {

Error tls_error(std::string_view doing, const std::filesystem::path& path) {
  char reason[256] = "no reason given";
  if (const unsigned long code = ERR_get_error(); code != 0) ERR_error_string_n(code, reason, sizeof reason);
  ERR_clear_error();
  return Error{Errc::invalid_configuration, fmt::format("{}: {} ({})", path.string(), doing, reason)};
}

// Of the protocols that a client offers, only this one is spoken.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  constexpr std::string_view kHttp11 = "\x08http/1.1";
  const std::string_view list(reinterpret_cast<const char*>(offered), offered_size);
  for (size_t at = 0; at < list.size(); at += static_cast<unsigned char>(list[at]) + size_t{1}) {
    if (!list.substr(at).starts_with(kHttp11)) continue;
    *out = offered + at + 1;
    *out_size = static_cast<unsigned char>(kHttp11.size() - 1);
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

void FreeTlsSession::operator()(ssl_st* session) const { SSL_free(session); }

Result<TlsServer::Context> TlsServer::load(const TlsFiles& files) {
  ERR_clear_error();
  const Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (context == nullptr) return tls_error("TLS cannot be set up", files.certificate);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Idle connections hold no buffers; a write that was cut short may go on from another address.
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_alpn_select_cb(context.get(), &choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return tls_error("not a certificate chain in PEM form", files.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return tls_error("not a private key in PEM form that goes with the certificate", files.key);
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) {
    return tls_error("the private key does not go with the certificate", files.key);
  }
  return context;
}

Result<std::unique_ptr<TlsServer>> TlsServer::open(const TlsFiles& files) {
  Context context = TRY(load(files));
  return std::unique_ptr<TlsServer>(new TlsServer(files, std::move(context)));
}

Result<void> TlsServer::reload() {
  Context fresh = TRY(load(files_));
  MutexLock lock(mutex_);
  context_ = std::move(fresh);
  return {};
}

TlsSession TlsServer::session(int descriptor) {
  MutexLock lock(mutex_);
  TlsSession session(SSL_new(context_.get()));  // counts a reference to the context
  if (session == nullptr || SSL_set_fd(session.get(), descriptor) != 1) return nullptr;
  SSL_set_accept_state(session.get());
  return session;
}

}  // namespace caudal::http
