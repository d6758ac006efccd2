// SPDX-License-Identifier: Apache-2.0
// How a notice reads: one line for subjects and logs, plain text for e-mail, JSON for a chat. All output is valid
// UTF-8, whatever the notice holds.
#pragma once

#include <string>
#include <string_view>

#include "notices/notice.h"

namespace caudal::notices {

// `text` without line breaks and other control characters (each becomes a space), at most `size_bytes` long, cut with
// an ellipsis.
std::string one_line(std::string_view text, size_t size_bytes);

// "invoices failed: title", or without a title "invoices failed". At most 200 bytes.
std::string headline(const Notice& notice);

// For an e-mail: facts in aligned columns, the error, the command. Lines end in "\n"; control characters are gone.
std::string plain_text(const Notice& notice);

// For the log, on one line: headline, run, facts as name=value, the first line of the error.
std::string log_line(const Notice& notice);

// {"text":…,"blocks":[…]}: Slack's form, which Mattermost and Rocket.Chat take as well. Held to Slack's limits (a
// header of 150 characters, a section of 3000, 10 fields a section); what is cut ends in an ellipsis.
std::string chat_json(const Notice& notice);

}  // namespace caudal::notices
