// SPDX-License-Identifier: Apache-2.0
// What the door stands on beside the store of items. Without it the operations that need it are not offered.
#pragma once

namespace caudal::items {
class Archive;
class BatchReads;
class Policies;
}  // namespace caudal::items
namespace caudal::objects {
class Store;
}
namespace caudal::transfer {
class Jobs;
}

namespace caudal::api::dynamodb {

// All outlive the door.
struct Beside {
  // Whether tables may refuse more than they are provisioned for: then what batches ask is kept until it is answered.
  bool is_throttled = false;
  items::Archive* archive = nullptr;
  items::Policies* policies = nullptr;
  transfer::Jobs* jobs = nullptr;     // with `objects`
  objects::Store* objects = nullptr;  // where they read and write
  // Of a store elsewhere, where what BatchGetItem asks is to be no transaction.
  const items::BatchReads* batch_reads = nullptr;
};

}  // namespace caudal::api::dynamodb
