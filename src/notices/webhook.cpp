// SPDX-License-Identifier: Apache-2.0
// The request that a notice becomes. Chats know no message ids, so the token is not sent.
#include "notices/webhook.h"

#include "notices/render.h"
#include "notices/transfer.h"

namespace caudal::notices {

Result<std::unique_ptr<WebhookChannel>> WebhookChannel::open(const WebhookConfiguration& configuration) {
  TRY(check({.webhooks = {configuration}}));
  return std::unique_ptr<WebhookChannel>(new WebhookChannel(configuration));
}

Result<std::string> WebhookChannel::send(const Notice& notice, const std::string& /*token*/,
                                         std::chrono::milliseconds timeout, std::stop_token stop) {
  const std::string& url = configuration_.url.reveal();
  Transfer transfer;
  transfer.hide(url);
  const size_t path = url.find('/', url.find("://") + 3);
  if (path != std::string::npos && path + 1 < url.size()) transfer.hide(url.substr(path));
  transfer.trust(configuration_.ca_file);
  TRY(transfer.post_json(url, chat_json(notice), timeout, std::move(stop)));
  return std::string();
}

}  // namespace caudal::notices
