// SPDX-License-Identifier: Apache-2.0
// The doors on one port, wired to the rooms of a Platform, for as long as it lives.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/gate/request_log.h"
#include "app/payments_desk.h"
#include "app/wiring.h"
#include "base/config.h"
#include "http/server_options.h"

namespace caudal::app {

struct ServeOptions {
  http::ServerOptions server = {};
  std::vector<std::string> domains = {"localhost"};
  std::string region = "us-east-1";
  std::map<std::string, std::string> webhooks = {};  // URL by name
  std::chrono::seconds lifecycle_every = std::chrono::hours(1);
  std::chrono::seconds sweep_every = std::chrono::seconds(60);  // of items
  PaymentsSettings payments = {};                               // of the REST API
  std::filesystem::path backups_folder = {};                    // empty: no backups are made
  bool backups_copy_all = false;
  bool enforces_throughput = false;  // of provisioned tables
  api::LogRequests log_requests = api::LogRequests::kErrors;
  std::function<void(std::string_view)> log = {};  // takes one line; thread-safe
};

// From the settings; errors of class kUsage.
Result<ServeOptions> serve_options(const Config& config);
// Whether other machines can reach it without encryption.
bool is_open_to_others(const ServeOptions& options);

class Serving {
 public:
  // Answers from now on. Both outlive it. Errors: http's invalid_configuration and cannot_listen, and of the rooms.
  static Result<std::unique_ptr<Serving>> open(Platform& platform, ServeOptions options, Clock& clock);
  ~Serving();

  std::string url() const;  // "http://127.0.0.1:4280"
  // Called for each object that comes, until stop(); quick, and from many threads.
  void on_object(std::function<void(const std::string& bucket, const std::string& key)> came);
  // Reads the certificate again.
  Result<void> reload();
  // Ends the requests under way, then returns.
  void stop();

 private:
  struct Impl;
  explicit Serving(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::app
