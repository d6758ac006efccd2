// SPDX-License-Identifier: Apache-2.0
#include "items/stream_list.h"

#include <mutex>

namespace caudal::items {

Result<void> StreamList::load(const kv::Store& kv, const Families& families) {
  const std::unique_lock lock(mutex_);
  kv::Scan scan = kv.scan(families.streams, kv::Range::all());
  for (; scan.valid(); scan.next()) {
    auto stream = std::make_shared<StreamRow>(TRY(decode_stream(scan.key(), scan.value())));
    StreamName name = stream->name;
    streams_.emplace(std::move(name), std::move(stream));
  }
  return scan.status();
}

StreamPtr StreamList::find(const StreamName& name) const {
  const std::shared_lock lock(mutex_);
  const auto found = streams_.find(name);
  return found != streams_.end() ? found->second : nullptr;
}

void StreamList::set(StreamPtr stream) {
  const std::unique_lock lock(mutex_);
  StreamName name = stream->name;
  streams_.insert_or_assign(std::move(name), std::move(stream));
}

void StreamList::erase(const StreamName& name) {
  const std::unique_lock lock(mutex_);
  streams_.erase(name);
}

std::vector<StreamPtr> StreamList::all() const {
  const std::shared_lock lock(mutex_);
  std::vector<StreamPtr> streams;
  for (const auto& [name, stream] : streams_) streams.push_back(stream);
  return streams;
}

std::vector<StreamPtr> StreamList::of(const std::string& table) const {
  const std::shared_lock lock(mutex_);
  std::vector<StreamPtr> streams;
  for (auto one = streams_.lower_bound({.table = table, .label = {}}); one != streams_.end(); ++one) {
    if (one->first.table != table) break;
    streams.push_back(one->second);
  }
  return streams;
}

}  // namespace caudal::items
