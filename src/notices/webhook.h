// SPDX-License-Identifier: Apache-2.0
// Notices to a chat's incoming webhook (Slack's form).
#pragma once

#include <memory>

#include "notices/channel.h"
#include "notices/configuration.h"

namespace caudal::notices {

class WebhookChannel final : public Channel {
 public:
  // Errc::invalid_configuration. Connects to nothing yet.
  static Result<std::unique_ptr<WebhookChannel>> open(const WebhookConfiguration& configuration);
  std::string name() const override { return configuration_.name; }
  Result<std::string> send(const Notice& notice, const std::string& token, std::chrono::milliseconds timeout,
                           std::stop_token stop) override;

 private:
  explicit WebhookChannel(WebhookConfiguration configuration) : configuration_(std::move(configuration)) {}
  const WebhookConfiguration configuration_;
};

}  // namespace caudal::notices
