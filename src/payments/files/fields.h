// SPDX-License-Identifier: Apache-2.0
// What the fields of a record are called, and the payment that they make. Inside room payments/files only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "payments/files/records.h"

namespace caudal::payments {

// "account" or "AccountId", in any case. Nothing: no field of a payment.
std::optional<Field> field_of(std::string_view name);

// Which columns of a file make which field: those that are called so, or those that the mapping names.
class Columns {
 public:
  // Errors: unusable_file, naming what is missing.
  static Result<Columns> of(const std::vector<std::string>& names, const RecordOptions& options);
  bool uses(size_t column) const;
  // `row` has a text for each column. The views of `fields` are into `row` and `made`.
  void gather(const std::vector<std::string>& row, std::array<std::string, kFields>& made, Fields& fields) const;

 private:
  struct Part {
    std::optional<size_t> column = {};
    std::string text = {};  // without one
  };
  static Result<Columns> by_name(const std::vector<std::string>& names);
  static Result<Columns> by_mapping(const std::vector<std::string>& names, const FileMapping& mapping);
  Result<void> check(const std::vector<std::string>& names, const RecordOptions& options) const;
  std::vector<Part>& at(Field field) { return parts_[static_cast<size_t>(field)]; }
  const std::vector<Part>& at(Field field) const { return parts_[static_cast<size_t>(field)]; }

  std::array<std::vector<Part>, kFields> parts_;
};

Result<NewPayment> payment_of(const Fields& fields, uint64_t line, const RecordOptions& options);

}  // namespace caudal::payments
