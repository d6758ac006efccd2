// SPDX-License-Identifier: Apache-2.0
// What happened to objects, told after it was committed: at once to an observer, and at least once, also after a crash,
// by a queue that is written with the commit itself, for those who are interested at that moment. No delivery.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace caudal::objects {

// The numbers are stored.
enum class EventKind : uint8_t {
  kPut = 1,
  kPost = 2,
  kCopied = 3,
  kCompleted = 4,          // a multipart upload
  kRemoved = 5,            // an object or a version, for good
  kMarkerMade = 6,         // an object was hidden
  kExpired = 7,            // as kRemoved, by lifecycle
  kExpiredMarkerMade = 8,  // as kMarkerMade, by lifecycle
  kTagged = 9,
  kUntagged = 10,
};

struct Event {
  // Its place in the queue, which grows with time and so orders the events of one key; 0: it is in none, because nobody
  // was interested.
  uint64_t sequence = 0;
  EventKind kind = EventKind::kPut;
  std::string bucket = {};
  std::string key = {};
  std::string version = {};
  std::string etag = {};  // empty, with a size of 0, for what was removed or hidden
  uint64_t size_bytes = 0;
  Timestamp time = {};
};

// Whom an event is for: a destination, and why, which is theirs to know.
struct Recipient {
  std::string destination;  // not empty
  std::string subscription;
};

// Decides it, when the event happens: what becomes of the bucket or its setting afterwards changes nothing.
class EventRouter {
 public:
  virtual ~EventRouter() = default;
  // `document`: the bucket's setting kNotification. Called by many threads, each while the key is locked: be quick, and
  // do not call the store. An error refuses the change that the event tells of.
  virtual Result<std::vector<Recipient>> recipients(const Event& event, std::string_view document) const = 0;
};

// An event in the queue of one destination; each subscription has its own.
struct QueuedEvent {
  Event event;
  std::string subscription;
};

struct QueuedEvents {
  std::vector<QueuedEvent> events;
  uint64_t seen = 0;  // for Store::wait_for_events: there was no more up to here
};

class EventObserver {
 public:
  virtual ~EventObserver() = default;
  // Called by the thread that committed it, in order for each key and while that key is locked: be quick, and do not
  // call the store.
  virtual void committed(const Event& event) = 0;
};

}  // namespace caudal::objects
