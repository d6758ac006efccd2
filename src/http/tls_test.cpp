// SPDX-License-Identifier: Apache-2.0
// The server under TLS, asked by the room's own client.
#include "http/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "http/client.h"
#include "http/errors.h"
#include "http/testing/certificate.h"
#include "http/testing/test_server.h"

namespace caudal::http {
namespace {

using testing::HasSubstr;

class Tls : public testing::Test {
 protected:
  ServerOptions options() const {
    ServerOptions options;
    options.tls = files;
    return options;
  }
  std::unique_ptr<Client> client() const {
    ClientOptions options;
    options.ca_file = files.certificate.string();
    options.retries.attempts = 1;
    return unwrap(Client::open(std::move(options), *clock, 1));
  }
  std::string url(const TestServer& test, const std::string& path) const {
    return "https://127.0.0.1:" + std::to_string(test.server->port()) + path;
  }

  TemporaryDirectory directory;
  TlsFiles files = make_certificate(directory.path(), "first");
  std::unique_ptr<Clock> clock = std::make_unique<SystemClock>();
};

TEST_F(Tls, CarriesBodiesBothWays) {
  const std::string large(5'000'000, 'x');
  ASSERT_OK(write_file_durably(directory.path() / "blob", large));
  const File file = unwrap(File::open_read(directory.path() / "blob"));
  TestServer test(
      [&](Exchange& exchange) {
        EXPECT_TRUE(exchange.request().tls);
        const auto body = read_all(exchange.body(), 64 << 20);
        ASSERT_OK(body);
        EXPECT_TRUE(*body == (exchange.request().method == "PUT" ? large : ""));
        ResponseWriter& response = exchange.response();
        if (exchange.request().path == "/send") {
          EXPECT_OK(response.send({}, large));
        } else {
          EXPECT_OK(response.start(
              {}, exchange.request().path == "/chunks" ? std::nullopt : std::optional<uint64_t>(large.size())));
          EXPECT_OK(exchange.request().path == "/file" ? response.send_file(file.descriptor(), 0, large.size())
                                                       : response.write(large));
          EXPECT_OK(response.finish());
        }
      },
      options());
  const auto client = this->client();
  for (const char* path : {"/send", "/chunks", "/length", "/file"}) {
    const auto got = client->send({.url = url(test, path)});
    ASSERT_OK(got);
    EXPECT_TRUE(got->body == large) << path;
    const auto put = client->send({.method = "PUT", .url = url(test, path), .body = large});
    ASSERT_OK(put);
    EXPECT_TRUE(put->body == large) << path;
  }
  EXPECT_EQ(test.server->metrics().connections_accepted, 1u);
}

TEST_F(Tls, AReloadIsForNewConnectionsAndABadOneForNobody) {
  TestServer test([](Exchange& exchange) { EXPECT_OK(exchange.response().send({}, "fine")); }, options());
  const auto old_client = client();
  ASSERT_OK(old_client->send({.url = url(test, "/")}));

  ASSERT_OK(write_file_durably(files.key, "no key"));
  const auto refused = test.server->reload_tls();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_configuration);
  EXPECT_THAT(refused.error().message, HasSubstr(files.key.string()));
  ASSERT_OK(client()->send({.url = url(test, "/")}));

  (void)make_certificate(directory.path(), "second");
  ASSERT_OK(test.server->reload_tls());
  // Its connection goes on under the old certificate; whoever comes now gets the new one.
  ASSERT_OK(old_client->send({.url = url(test, "/")}));
  ASSERT_OK(client()->send({.url = url(test, "/")}));
  EXPECT_EQ(test.server->metrics().connections_accepted, 3u);
}

TEST_F(Tls, ACertificateThatNobodyVouchesForIsNotTrusted) {
  TestServer test([](Exchange& exchange) { EXPECT_OK(exchange.response().send({}, "fine")); }, options());
  const TemporaryDirectory elsewhere;
  ClientOptions options;
  options.ca_file = make_certificate(elsewhere.path(), "stranger").certificate.string();
  const auto answer = unwrap(Client::open(options, *clock, 1))->send({.url = url(test, "/")});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::tls_failed);
}

TEST_F(Tls, WhoSpeaksPlainHttpOrNothingHoldsNothing) {
  TestServer test([](Exchange& exchange) { EXPECT_OK(exchange.response().send({}, "fine")); }, options());
  RawClient plain = test.client();
  ASSERT_TRUE(plain.send(get("/")));
  plain.read_to_end();
  RawClient silent = test.client();
  ASSERT_TRUE(eventually([&] { return test.server->metrics().connections_accepted == 2; }));
  EXPECT_TRUE(eventually([&] {
    test.clock.advance(std::chrono::seconds(1));
    return test.server->metrics().connections_open == 0;
  }));
  EXPECT_EQ(test.server->metrics().requests, 0u);
}

TEST_F(Tls, FilesThatDoNotServeAreNamed) {
  SystemClock system_clock;
  const auto open = [&](TlsFiles tls) {
    return Server::open({.tls = std::move(tls)}, {.blocking = [](Exchange&) {}}, system_clock);
  };
  const auto absent = open({.certificate = directory.path() / "absent.pem", .key = files.key});
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error().message, HasSubstr("absent.pem"));
  const TemporaryDirectory elsewhere;
  const auto unlike = open({.certificate = files.certificate, .key = make_certificate(elsewhere.path(), "other").key});
  ASSERT_FALSE(unlike);
  EXPECT_EQ(unlike.error().code, Errc::invalid_configuration);
  EXPECT_THAT(unlike.error().message, HasSubstr("certificate"));
}

}  // namespace
}  // namespace caudal::http
