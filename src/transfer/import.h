// SPDX-License-Identifier: Apache-2.0
// Objects into a table: all below a prefix, in the order of their names.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "objects/store.h"
#include "transfer/loader.h"
#include "transfer/record_reader.h"

namespace caudal::transfer {

// What of the objects is in the table.
struct ImportPlace {
  std::string object = {};  // all before it, and
  std::string etag = {};
  uint64_t records = 0;  // so many of its own,
  bool is_done = false;  // or all
};

struct Imported {
  uint64_t objects = 0;
  uint64_t bytes = 0;  // of the objects, as they are stored
  Loaded loaded = {};
  ImportPlace place = {};
};

struct ImportPlan {
  std::string bucket;
  std::string prefix = {};
  InputOptions input = {};
  // What is put later is passed over: nobody has decided whether it may be read.
  std::optional<Timestamp> until = {};
  // Where an import that was cut short goes on, with what it had done; nothing: at the begin.
  std::optional<Imported> from = {};
};

// Whether an object that a prefix names holds items: manifests of exports and what only marks a folder do not.
bool has_items(const objects::ObjectInfo& object);

struct ImportWatch {
  // Of each record that is not written, with the object and its line.
  std::function<void(const std::string& key, uint64_t line, const Error& why)> refused = {};
  // Now and then, when what it tells of is in the table; an error ends the import.
  std::function<Result<void>(const Imported& so_far)> progress = {};
};

// What was written before an error stays. Errors:
// those of the object store, of the readers and of the store; Errc::no_objects; Errc::interrupted, where the object
// with which it is to go on is not what it was.
Result<Imported> import_objects(items::Store& store, const std::string& table, objects::Store& objects,
                                const ImportPlan& plan, const ImportWatch& watch);

}  // namespace caudal::transfer
