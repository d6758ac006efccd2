// SPDX-License-Identifier: Apache-2.0
// The expressions of a request as texts again, with names and values of their own: what was legacy parameters goes out
// as expressions too. Inside room items/remote only.
//
//   Wording wording;
//   in.condition_expression = wording.condition(write);
//   wording.place(in);                                          // the names and values of all
#pragma once

#include <optional>
#include <string>

#include "aws/attribute_value.h"
#include "aws/shapes/shape.h"
#include "items/requests.h"
#include "items/values/wire.h"

namespace caudal::items::remote {

class Wording {
 public:
  // Nothing where the request has no such expression.
  std::optional<std::string> condition(const ExpressionsPtr& expressions);
  // Also that the item is what was read of it.
  std::optional<std::string> condition(const Write& write);
  std::optional<std::string> update(const ExpressionsPtr& expressions);
  std::optional<std::string> filter(const ExpressionsPtr& expressions);
  std::optional<std::string> projection(const ExpressionsPtr& expressions);
  // All clauses must be indexable.
  std::string key_condition(const KeyClauses& clauses);

  // Into an input that has both, or names alone.
  template <class Input>
  void place(Input& input) {
    if (!names_.empty()) input.expression_attribute_names = std::move(names_);
    if constexpr (requires { input.expression_attribute_values; }) {
      if (!values_.empty()) input.expression_attribute_values = std::move(values_);
    }
  }

 private:
  // `mark`: makes the placeholders of one expression unlike those of the others.
  std::string take(Printed printed, char mark);
  aws::Map<std::string> names_;
  aws::AttributeMap values_;
};

}  // namespace caudal::items::remote
