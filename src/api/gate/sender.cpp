// SPDX-License-Identifier: Apache-2.0
#include "api/gate/sender.h"

#include <string>

namespace caudal::api {

access::Circumstances sender_of(const Visit& visit) {
  const http::Request& from = visit.request();
  access::Circumstances circumstances;
  circumstances.now = from.received_at;
  circumstances.source_ip = from.peer_address;
  circumstances.secure_transport = from.tls;
  if (const auto agent = from.headers.find("User-Agent")) circumstances.add("aws:UserAgent", std::string(*agent));
  return circumstances;
}

}  // namespace caudal::api
