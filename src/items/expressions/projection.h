// SPDX-License-Identifier: Apache-2.0
// Projections: which parts of an item are asked for. ProjectionExpression, AttributesToGet, the attributes that an
// index holds, and the paths that an update touched.
//
//   const Projection projection = TRY(parse_projection("id, data.amount, lines[0]", names));
//   const Item part = projection.of(item);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/expressions/path.h"
#include "items/expressions/path_tree.h"
#include "items/expressions/placeholders.h"
#include "items/expressions/printer.h"

namespace caudal::items {

class Projection {
 public:
  // The paths, which must not overlap: see check_overlap.
  explicit Projection(std::vector<Path> paths);

  const std::vector<Path>& paths() const { return paths_; }
  // What there is of the paths, each where it was; elements of lists move up, in their order.
  Item of(const Item& item) const;
  // The same of an item as it is stored (item_codec.h), without reading the attributes that nobody asked for. Errors:
  // ValueErrc::corrupt.
  Result<Item> of_stored(std::string_view stored) const;
  friend bool operator==(const Projection& a, const Projection& b) { return a.paths_ == b.paths_; }

 private:
  struct Wanted {};
  using Tree = PathTree<Wanted>;
  static std::optional<Value> part(const Tree& tree, const Value& value);
  std::vector<Path> paths_;
  Tree tree_;
};

// ProjectionExpression. Errors in DynamoDB's words: ExpressionErrc::invalid_expression.
Result<Projection> parse_projection(std::string_view text, Placeholders& placeholders);
// AttributesToGet: names of attributes, whatever they are made of.
Result<Projection> projection_of_attributes(const std::vector<std::string>& names);
Printed print(const Projection& projection);

}  // namespace caudal::items
