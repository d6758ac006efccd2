// SPDX-License-Identifier: Apache-2.0
// The machine's file system for a kv::Store, failing, dying or not syncing as a FaultPlan says.
//
//   FaultPlan plan;
//   const auto env = make_fault_env(plan);
//   auto store = kv::Store::open(path, {.env = env.get()});
#pragma once

#include <rocksdb/env.h>

#include <memory>

#include "base/testing/fault_plan.h"

namespace caudal::kv {

// `plan` must outlive it, and it the store. Steps: creating, writing, syncing and renaming files.
std::unique_ptr<rocksdb::Env> make_fault_env(FaultPlan& plan);

}  // namespace caudal::kv
