// SPDX-License-Identifier: Apache-2.0
#include "items/retried_jobs.h"

#include <gmock/gmock.h>

#include "items/awaited.h"
#include "items/errors.h"

namespace caudal::items {
namespace {

using testing::ElementsAre;

struct Job {
  std::string name;
  int fails = 0;  // so often
};

class RetriedJobsTest : public testing::Test {
 protected:
  Result<void> work(Job& job) {
    done_.push_back(job.name);
    if (job.fails-- > 0) return Error{Errc::unavailable, "not yet"};
    if (job.name == "last") ended_.set(true);
    return {};
  }
  RetriedJobs<Job>::How how(Backoff retries) {
    return {.work = [this](Job& job) { return work(job); },
            .failed = [](const Job& job) { return job.name + " failed"; },
            .log = [this](std::string_view line) { lines_.emplace_back(line); },
            .retries = retries};
  }
  // Of the jobs' thread until `ended_` is set.
  std::vector<std::string> done_;
  std::vector<std::string> lines_;
  Awaited<bool> ended_;
};

TEST_F(RetriedJobsTest, WaitsLongerEachTimeAndTellsWhyOncePerAttempt) {
  RetriedJobs<Job> jobs(how({.attempts = 100,
                             .first_delay = std::chrono::milliseconds(1),
                             .factor = 2.0,
                             .max_delay = std::chrono::milliseconds(3)}));
  jobs.add({.name = "last", .fails = 4});
  jobs.start();
  ended_.wait();
  EXPECT_THAT(lines_, ElementsAre("last failed: not yet; the next attempt is in 1 ms",
                                  "last failed: not yet; the next attempt is in 2 ms",
                                  "last failed: not yet; the next attempt is in 3 ms",
                                  "last failed: not yet; the next attempt is in 3 ms"));
}

TEST_F(RetriedJobsTest, OthersGoOnWhileOneWaits) {
  RetriedJobs<Job> jobs(
      how({.attempts = 100, .first_delay = std::chrono::hours(1), .max_delay = std::chrono::hours(1)}));
  jobs.add({.name = "stuck", .fails = 1});
  jobs.add({.name = "other"});
  jobs.add({.name = "last"});
  jobs.start();
  ended_.wait();
  jobs.stop();  // and does not wait for the hour
  EXPECT_THAT(done_, ElementsAre("stuck", "other", "last"));
  EXPECT_EQ(lines_.size(), 1U);
}

}  // namespace
}  // namespace caudal::items
