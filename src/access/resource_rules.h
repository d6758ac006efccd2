// SPDX-License-Identifier: Apache-2.0
// What a policy that is attached to a resource may say, which each kind of resource has its own rules for.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "access/policy.h"
#include "access/policy_words.h"

namespace caudal::access {

using UserCheck = std::function<bool(std::string_view)>;

class ResourceRules {
 public:
  virtual ~ResourceRules() = default;
  virtual const PolicyWords& words() const = 0;
  // Empty: any user will do.
  virtual const UserCheck& knows_user() const = 0;
  // Some action has this name, or fits the pattern.
  virtual bool is_action(std::string_view text) const = 0;
  // The resource itself, or something in it.
  virtual bool is_resource(std::string_view text) const = 0;
  virtual bool is_condition_key(std::string_view lower_case) const = 0;
  // Whether the action can be asked of any of the resources.
  virtual bool apply(std::string_view action, const std::vector<std::string_view>& resources) const = 0;
};

// These use what they are made of.
class RulesOfBuckets final : public ResourceRules {
 public:
  explicit RulesOfBuckets(const BucketRules& rules) : rules_(rules) {}
  const PolicyWords& words() const override { return kS3Words; }
  const UserCheck& knows_user() const override { return rules_.knows_user; }
  bool is_action(std::string_view text) const override;
  bool is_resource(std::string_view text) const override;
  bool is_condition_key(std::string_view lower_case) const override;
  bool apply(std::string_view action, const std::vector<std::string_view>& resources) const override;

 private:
  const BucketRules& rules_;
};

class RulesOfTables final : public ResourceRules {
 public:
  explicit RulesOfTables(const TableRules& rules) : rules_(rules) {}
  const PolicyWords& words() const override { return kDynamoDbWords; }
  const UserCheck& knows_user() const override { return rules_.knows_user; }
  bool is_action(std::string_view text) const override;
  bool is_resource(std::string_view text) const override;
  bool is_condition_key(std::string_view lower_case) const override;
  bool apply(std::string_view, const std::vector<std::string_view>&) const override { return true; }

 private:
  const TableRules& rules_;
};

}  // namespace caudal::access
