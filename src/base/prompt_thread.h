// SPDX-License-Identifier: Apache-2.0
// Threads that many wait for, and that mostly wait themselves: for the disk or for the network.
#pragma once

#include <chrono>

namespace caudal {

// What such a thread asks for at a time. The scheduler lets whoever runs go on for some milliseconds before one that
// wakes, unless that one asks for less: beside a long query a commit took 4 ms instead of 0.1.
inline constexpr std::chrono::microseconds kPromptSlice{100};

// The calling thread gets the processor sooner when it wakes, and for a shorter time; its share stays what it was. By
// Linux's sched_setattr (man 2), which needs no privilege; before Linux 6.12 it has no effect. False: it was refused.
bool make_this_thread_prompt(std::chrono::microseconds slice = kPromptSlice);

}  // namespace caudal
