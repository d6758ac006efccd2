// SPDX-License-Identifier: Apache-2.0
#include "notices/notifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "notices/errors.h"
#include "notices/testing/line_server.h"

namespace caudal::notices {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using State = Outcome::State;

constexpr std::chrono::seconds kEnough(30);

// Answers each attempt from a script (the last answer again and again), after a gate was opened.
class ScriptedChannel final : public Channel {
 public:
  struct Attempt {
    std::string title;
    std::string token;
  };
  struct Shared {
    std::mutex mutex;
    std::condition_variable_any changed;
    bool open = true;
    std::vector<Attempt> attempts = {};

    void set_open(bool value) {
      {
        const std::lock_guard lock(mutex);
        open = value;
      }
      changed.notify_all();
    }
    void wait_for_attempts(size_t count) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return attempts.size() >= count; });
    }
    size_t count() {
      const std::lock_guard lock(mutex);
      return attempts.size();
    }
  };

  ScriptedChannel(std::string name, std::vector<Result<std::string>> answers, Shared& shared)
      : name_(std::move(name)), answers_(std::move(answers)), shared_(shared) {}
  std::string name() const override { return name_; }
  Result<std::string> send(const Notice& notice, const std::string& token, std::chrono::milliseconds /*timeout*/,
                           std::stop_token stop) override {
    std::unique_lock lock(shared_.mutex);
    shared_.attempts.push_back({notice.title, token});
    shared_.changed.notify_all();
    if (!shared_.changed.wait(lock, stop, [&] { return shared_.open; })) return Error{Errc::unreachable, "interrupted"};
    return answers_[std::min(sent_++, answers_.size() - 1)];
  }

 private:
  const std::string name_;
  const std::vector<Result<std::string>> answers_;
  Shared& shared_;
  size_t sent_ = 0;
};

Error busy() { return Error{Errc::refused_now, "busy"}; }
Error rejected() { return Error{Errc::rejected, "unwanted"}; }

class Notifiers : public testing::Test {
 protected:
  std::unique_ptr<Notifier> open(std::vector<Result<std::string>> answers, size_t queue_length = 100) {
    std::vector<std::unique_ptr<Channel>> channels;
    channels.push_back(std::make_unique<ScriptedChannel>("chat", std::move(answers), chat_));
    return open(std::move(channels), queue_length);
  }
  std::unique_ptr<Notifier> open(std::vector<std::unique_ptr<Channel>> channels, size_t queue_length = 100) {
    RetryPolicy retry;
    retry.backoff = {
        .attempts = 3, .first_delay = std::chrono::seconds(1), .factor = 3, .max_delay = std::chrono::hours(1)};
    return std::make_unique<Notifier>(std::move(channels), retry, queue_length, clock_, logger(), 42);
  }
  Logger logger() {
    return [this](LogLevel level, std::string_view line) {
      log_ += (level == LogLevel::kError ? "E " : level == LogLevel::kWarning ? "W " : "I ");
      log_ += std::string(line) + "\n";
    };
  }
  static Notice notice(std::string title = "t") {
    return {.flow = "invoices", .run = "run-1", .title = std::move(title)};
  }

  std::string log_;  // outlives the notifier, whose threads write to it; read after flush() or its end
  ManualClock clock_{Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 2 / 1))};
  ScriptedChannel::Shared chat_;
  ScriptedChannel::Shared email_;
};

TEST_F(Notifiers, DeliverAndReport) {
  const auto notifier = open({std::string()});
  EXPECT_EQ(notifier->notify(notice()), 1u);
  EXPECT_EQ(notifier->notify(notice()), 2u);
  const auto outcomes = notifier->flush(kEnough);
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[0].notice, 1u);
  EXPECT_EQ(outcomes[0].channel, "chat");
  EXPECT_EQ(outcomes[0].run, "run-1");
  EXPECT_EQ(outcomes[0].state, State::kDelivered);
  EXPECT_EQ(outcomes[0].attempts, 1);
  EXPECT_TRUE(notifier->flush(kEnough).empty()) << "each outcome is told once";
  EXPECT_THAT(log_, AllOf(HasSubstr("E invoices failed: t run=run-1\n"),
                          HasSubstr("I notice 'invoices failed' delivered by chat (1 attempt)\n")));
}

