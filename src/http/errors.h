// SPDX-License-Identifier: Apache-2.0
// Errors of room `http`: of a server that cannot start, of an exchange with a client, and of requests sent out.
#pragma once

#include "base/result.h"

namespace caudal::http {

enum class Errc {
  invalid_configuration = 1,
  cannot_listen,      // the address is in use, not this machine's, or not allowed
  invalid_message,    // the handler or caller asked for a head that HTTP cannot carry; nothing was sent
  malformed_body,     // the peer broke the framing of the body
  body_too_large,     // the body passes the limit
  peer_gone,          // the other side closed or reset the connection
  too_slow,           // the other side moves bytes below the least rate
  deadline_exceeded,  // the time for the whole request is over
  shutting_down,      // the server is being stopped
  unreachable,        // client: no connection, or it broke before the answer was whole
  tls_failed,         // client: the certificate is not to be trusted, or TLS could not be agreed upon
  answer_too_large,   // client: more than the caller wanted to take
  cancelled,          // client: the caller's stop token, source or sink said so
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::http

template <>
struct std::is_error_code_enum<caudal::http::Errc> : std::true_type {};
