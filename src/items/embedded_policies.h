// SPDX-License-Identifier: Apache-2.0
// Policies of the embedded store: of tables in their rows, and gone with them; of streams in theirs, since a stream can
// be read for a day after its table is gone. Inside room items only.
#pragma once

#include <atomic>

#include "items/embedded_impl.h"
#include "items/policies.h"

namespace caudal::items {

class EmbeddedPolicies final : public Policies {
 public:
  // `store` must outlive it, with its tables and streams loaded.
  explicit EmbeddedPolicies(EmbeddedStore::Impl& store);

  ResourcePolicyPtr find(const PolicyHolder& holder) const override;
  bool any() const override { return any_.load(std::memory_order_relaxed); }
  Result<ResourcePolicyPtr> require(const PolicyHolder& holder) const override;
  Result<std::string> put(const PolicyHolder& holder, const std::string& text,
                          const std::optional<std::string>& expected) override;
  Result<std::string> remove(const PolicyHolder& holder, const std::optional<std::string>& expected) override;
  Result<TableInfo> create_table(const TableDefinition& definition, const std::string& policy) override;

 private:
  // Given the policy that is there (nullptr: none), the one that is to be.
  using Edit = std::function<Result<ResourcePolicyPtr>(const ResourcePolicyPtr&)>;
  Result<void> change(const PolicyHolder& holder, const Edit& edit);
  ResourcePolicyPtr make(const std::string& text, const ResourcePolicyPtr& before) const;

  EmbeddedStore::Impl& store_;
  std::atomic<bool> any_ = false;
};

}  // namespace caudal::items
