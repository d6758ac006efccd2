// SPDX-License-Identifier: Apache-2.0
// The e-mail that a notice becomes.
#include "notices/email.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "notices/render.h"
#include "notices/transfer.h"

namespace caudal::notices {

Result<std::unique_ptr<EmailChannel>> EmailChannel::open(const EmailConfiguration& configuration) {
  TRY(check({.emails = {configuration}}));
  Mailbox from = TRY(parse_mailbox(configuration.from));
  std::vector<Mailbox> to;
  for (const std::string& text : configuration.to) to.push_back(TRY(parse_mailbox(text)));
  return std::unique_ptr<EmailChannel>(new EmailChannel(configuration, std::move(from), std::move(to)));
}

Result<std::string> EmailChannel::send(const Notice& notice, const std::string& token,
                                       std::chrono::milliseconds timeout, std::stop_token stop) {
  Mail mail{.from = from_,
            .to = to_,
            .subject = "[Caudal] " + headline(notice),
            .message_id = token + from_.address.substr(from_.address.find('@')),
            .date = notice.happened,
            .body = plain_text(notice)};
  // RFC 3834: no vacation replies, please.
  mail.headers.emplace_back("Auto-Submitted", "auto-generated");
  mail.headers.emplace_back("X-Caudal-Event", std::string(to_string(notice.event)));
  const bool tls = configuration_.security == EmailConfiguration::Security::kTls;
  Transfer::MailEnvelope envelope{
      .url = fmt::format("{}://{}:{}", tls ? "smtps" : "smtp", configuration_.host, configuration_.port),
      .must_start_tls = configuration_.security == EmailConfiguration::Security::kStartTls,
      .user = configuration_.user,
      .password = configuration_.password.reveal(),
      .from = from_.address};
  for (const Mailbox& mailbox : to_) envelope.to.push_back(mailbox.address);
  Transfer transfer;
  const std::string& password = configuration_.password.reveal();
  transfer.hide(password);
  if (!password.empty()) {
    // As they go over the wire: AUTH PLAIN and AUTH LOGIN.
    transfer.hide(to_base64(std::string(1, '\0') + configuration_.user + '\0' + password));
    transfer.hide(to_base64(password));
  }
  transfer.trust(configuration_.ca_file);
  const auto refused = transfer.send_mail(envelope, to_message(mail), timeout, std::move(stop));
  if (!refused) {
    return Error{refused.error().code,
                 fmt::format("{}:{}: {}", configuration_.host, configuration_.port, refused.error().message)};
  }
  if (refused->empty()) return std::string();
  return fmt::format("refused by {} for {} of {} recipients: {}", configuration_.host, refused->size(), to_.size(),
                     fmt::join(*refused, "; "));
}

}  // namespace caudal::notices