TEST_F(Notifiers, TryAgainWithGrowingDelaysAndOneToken) {
  const auto notifier = open({busy(), busy(), std::string("refused for b@example.org")});
  notifier->notify(notice());
  chat_.wait_for_attempts(1);
  clock_.advance(std::chrono::milliseconds(999));
  // Each advance may come before or after the sending thread begins to wait, so only what must happen is awaited.
  clock_.advance(std::chrono::seconds(10));
  while (chat_.count() < 3) clock_.advance(std::chrono::seconds(1));
  const auto outcomes = notifier->flush(kEnough);
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].state, State::kDelivered);
  EXPECT_EQ(outcomes[0].attempts, 3);
  EXPECT_EQ(outcomes[0].error, "refused for b@example.org");
  EXPECT_EQ(chat_.attempts[0].token, chat_.attempts[2].token);
  EXPECT_EQ(chat_.attempts[0].token.size(), 32u);
  EXPECT_THAT(log_, AllOf(HasSubstr("W notice by chat: attempt 1 failed: busy; the next in 1.0 s\n"),
                          HasSubstr("attempt 2 failed: busy; the next in 3.0 s\n"),
                          HasSubstr("W notice 'invoices failed' delivered by chat (3 attempts); refused for b@")));
}

TEST_F(Notifiers, GiveUpAfterTheLastAttempt) {
  const auto notifier = open({busy()});
  notifier->notify(notice());
  while (chat_.count() < 3) clock_.advance(std::chrono::seconds(1));
  const auto outcomes = notifier->flush(kEnough);
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].state, State::kUndelivered);
  EXPECT_EQ(outcomes[0].attempts, 3);
  EXPECT_EQ(outcomes[0].error, "busy");
  EXPECT_THAT(log_, HasSubstr("E notice 'invoices failed' NOT delivered by chat (3 attempts): busy\n"));
}

TEST_F(Notifiers, DoNotRepeatWhatIsUnwanted) {
  const auto notifier = open({rejected(), std::string()});
  notifier->notify(notice("first"));
  notifier->notify(notice("second"));
  const auto outcomes = notifier->flush(kEnough);
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[0].state, State::kUndelivered);
  EXPECT_EQ(outcomes[0].attempts, 1);
  EXPECT_EQ(outcomes[1].state, State::kDelivered) << "the next notice has its own chance";
  EXPECT_NE(chat_.attempts[0].token, chat_.attempts[1].token);
}

TEST_F(Notifiers, NeverWaitForASlowChannel) {
  chat_.set_open(false);
  const auto notifier = open({std::string()}, 2);
  notifier->notify(notice("being sent"));
  chat_.wait_for_attempts(1);
  for (int i = 0; i < 5; ++i) notifier->notify(notice("more"));
  const auto outcomes = notifier->flush(std::chrono::milliseconds(0));
  std::vector<State> states;
  for (const Outcome& outcome : outcomes) states.push_back(outcome.state);
  EXPECT_THAT(states, ElementsAre(State::kDropped, State::kDropped, State::kDropped, State::kPending, State::kPending,
                                  State::kPending));
  EXPECT_THAT(outcomes[0].error, HasSubstr("too many notices"));
  EXPECT_THAT(log_, HasSubstr("NOT delivered by chat (0 attempts): too many notices"));
  chat_.set_open(true);
  EXPECT_EQ(notifier->flush(kEnough).size(), 3u) << "what was pending comes with its end";
}

TEST_F(Notifiers, LetNoChannelHoldUpAnother) {
  chat_.set_open(false);
  std::vector<std::unique_ptr<Channel>> channels;
  channels.push_back(std::make_unique<ScriptedChannel>("chat", std::vector<Result<std::string>>{std::string()}, chat_));
  channels.push_back(
      std::make_unique<ScriptedChannel>("email", std::vector<Result<std::string>>{std::string()}, email_));
  const auto notifier = open(std::move(channels));
  for (int i = 0; i < 3; ++i) notifier->notify(notice());
  email_.wait_for_attempts(3);
  EXPECT_LE(chat_.count(), 1u);
  chat_.set_open(true);
  EXPECT_EQ(notifier->flush(kEnough).size(), 6u);
}

