// SPDX-License-Identifier: Apache-2.0
#include "base/prompt_thread.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace caudal {
namespace {

// Of the calling thread, in nanoseconds; 0 where the scheduler knows no such thing.
uint64_t slice_ns() {
  std::array<uint64_t, 7> attributes = {};  // runtime is the fourth word
  if (syscall(SYS_sched_getattr, 0, attributes.data(), 48U, 0) != 0) return 0;
  return attributes[3];
}

TEST(PromptThreadTest, AsksForLessAtATimeAndKeepsItsShare) {
  const uint64_t before = slice_ns();
  std::thread([before] {
    EXPECT_TRUE(make_this_thread_prompt());
    const uint64_t after = slice_ns();
    if (before != 0) {
      EXPECT_EQ(after, 100'000U);
      EXPECT_LT(after, before);
    }
    EXPECT_EQ(sched_getscheduler(0), SCHED_OTHER);
    EXPECT_EQ(getpriority(PRIO_PROCESS, 0), getpriority(PRIO_PROCESS, static_cast<id_t>(getpid())));
  }).join();
  EXPECT_EQ(slice_ns(), before) << "of the others nothing changes";
}

TEST(PromptThreadTest, LeavesAThreadAloneThatIsNotScheduledAsOthersAre) {
  std::thread([] {
    const sched_param none = {};
    ASSERT_EQ(sched_setscheduler(0, SCHED_BATCH, &none), 0);
    EXPECT_FALSE(make_this_thread_prompt());
    EXPECT_EQ(sched_getscheduler(0), SCHED_BATCH);
  }).join();
}

}  // namespace
}  // namespace caudal
