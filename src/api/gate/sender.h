// SPDX-License-Identifier: Apache-2.0
// What policies may ask about whoever sent a request, whichever door it is for.
#pragma once

#include "access/request.h"
#include "api/gate/visit.h"

namespace caudal::api {

// aws:CurrentTime, aws:SourceIp, aws:SecureTransport and aws:UserAgent.
access::Circumstances sender_of(const Visit& visit);

}  // namespace caudal::api
