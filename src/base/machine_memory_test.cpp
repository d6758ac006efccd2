// SPDX-License-Identifier: Apache-2.0
#include "base/machine_memory.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "base/testing/temporary_directory.h"

namespace caudal {
namespace {

class MachineMemoryTest : public testing::Test {
 protected:
  void write(const std::filesystem::path& file, const std::string& content) {
    std::filesystem::create_directories((root() / file).parent_path());
    std::ofstream(root() / file) << content;
  }
  std::filesystem::path root() const { return folder_.path(); }
  uint64_t told() const { return machine_memory_bytes(root()); }

 private:
  TemporaryDirectory folder_;
};

constexpr uint64_t kMiB = uint64_t{1} << 20;

TEST_F(MachineMemoryTest, IsTheMachinesWhereNothingLimitsIt) {
  const uint64_t all = told();
  EXPECT_GT(all, 64 * kMiB);
  write("proc/self/cgroup", "0::/system.slice/caudal.service\n");
  EXPECT_EQ(told(), all);
  write("sys/fs/cgroup/system.slice/caudal.service/memory.max", "max\n");
  EXPECT_EQ(told(), all);
  write("sys/fs/cgroup/system.slice/memory.max", std::to_string(UINT64_MAX - 1) + "\n");
  EXPECT_EQ(told(), all);
}

TEST_F(MachineMemoryTest, IsTheLeastThatTheGroupsAroundTheProcessLeave) {
  write("proc/self/cgroup", "0::/system.slice/caudal.service\n");
  write("sys/fs/cgroup/system.slice/caudal.service/memory.max", std::to_string(32 * kMiB) + "\n");
  EXPECT_EQ(told(), 32 * kMiB);
  write("sys/fs/cgroup/system.slice/memory.max", std::to_string(16 * kMiB) + "\n");
  EXPECT_EQ(told(), 16 * kMiB);
  write("sys/fs/cgroup/memory.max", std::to_string(8 * kMiB) + "\n");
  EXPECT_EQ(told(), 8 * kMiB);
}

TEST_F(MachineMemoryTest, EndsWhereTheProcessIsSlowedDown) {
  write("proc/self/cgroup", "0::/a\n");
  write("sys/fs/cgroup/a/memory.max", "max\n");
  write("sys/fs/cgroup/a/memory.high", std::to_string(12 * kMiB) + "\n");
  EXPECT_EQ(told(), 12 * kMiB);
}

TEST_F(MachineMemoryTest, IsWhatAContainerHasWhoseOwnGroupIsTheRoot) {
  write("proc/self/cgroup", "0::/\n");
  write("sys/fs/cgroup/memory.max", std::to_string(24 * kMiB) + "\n");
  EXPECT_EQ(told(), 24 * kMiB);
}

TEST_F(MachineMemoryTest, VersionOneHasAHierarchyForMemory) {
  write("proc/self/cgroup", "12:cpuset:/a\n5:cpu,memory:/docker/b\n3:memoryless:/docker/b\n0::/\n");
  write("sys/fs/cgroup/memory/docker/b/memory.limit_in_bytes", std::to_string(40 * kMiB));
  write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "1");
  EXPECT_EQ(told(), 40 * kMiB);
}

TEST_F(MachineMemoryTest, WhatCannotBeReadLimitsNothing) {
  const uint64_t all = told();
  write("proc/self/cgroup", "no line of it\n::\n0::/x\n\n0:");
  write("sys/fs/cgroup/x/memory.max", "many\n");
  EXPECT_EQ(told(), all);
}

}  // namespace
}  // namespace caudal
