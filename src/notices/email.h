// SPDX-License-Identifier: Apache-2.0
// Notices by e-mail: SMTP, plain, with STARTTLS or with TLS.
#pragma once

#include <memory>

#include "notices/channel.h"
#include "notices/configuration.h"
#include "notices/mime.h"

namespace caudal::notices {

class EmailChannel final : public Channel {
 public:
  // Errc::invalid_configuration. Connects to nothing yet.
  static Result<std::unique_ptr<EmailChannel>> open(const EmailConfiguration& configuration);
  std::string name() const override { return configuration_.name; }
  Result<std::string> send(const Notice& notice, const std::string& token, std::chrono::milliseconds timeout,
                           std::stop_token stop) override;

 private:
  EmailChannel(EmailConfiguration configuration, Mailbox from, std::vector<Mailbox> to)
      : configuration_(std::move(configuration)), from_(std::move(from)), to_(std::move(to)) {}
  const EmailConfiguration configuration_;
  const Mailbox from_;
  const std::vector<Mailbox> to_;
};

}  // namespace caudal::notices
