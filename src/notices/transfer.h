// SPDX-License-Identifier: Apache-2.0
// One transfer by libcurl, bounded in time and interruptible, with its failures told apart: worth another attempt or
// not. The only place of this room that sees curl's types, with transfer.cpp.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace caudal::notices {

// Set up, perform once, throw away. Not thread-safe.
class Transfer {
 public:
  Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  // Everything that must not show in an error; replaced by "***".
  void hide(const std::string& secret);
  // Certificates to trust beside none else; empty: the system's.
  void trust(const std::string& ca_file);

  // POST of JSON to http:// or https://, no redirects. Errc::refused_now for 408, 429 and 5xx, Errc::rejected for every
  // other status but 2xx, with the beginning of the answer.
  Result<void> post_json(const std::string& url, std::string_view body, std::chrono::milliseconds timeout,
                         std::stop_token stop);

  struct MailEnvelope {
    std::string url;  // smtp:// or smtps://
    bool must_start_tls = false;
    std::string user = {};
    std::string password = {};
    std::string from = {};
    std::vector<std::string> to = {};
  };
  // The recipients that the server refused while taking the message for others, with its words; usually none.
  // Errc::refused_now for a 4xx answer, Errc::rejected for 5xx, wrong passwords and certificates.
  Result<std::vector<std::string>> send_mail(const MailEnvelope& envelope, std::string_view message,
                                             std::chrono::milliseconds timeout, std::stop_token stop);

 private:
  struct State;
  Result<void> perform(std::chrono::milliseconds timeout, std::stop_token stop);
  std::unique_ptr<State> state_;
};

}  // namespace caudal::notices
