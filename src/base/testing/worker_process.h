// SPDX-License-Identifier: Apache-2.0
// This test program once more, as a process that is to be killed. Not a fork of this one, whose threads would not
// survive it.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"

namespace caudal {

// Runs one disabled test, with more variables of the environment ("NAME=value"), and waits for it: its wait status.
// What it prints is in `log`.
inline int run_worker(const std::string& test, std::vector<std::string> variables, const std::filesystem::path& log) {
  std::vector<char*> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.push_back(*variable);
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  std::array<std::string, 3> words = {"/proc/self/exe", "--gtest_filter=" + test, "--gtest_also_run_disabled_tests"};
  std::array<char*, 4> arguments = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, words[0].c_str(), &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  CHECK(error == 0, "cannot start the worker");
  int status = 0;
  CHECK(::waitpid(pid, &status, 0) == pid, "cannot wait for the worker");
  return status;
}

}  // namespace caudal
