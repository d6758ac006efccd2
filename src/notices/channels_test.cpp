// SPDX-License-Identifier: Apache-2.0
// E-mail and webhook against receivers on loopback that behave, and that do not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "notices/email.h"
#include "notices/errors.h"
#include "notices/render.h"
#include "notices/testing/line_server.h"
#include "notices/webhook.h"

namespace caudal::notices {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::seconds kEnough(20);
constexpr std::chrono::milliseconds kShort(200);

Notice notice() {
  return {.event = Event::kRefused, .flow = "invoices", .run = "run-1", .title = "ação", .facts = {{"rows", "10"}}};
}

template <class C, class Configuration>
Result<std::string> send(const Configuration& configuration, std::chrono::milliseconds timeout = kEnough,
                         std::stop_token stop = {}) {
  const auto channel = unwrap(C::open(configuration));
  return channel->send(notice(), "token", timeout, std::move(stop));
}

EmailConfiguration email_to(const SmtpReceiver& receiver) {
  return {.host = "127.0.0.1",
          .port = receiver.port(),
          .from = "Caudal <caudal@example.org>",
          .to = {"a@example.org", "B <b@example.org>"}};
}

void expect_error(const Result<std::string>& result, Errc code, const char* text) {
  ASSERT_FALSE(result.has_value()) << *result;
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_THAT(result.error().message, HasSubstr(text));
}

TEST(EmailChannel, DeliversToEveryRecipient) {
  const SmtpReceiver receiver({});
  EXPECT_EQ(unwrap(send<EmailChannel>(email_to(receiver))), "");
  const auto received = receiver.received();
  ASSERT_EQ(received.size(), 1u);
  EXPECT_THAT(received[0].from, HasSubstr("<caudal@example.org>"));
  EXPECT_EQ(received[0].to, (std::vector<std::string>{"a@example.org", "b@example.org"}));
  EXPECT_THAT(received[0].message,
              AllOf(HasSubstr("Message-ID: <token@example.org>\r\n"), HasSubstr("X-Caudal-Event: refused\r\n"),
                    HasSubstr("Auto-Submitted: auto-generated\r\n"), HasSubstr("rows  10\r\n")));
}

TEST(EmailChannel, LogsInWhenTold) {
  const SmtpReceiver receiver({.login = "AHJpc2NvAHNlZ3JlZG8xMjM="});  // "\0risco\0segredo123"
  EmailConfiguration email = email_to(receiver);
  email.user = "risco";
  email.password = Secret("segredo123");
  EXPECT_OK(send<EmailChannel>(email));
  EXPECT_EQ(receiver.received().size(), 1u);
}

TEST(EmailChannel, AWrongPasswordIsFinalAndIsNotShown) {
  const SmtpReceiver receiver({.login = "AHJpc2NvAHNlZ3JlZG8xMjM="});
  EmailConfiguration email = email_to(receiver);
  email.user = "risco";
  email.password = Secret("outro-segredo");
  const auto sent = send<EmailChannel>(email);
  expect_error(sent, Errc::rejected, "535 wrong user or password");
  EXPECT_THAT(sent.error().message, Not(HasSubstr("outro-segredo")));
  EXPECT_THAT(sent.error().message, Not(HasSubstr("AHJpc2NvAG91dHJvLXNlZ3JlZG8="))) << "nor encoded";
  EXPECT_TRUE(receiver.received().empty());
}

TEST(EmailChannel, TellsWhichRecipientWasRefusedAndReachesTheOthers) {
  const SmtpReceiver receiver({.refused_recipient = "a@example.org"});
  EXPECT_EQ(unwrap(send<EmailChannel>(email_to(receiver))),
            "refused by 127.0.0.1 for 1 of 2 recipients: a@example.org: 550 no such user");
  ASSERT_EQ(receiver.received().size(), 1u);
  EXPECT_EQ(receiver.received()[0].to, std::vector<std::string>{"b@example.org"});
}

TEST(EmailChannel, IsRejectedWhenNobodyIsLeft) {
  const SmtpReceiver receiver({.refused_recipient = "a@example.org"});
  EmailConfiguration email = email_to(receiver);
  email.to = {"a@example.org"};
  expect_error(send<EmailChannel>(email), Errc::rejected, "550 no such user");
}

TEST(EmailChannel, MayTryAgainWhenTheServerIsBusyGoneOrSlow) {
  const SmtpReceiver busy({.greetings = {"421 too busy"}});
  expect_error(send<EmailChannel>(email_to(busy)), Errc::refused_now, "421 too busy");
  const SmtpReceiver dropping({.drops_after_data = 1});
  expect_error(send<EmailChannel>(email_to(dropping)), Errc::unreachable, "127.0.0.1:");
  EXPECT_TRUE(dropping.received().empty());
  const SmtpReceiver silent({.silent = true});
  expect_error(send<EmailChannel>(email_to(silent), kShort), Errc::unreachable, "no end within 200 ms");
  EmailConfiguration closed = email_to(busy);
  closed.port = closed_port();
  expect_error(send<EmailChannel>(closed), Errc::unreachable, "127.0.0.1:");
}

TEST(EmailChannel, SaysNothingInTheClearWhenTlsIsAsked) {
  const SmtpReceiver receiver({});
  EmailConfiguration email = email_to(receiver);
  email.security = EmailConfiguration::Security::kStartTls;
  expect_error(send<EmailChannel>(email), Errc::rejected, "127.0.0.1:");
  EXPECT_TRUE(receiver.received().empty());
}

TEST(EmailChannel, StopsWhenAsked) {
  const SmtpReceiver silent({.silent = true});
  std::stop_source stop;
  stop.request_stop();
  expect_error(send<EmailChannel>(email_to(silent), kEnough, stop.get_token()), Errc::unreachable, "interrupted");
}

TEST(WebhookChannel, PostsTheChatsForm) {
  const HttpReceiver receiver({200});
  EXPECT_EQ(unwrap(send<WebhookChannel>(WebhookConfiguration{.url = Secret(receiver.url())})), "");
  ASSERT_EQ(receiver.bodies().size(), 1u);
  EXPECT_EQ(receiver.bodies()[0], chat_json(notice()));
  EXPECT_EQ(receiver.request_lines()[0], "POST /services/T0/B0/segredo HTTP/1.1");
}

TEST(WebhookChannel, TellsBusyFromUnwanted) {
  for (const int status : {408, 429, 500, 503}) {
    const HttpReceiver receiver({status}, "later");
    expect_error(send<WebhookChannel>(WebhookConfiguration{.url = Secret(receiver.url())}), Errc::refused_now,
                 (std::to_string(status) + ": later").c_str());
  }
  for (const int status : {302, 400, 403, 404, 410}) {
    const HttpReceiver receiver({status}, "no_service");
    expect_error(send<WebhookChannel>(WebhookConfiguration{.url = Secret(receiver.url())}), Errc::rejected,
                 (std::to_string(status) + ": no_service").c_str());
    EXPECT_EQ(receiver.bodies().size(), 1u) << "a redirect is not followed";
  }
}

TEST(WebhookChannel, NeverShowsItsAddress) {
  const HttpReceiver echo({404}, "no such hook: /services/T0/B0/segredo");
  const auto sent = send<WebhookChannel>(WebhookConfiguration{.url = Secret(echo.url())});
  expect_error(sent, Errc::rejected, "answered 404: no such hook: ***");
  const auto wrong = WebhookChannel::open({.url = Secret("hooks.example.org/segredo")});
  ASSERT_FALSE(wrong.has_value());
  EXPECT_THAT(wrong.error().message, Not(HasSubstr("segredo")));
}

TEST(WebhookChannel, MayTryAgainWhenNobodyAnswers) {
  const std::string gone = "http://127.0.0.1:" + std::to_string(closed_port()) + "/segredo";
  const auto sent = send<WebhookChannel>(WebhookConfiguration{.url = Secret(gone)});
  expect_error(sent, Errc::unreachable, "");
  EXPECT_THAT(sent.error().message, Not(HasSubstr("segredo")));
  const LineServer silent([](Peer& peer, int) { peer.wait_for_close(); });
  const std::string url = "http://127.0.0.1:" + std::to_string(silent.port()) + "/x";
  expect_error(send<WebhookChannel>(WebhookConfiguration{.url = Secret(url)}, kShort), Errc::unreachable,
               "no end within");
  const LineServer cut([](Peer& peer, int) { peer.write("HTTP/1.1 500 x\r\nContent-Length: 100\r\n\r\nhalf"); });
  const std::string cut_url = "http://127.0.0.1:" + std::to_string(cut.port()) + "/x";
  expect_error(send<WebhookChannel>(WebhookConfiguration{.url = Secret(cut_url)}), Errc::unreachable, "");
}

TEST(Configuration, SaysWhichKeyIsWrong) {
  const auto message = [](auto change) {
    Configuration configuration;
    configuration.emails = {{.host = "smtp.example.org", .from = "a@example.org", .to = {"b@example.org"}}};
    configuration.webhooks = {{.url = Secret("https://hooks.example.org/x")}};
    change(configuration);
    const auto checked = check(configuration);
    return checked ? std::string("accepted") : checked.error().message;
  };
  EXPECT_EQ(message([](Configuration&) {}), "accepted");
  EXPECT_THAT(message([](Configuration& c) { c.emails[0].host = "smtp.example.org/x"; }),
              HasSubstr("notices.email.host"));
  EXPECT_THAT(message([](Configuration& c) { c.emails[0].port = 0; }), HasSubstr("notices.email.port"));
  EXPECT_THAT(message([](Configuration& c) { c.emails[0].from = "nobody"; }),
              HasSubstr("notices.email.from: 'nobody'"));
  EXPECT_THAT(message([](Configuration& c) { c.emails[0].to.clear(); }), HasSubstr("notices.email.to: at least one"));
  EXPECT_THAT(message([](Configuration& c) { c.emails[0].to.push_back("x"); }), HasSubstr("notices.email.to: 'x'"));
  EXPECT_THAT(message([](Configuration& c) { c.emails[0].user = "u"; }), HasSubstr("both user and password"));
  EXPECT_THAT(message([](Configuration& c) { c.emails[0].user = "u\r\n"; }), HasSubstr("notices.email.user"));
  EXPECT_THAT(message([](Configuration& c) { c.emails[0].name = "log"; }),
              HasSubstr("notices.log: this name is taken"));
  EXPECT_THAT(message([](Configuration& c) { c.webhooks.push_back(c.webhooks[0]); }),
              HasSubstr("notices.chat: this name"));
  EXPECT_THAT(message([](Configuration& c) { c.webhooks[0].url = Secret("file:///etc/passwd"); }),
              HasSubstr("chat.url"));
  EXPECT_THAT(message([](Configuration& c) { c.retry.backoff.attempts = 0; }), HasSubstr("notices.retry.attempts"));
  EXPECT_THAT(message([](Configuration& c) { c.retry.attempt_timeout = {}; }), HasSubstr("attempt_timeout"));
  EXPECT_THAT(message([](Configuration& c) { c.queue_length = 0; }), HasSubstr("notices.queue_length"));
}

}  // namespace
}  // namespace caudal::notices
