// SPDX-License-Identifier: Apache-2.0
// Policies that are attached to tables and streams: kept here, and neither read nor decided by.
//
//   const std::string revision = TRY(policies.put({.table = "BankPayments"}, text, kNoPolicy));
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "items/errors.h"
#include "items/table.h"

namespace caudal::items {

struct ResourcePolicy {
  std::string text;
  std::string revision;  // digits; another whenever the text is another
};
// Shared by requests that are decided by it while it is replaced.
using ResourcePolicyPtr = std::shared_ptr<const ResourcePolicy>;

struct PolicyHolder {
  std::string table;
  std::string stream = {};  // its label; empty: the table, and with it its indexes
};

// As the revision that is expected: there must be none.
inline constexpr std::string_view kNoPolicy = "NO_POLICY";

// Thread-safe. Errors besides those named: no_such_table, no_such_stream; of the machine.
class Policies {
 public:
  virtual ~Policies() = default;
  // From memory; nullptr when there is none, or no such table.
  virtual ResourcePolicyPtr find(const PolicyHolder& holder) const = 0;
  // Whether any was ever seen since the store was opened: whoever gathers what policies may ask for looks here first.
  virtual bool any() const = 0;
  // The same with an error for a table or stream that is not there, and for one without: no_such_policy.
  virtual Result<ResourcePolicyPtr> require(const PolicyHolder& holder) const = 0;
  // Answers the revision, which is the one that it had when the text is the same. With an `expected` revision only if
  // that is the one now. Errors: no_such_policy, when it is another.
  virtual Result<std::string> put(const PolicyHolder& holder, const std::string& text,
                                  const std::optional<std::string>& expected) = 0;
  // Answers the revision of the one that is gone, or nothing when there was none. Errors: no_such_policy, likewise.
  virtual Result<std::string> remove(const PolicyHolder& holder, const std::optional<std::string>& expected) = 0;
  // A table that has its policy from the beginning. Errors: as Store::create_table.
  virtual Result<TableInfo> create_table(const TableDefinition& definition, const std::string& policy) = 0;
};

}  // namespace caudal::items
