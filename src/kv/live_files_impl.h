// SPDX-License-Identifier: Apache-2.0
// What keeps a store's files in place. Inside room kv only.
#pragma once

#include <rocksdb/status.h>

#include "kv/live_files.h"

namespace rocksdb {
class DB;
}

namespace caudal::kv {

struct LiveFiles::Impl {
  explicit Impl(rocksdb::DB& of) : db(&of) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();
  rocksdb::Status list();
  rocksdb::DB* db;  // nothing: its files may go
  std::vector<LiveFile> files;
};

}  // namespace caudal::kv
