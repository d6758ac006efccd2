// SPDX-License-Identifier: Apache-2.0
// The message that tells a destination of an event, in the form that S3 gives it (event message structure,
// version 2.1).
#pragma once

#include <string>
#include <string_view>

#include "objects/events.h"

namespace caudal::api::s3 {

// JSON: {"Records":[{...}]}. `subscription`: the id of the configuration that wants it.
std::string event_message(const objects::Event& event, std::string_view subscription, std::string_view region);

}  // namespace caudal::api::s3
