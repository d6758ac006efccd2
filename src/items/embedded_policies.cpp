// SPDX-License-Identifier: Apache-2.0
#include "items/embedded_policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "items/errors.h"

namespace caudal::items {
namespace {

Error no_such_policy() {
  return {Errc::no_such_policy, "Resource-based policy not found for the provided ResourceArn"};
}

Result<void> check(const ResourcePolicyPtr& now, const std::optional<std::string>& expected) {
  if (!expected || (now == nullptr ? *expected == kNoPolicy : now->revision == *expected)) return {};
  return Error{Errc::no_such_policy, "Resource-based policy not found for the provided ResourceArn and RevisionId"};
}

int64_t number_of(const std::string& revision) {
  int64_t number = 0;
  std::from_chars(revision.data(), revision.data() + revision.size(), number);
  return number;
}

}  // namespace

EmbeddedPolicies::EmbeddedPolicies(EmbeddedStore::Impl& store) : store_(store) {
  const std::vector<TablePtr> tables = store_.tables.all();
  any_ = store_.streams->has_policies() ||
         std::ranges::any_of(tables, [](const TablePtr& table) { return table->row.policy != nullptr; });
}

// A time, as DynamoDB has it, and never the one before, also when the clock goes back.
ResourcePolicyPtr EmbeddedPolicies::make(const std::string& text, const ResourcePolicyPtr& before) const {
  int64_t revision = store_.clock.now().time_since_epoch().count();
  if (before != nullptr) revision = std::max(revision, number_of(before->revision) + 1);
  return std::make_shared<ResourcePolicy>(ResourcePolicy{.text = text, .revision = fmt::format("{}", revision)});
}

ResourcePolicyPtr EmbeddedPolicies::find(const PolicyHolder& holder) const {
  if (!any()) return nullptr;
  if (!holder.stream.empty()) {
    const StreamPtr stream = store_.streams->find({.table = holder.table, .label = holder.stream});
    return stream != nullptr ? stream->policy : nullptr;
  }
  const TablePtr table = store_.tables.find(holder.table);
  return table != nullptr ? table->row.policy : nullptr;
}

Result<ResourcePolicyPtr> EmbeddedPolicies::require(const PolicyHolder& holder) const {
  ResourcePolicyPtr policy;
  if (holder.stream.empty())
    policy = TRY(store_.tables.require(holder.table))->row.policy;
  else
    policy = TRY(store_.streams->require({.table = holder.table, .label = holder.stream}))->policy;
  if (policy == nullptr) return no_such_policy();
  return policy;
}

Result<void> EmbeddedPolicies::change(const PolicyHolder& holder, const Edit& edit) {
  if (holder.stream.empty()) {
    return store_.edit_table(holder.table, [&](TableRow& row, Changes&) -> Result<void> {
      row.policy = TRY(edit(row.policy));
      return {};
    });
  }
  StreamPtr changed;
  return store_.change_alone(
      [&](Changes& changes) -> Result<void> {
        auto stream =
            std::make_shared<StreamRow>(*TRY(store_.streams->require({.table = holder.table, .label = holder.stream})));
        stream->policy = TRY(edit(stream->policy));
        changes.put(store_.families.streams, stream_key(stream->name), encode(*stream));
        changed = std::move(stream);
        return {};
      },
      [&] { store_.streams->note(changed); });
}

Result<std::string> EmbeddedPolicies::put(const PolicyHolder& holder, const std::string& text,
                                          const std::optional<std::string>& expected) {
  // Before it is seen: who then gathers too much, for a policy that was refused, does no harm.
  any_ = true;
  std::string revision;
  TRY(change(holder, [&](const ResourcePolicyPtr& now) -> Result<ResourcePolicyPtr> {
    TRY(check(now, expected));
    ResourcePolicyPtr policy = now != nullptr && now->text == text ? now : make(text, now);
    revision = policy->revision;
    return policy;
  }));
  return revision;
}

Result<std::string> EmbeddedPolicies::remove(const PolicyHolder& holder, const std::optional<std::string>& expected) {
  std::string revision;
  TRY(change(holder, [&](const ResourcePolicyPtr& now) -> Result<ResourcePolicyPtr> {
    TRY(check(now, expected));
    revision = now != nullptr ? now->revision : "";
    return ResourcePolicyPtr();
  }));
  return revision;
}

Result<TableInfo> EmbeddedPolicies::create_table(const TableDefinition& definition, const std::string& policy) {
  any_ = true;
  return store_.create_table(definition, make(policy, nullptr));
}

}  // namespace caudal::items
