// SPDX-License-Identifier: Apache-2.0
#include "objects/body_pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>

#include "base/random.h"
#include "base/testing/result_matchers.h"
#include "objects/errc.h"

namespace caudal::objects {
namespace {

Result<void> push(BodyPipeline& pipeline, std::string_view bytes) {
  char* const room = TRY(pipeline.room());
  pipeline.push(bytes.copy(room, kBufferBytes));
  return {};
}

BodyPipeline::Lane into(std::string& out) {
  return [&out](std::string_view bytes) -> Result<void> {
    out.append(bytes);
    return {};
  };
}

Error broken() { return {Errc::invalid_argument, "broken"}; }

TEST(BodyPipeline, EveryLaneGetsAllPiecesInOrder) {
  BodyThreads threads(2);
  Random random(1);
  std::string sent, first, second, third;
  {
    BodyPipeline pipeline(threads, {into(first), into(second), into(third)});
    for (int n = 0; n < 200; ++n) {
      const std::string piece(1 + random.below(20'000), static_cast<char>('a' + n % 26));
      sent += piece;
      ASSERT_OK(push(pipeline, piece));
    }
    ASSERT_OK(pipeline.finish());
  }
  EXPECT_TRUE(first == sent && second == sent && third == sent);
  EXPECT_LE(threads.peak_buffers(), BodyPipeline::kMostBuffers);
}

TEST(BodyPipeline, NothingIsAPipelineToo) {
  BodyThreads threads(1);
  std::string out;
  BodyPipeline pipeline(threads, {into(out)});
  EXPECT_OK(pipeline.finish());
  EXPECT_EQ(threads.peak_buffers(), 0u);
}

TEST(BodyPipeline, TheSlowestLaneHoldsUpReceivingAndNoOtherLane) {
  BodyThreads threads(2);
  std::latch may_go(1);
  std::atomic<int> fast = 0;
  std::latch fast_is_through(BodyPipeline::kMostBuffers);
  BodyPipeline pipeline(threads, {[&](std::string_view) -> Result<void> {
                                    may_go.wait();
                                    return {};
                                  },
                                  [&](std::string_view) -> Result<void> {
                                    ++fast;
                                    fast_is_through.count_down();
                                    return {};
                                  }});
  for (size_t n = 0; n < BodyPipeline::kMostBuffers; ++n) ASSERT_OK(push(pipeline, "x"));
  fast_is_through.wait();
  EXPECT_EQ(fast, BodyPipeline::kMostBuffers);
  std::thread receiver([&] { EXPECT_OK(pipeline.room()); });  // waits: all buffers are before the slow lane
  may_go.count_down();
  receiver.join();
  EXPECT_OK(pipeline.finish());
}

TEST(BodyPipeline, AnErrorEndsItAndLaterPiecesAreNotWorkedOn) {
  BodyThreads threads(2);
  std::atomic<int> seen = 0;
  BodyPipeline pipeline(threads, {[&](std::string_view) -> Result<void> {
                          return ++seen == 3 ? Result<void>(broken()) : Result<void>();
                        }});
  Result<void> result;
  for (int n = 0; n < 100 && result; ++n) result = push(pipeline, "x");
  if (result) result = pipeline.finish();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "broken");
  EXPECT_EQ(pipeline.room().error().message, "broken");
  EXPECT_EQ(pipeline.finish().error().message, "broken");
  EXPECT_EQ(seen, 3);
}

TEST(BodyPipeline, GivenUpItWaitsForWhatIsUnderWayAlone) {
  BodyThreads threads(1);
  std::latch begun(1);
  std::atomic<bool> ended = false;
  std::atomic<int> pieces = 0;
  {
    BodyPipeline pipeline(threads, {[&](std::string_view) -> Result<void> {
                            ++pieces;
                            begun.count_down();
                            std::this_thread::yield();
                            ended = true;
                            return {};
                          }});
    ASSERT_OK(push(pipeline, "x"));
    begun.wait();
  }
  EXPECT_TRUE(ended);
  EXPECT_EQ(pieces, 1);
}

// More bodies at once than threads and buffers: each gets on, with one buffer if need be.
TEST(BodyPipeline, ManyAtOnceShareThreadsAndBuffers) {
  constexpr size_t kBodies = 12;
  BodyThreads threads(2, 6);
  std::vector<std::string> out(kBodies);
  std::vector<std::thread> bodies;
  for (size_t body = 0; body < kBodies; ++body) {
    bodies.emplace_back([&, body] {
      std::string again;
      BodyPipeline pipeline(threads, {into(out[body]), into(again)});
      for (int n = 0; n < 50; ++n) ASSERT_OK(push(pipeline, std::string(1000, static_cast<char>('a' + body))));
      ASSERT_OK(pipeline.finish());
      EXPECT_EQ(again, out[body]);
    });
  }
  for (std::thread& body : bodies) body.join();
  for (size_t body = 0; body < kBodies; ++body) {
    EXPECT_EQ(out[body], std::string(50'000, static_cast<char>('a' + body)));
  }
  EXPECT_LE(threads.peak_buffers(), 6u + kBodies) << "beyond the bound each has but one";
}

}  // namespace
}  // namespace caudal::objects