TEST_F(Notifiers, SendToTheChannelsThatAreNamed) {
  std::vector<std::unique_ptr<Channel>> channels;
  channels.push_back(std::make_unique<ScriptedChannel>("chat", std::vector<Result<std::string>>{std::string()}, chat_));
  channels.push_back(
      std::make_unique<ScriptedChannel>("email", std::vector<Result<std::string>>{std::string()}, email_));
  const auto notifier = open(std::move(channels));
  EXPECT_EQ(notifier->channel_names(), (std::vector<std::string>{"chat", "email", "log"}));
  Notice one = notice("one");
  one.channels = {"email"};
  notifier->notify(one);
  one.channels = {"log"};
  notifier->notify(one);
  one.channels = {"pager"};
  notifier->notify(one);
  const auto outcomes = notifier->flush(kEnough);
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(email_.count(), 1u);
  EXPECT_EQ(chat_.count(), 0u);
  const Outcome& unknown = outcomes[0].channel == "pager" ? outcomes[0] : outcomes[1];
  EXPECT_EQ(unknown.state, State::kUnconfigured);
  EXPECT_EQ(unknown.error, "no channel 'pager' is configured; there are: chat, email, log");
  EXPECT_THAT(log_, Not(HasSubstr("pager"))) << "whoever starts says so once, not every notice";
}

TEST_F(Notifiers, EndAtOnceAndSayWhatWasNotSent) {
  chat_.set_open(false);
  {
    const auto notifier = open({std::string()});
    notifier->notify(notice("under way"));
    notifier->notify(notice("waiting"));
    chat_.wait_for_attempts(1);
  }
  EXPECT_THAT(log_, AllOf(HasSubstr("NOT delivered by chat (1 attempt): interrupted"),
                          HasSubstr("NOT delivered by chat (0 attempts): stopped before it could be sent")));
}

TEST_F(Notifiers, EndAtOnceWhileWaitingForTheNextAttempt) {
  {
    const auto notifier = open({busy()});
    notifier->notify(notice());
    chat_.wait_for_attempts(1);
  }
  EXPECT_THAT(log_, HasSubstr("NOT delivered by chat (1 attempt): busy"));
}

TEST_F(Notifiers, StopFlushingWhenAsked) {
  chat_.set_open(false);
  const auto notifier = open({std::string()});
  notifier->notify(notice());
  std::stop_source stop;
  stop.request_stop();
  const auto outcomes = notifier->flush(kEnough, stop.get_token());
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].state, State::kPending);
}

TEST_F(Notifiers, WithoutChannelsOnlyLog) {
  const auto notifier = unwrap(Notifier::open({}, clock_, logger()));
  notifier->notify({.event = Event::kLate, .flow = "invoices", .facts = {{"file", "tb_faturas_202401.csv"}}});
  notifier->notify({.event = Event::kSucceeded, .flow = "invoices"});
  EXPECT_TRUE(notifier->flush(kEnough).empty());
  EXPECT_EQ(log_, "W invoices late file=tb_faturas_202401.csv\nI invoices succeeded\n");
}

TEST_F(Notifiers, ReachRealReceiversAndKeepSecretsOutOfTheLog) {
  const SmtpReceiver mail({.greetings = {"421 busy", "220 ready"}, .login = "AHJpc2NvAHNlZ3JlZG8xMjM="});
  const HttpReceiver chat({503, 200});
  SystemClock clock;
  Configuration configuration;
  configuration.emails = {{.host = "127.0.0.1",
                           .port = mail.port(),
                           .user = "risco",
                           .password = Secret("segredo123"),
                           .from = "caudal@example.org",
                           .to = {"a@example.org"}}};
  configuration.webhooks = {{.url = Secret(chat.url())}, {.url = Secret(chat.url("/x")), .name = "second"}};
  configuration.webhooks[1].url = Secret("http://127.0.0.1:" + std::to_string(closed_port()) + "/segredo");
  configuration.retry.backoff = {.attempts = 2, .first_delay = std::chrono::milliseconds(1)};
  const auto notifier = unwrap(Notifier::open(configuration, clock, logger()));
  notifier->notify(notice());
  const auto outcomes = notifier->flush(kEnough);
  ASSERT_EQ(outcomes.size(), 3u);
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.state, outcome.channel == "second" ? State::kUndelivered : State::kDelivered) << outcome.error;
    EXPECT_EQ(outcome.attempts, 2);
  }
  EXPECT_EQ(mail.received().size(), 1u);
  EXPECT_EQ(chat.bodies().size(), 2u);
  EXPECT_THAT(log_, Not(HasSubstr("segredo")));
}

TEST_F(Notifiers, RefuseAWrongConfiguration) {
  Configuration configuration;
  configuration.webhooks = {{.url = Secret("ftp://x")}};
  const auto notifier = Notifier::open(configuration, clock_, logger());
  ASSERT_FALSE(notifier.has_value());
  EXPECT_EQ(notifier.error().code, Errc::invalid_configuration);
}

}  // namespace
}  // namespace caudal::notices
