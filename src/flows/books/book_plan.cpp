// SPDX-License-Identifier: Apache-2.0
// Working out a book's plan.
#include "flows/books/book_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "flows/books/errors.h"
#include "flows/definition/book_sql.h"

namespace caudal::flows::books {
namespace {

using sql::Type;
using sql::TypeId;

constexpr int kAveragePlaces = 6;
constexpr uint8_t kMostDigits = 18;  // of a decimal in 64 bits

int64_t power_of_ten(int exponent) {
  int64_t value = 1;
  for (int i = 0; i < exponent; ++i) value *= 10;
  return value;
}

int scale_of(const ColumnType& type) { return type.kind == TypeKind::kDecimal ? type.scale : 0; }

uint8_t width_bytes(const Type& type) {
  switch (type.id) {
    case TypeId::kTinyint:
    case TypeId::kUtinyint: return 1;
    case TypeId::kSmallint:
    case TypeId::kUsmallint: return 2;
    case TypeId::kInteger:
    case TypeId::kUinteger: return 4;
    case TypeId::kHugeint: return 16;
    case TypeId::kDecimal: return type.width <= 4 ? 2 : type.width <= 9 ? 4 : type.width <= kMostDigits ? 8 : 16;
    default: return 8;
  }
}

bool is_integer(TypeId id) {
  switch (id) {
    case TypeId::kTinyint:
    case TypeId::kSmallint:
    case TypeId::kInteger:
    case TypeId::kBigint:
    case TypeId::kUtinyint:
    case TypeId::kUsmallint:
    case TypeId::kUinteger:
    case TypeId::kUbigint: return true;
    default: return false;
  }
}

// The type by which numbers of `type` are read as 64-bit whole numbers; what does not fit it fails the statement.
// Nothing for what is no exact number.
std::optional<Type> number_type(const Type& type) {
  if (type.id == TypeId::kHugeint || type.id == TypeId::kUbigint) return Type::of(TypeId::kBigint);
  if (is_integer(type.id)) return type;
  if (type.id != TypeId::kDecimal || type.scale > kMostDigits) return std::nullopt;
  return Type::decimal(std::min(type.width, kMostDigits), type.scale);
}

Error unsupported(std::string_view what, const std::string& name, const ColumnType& declared, const Type& found) {
  return {make_error_code(Errc::unsupported_type),
          fmt::format("{} {} is declared {}, but the book's source gives {}; write CAST({} AS {}) there", what, name,
                      declared.to_string(), found.to_string(), name, declared.sql_name())};
}

class Planner {
 public:
  Planner(const BookDefinition& book, Date dt_base, std::span<const sql::Column> events)
      : book_(book), dt_base_(dt_base), events_(events), classes_(used_class_values(book)) {}

  Result<BookPlan> plan() {
    const Type& entity = events_[0].type;
    if (!is_integer(entity.id) && entity.id != TypeId::kVarchar)
      return unsupported("entity", book_.entity, book_.entity_type, entity);
    plan_.columns.push_back({book_.entity, entity});
    plan_.totals = book_.totals;
    plan_.windows = book_.windows.size();
    plan_.classes = classes_.size();
    selected_ = {sql::quote_identifier(book_.entity), "k"};
    for (size_t i = 0; i < classes_.size(); ++i) selected_.push_back(fmt::format("CAST(c{0} AS BOOLEAN) AS c{0}", i));
    for (size_t m = 0; m < book_.measures.size(); ++m) TRY(add_measure(m));
    for (const BookVariable& variable : book_.variables) add(variable);
    plan_.select = fmt::format("SELECT {}\nFROM (\n{}\n) AS eventos\nORDER BY {}", fmt::join(selected_, ", "),
                               book_events(book_, dt_base_), sql::quote_identifier(book_.entity));
    return std::move(plan_);
  }

 private:
  const Type& event_type(const std::string& name) const {
    const auto found = std::ranges::find(events_, name, &sql::Column::name);
    CHECK(found != events_.end(), "a column of book_events is not there");
    return found->type;
  }

  // Selects a column of the events as `type`.
  NumberColumn select(const std::string& name, const Type& type) {
    selected_.push_back(fmt::format("CAST({0} AS {1}) AS {0}", name, type.to_string()));
    const bool is_unsigned =
        type.id == TypeId::kUtinyint || type.id == TypeId::kUsmallint || type.id == TypeId::kUinteger;
    return {.column = selected_.size() - 1, .width_bytes = width_bytes(type), .is_signed = !is_unsigned};
  }

  Result<void> add_measure(size_t m) {
    const BookMeasure& measure = book_.measures[m];
    const std::string name = fmt::format("m{}", m);
    const Type& found = event_type(name);
    const std::optional<Type> type = number_type(found);
    if (!type) return unsupported("measure", measure.name, measure.type, found);
    PlannedMeasure planned{.name = measure.name, .value = select(name, *type), .whole = {}};
    planned.whole = planned.value;
    const int found_scale = found.id == TypeId::kDecimal ? found.scale : 0;
    const bool is_added_up = std::ranges::any_of(
        measure.aggregates, [](Aggregate a) { return a == Aggregate::kSum || a == Aggregate::kAvg; });
    if (is_added_up && found_scale != scale_of(measure.type))
      planned.whole = select(fmt::format("s{}", m), Type::of(TypeId::kBigint));
    plan_.measures.push_back(std::move(planned));
    found_.push_back(found);
    return {};
  }

  void add(const BookVariable& variable) {
    const BookMeasure& measure = book_.measures[variable.measure];
    const int scale = scale_of(measure.type);
    size_t value = classes_.size();
    if (variable.class_value) {
      const std::pair<size_t, size_t> at{*variable.book_class, *variable.class_value};
      value = static_cast<size_t>(std::ranges::find(classes_, at) - classes_.begin());
    }
    Type type = Type::of(TypeId::kBigint);
    if (variable.aggregate == Aggregate::kMax || variable.aggregate == Aggregate::kMin)
      type = found_[variable.measure];
    else if (variable.type.kind == TypeKind::kDecimal)
      type = Type::decimal(variable.type.precision, variable.type.scale);
    plan_.columns.push_back({variable.name, type});
    plan_.variables.push_back({.aggregate = variable.aggregate,
                               .cell = value * plan_.windows + variable.window,
                               .measure = variable.measure,
                               .width_bytes = width_bytes(type),
                               .counts_all = measure.required,
                               .average_factor = 2 * power_of_ten(kAveragePlaces - scale),
                               .is_decimal = type.id == TypeId::kDecimal});
  }

  const BookDefinition& book_;
  const Date dt_base_;
  const std::span<const sql::Column> events_;
  const std::vector<std::pair<size_t, size_t>> classes_;
  std::vector<std::string> selected_;
  std::vector<Type> found_;  // of each measure, as the source gives it
  BookPlan plan_;
};

}  // namespace

Result<BookPlan> plan_book(const BookDefinition& book, Date dt_base, std::span<const sql::Column> events) {
  CHECK(events.size() > 2, "the events of a book have an entity, k and measures");
  return Planner(book, dt_base, events).plan();
}

}  // namespace caudal::flows::books
