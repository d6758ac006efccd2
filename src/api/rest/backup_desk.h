// SPDX-License-Identifier: Apache-2.0
// What the API asks of whoever makes backups of the server's data directory. Where they go is not for clients to say:
// they give a name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace caudal::api::rest {

struct Backup {
  enum class State : uint8_t { kMaking, kDone, kFailed };
  std::string name;
  State state = State::kMaking;
  int64_t percent = 0;   // of one that is being made
  std::string why = {};  // of one that failed
  friend bool operator==(const Backup&, const Backup&) = default;
};

// Thread-safe.
class BackupDesk {
 public:
  virtual ~BackupDesk() = default;
  enum class Begun : uint8_t {
    kBegun,       // it goes on after this returns
    kTaken,       // there is one of this name already
    kBusy,        // another one is being made
    kNotOffered,  // nobody has said where they are to be made
  };
  virtual Begun begin(const std::string& name) = 0;
  // Nothing: there is none of this name.
  virtual std::optional<Backup> find(const std::string& name) = 0;
};

}  // namespace caudal::api::rest
