// SPDX-License-Identifier: Apache-2.0
// Classes × measures × aggregates × windows, with their names, types and Portuguese descriptions.
#include "flows/definition/book_variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace caudal::flows {
namespace {

constexpr size_t kMostVariables = 20'000;

const std::vector<std::pair<const char*, Aggregate>>& aggregates() {
  static const std::vector<std::pair<const char*, Aggregate>> words = {{"sum", Aggregate::kSum},
                                                                       {"avg", Aggregate::kAvg},
                                                                       {"max", Aggregate::kMax},
                                                                       {"min", Aggregate::kMin},
                                                                       {"count", Aggregate::kCount}};
  return words;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

const char* portuguese(Aggregate aggregate) {
  switch (aggregate) {
    case Aggregate::kSum: return "Soma";
    case Aggregate::kAvg: return "Média";
    case Aggregate::kMax: return "Máximo";
    case Aggregate::kMin: return "Mínimo";
    case Aggregate::kCount: return "Contagem";
  }
  return "";
}

ColumnType type_of(const ColumnType& measure, Aggregate aggregate) {
  const bool decimal = measure.kind == TypeKind::kDecimal;
  switch (aggregate) {
    // Sums keep the scale. 18 digits hold what one entity can sum up to; a larger sum fails the statement.
    case Aggregate::kSum: return decimal ? ColumnType::decimal(18, measure.scale) : ColumnType{TypeKind::kBigint};
    case Aggregate::kAvg: return ColumnType::decimal(18, kAverageScale);
    case Aggregate::kMax:
    case Aggregate::kMin: return measure;
    case Aggregate::kCount: return ColumnType{TypeKind::kBigint};
  }
  return measure;
}

class VariableMaker {
 public:
  VariableMaker(BookDefinition& book, Mistakes& mistakes) : book_(book), mistakes_(mistakes) {}

  void make() {
    book_.variables.clear();
    if (book_.totals) add_all(std::nullopt, std::nullopt);
    for (size_t c = 0; c < book_.classes.size(); ++c) {
      for (size_t v = 0; v < book_.classes[c].values.size(); ++v) {
        if (!is_seen(book_.classes[c].values[v])) add_all(c, v);
      }
    }
    if (book_.variables.size() > kMostVariables)
      mistakes_.add(book_.place, fmt::format("the book has {} variables; at most {} are possible",
                                             book_.variables.size(), kMostVariables));
  }

 private:
  // Whether a value of the same name made its variables already. A different condition is a mistake.
  bool is_seen(const ClassValue& value) {
    const auto [seen, is_new] = values_.emplace(lower(value.name), &value);
    if (is_new) return false;
    if (seen->second->condition != value.condition)
      mistakes_.add(value.place,
                    fmt::format("'{}' stands for another condition in line {}; its variables would have the same "
                                "names: give it another name, or the same condition",
                                value.name, seen->second->place.line));
    return true;
  }

  void add_all(std::optional<size_t> book_class, std::optional<size_t> class_value) {
    for (size_t m = 0; m < book_.measures.size(); ++m) {
      for (const Aggregate aggregate : book_.measures[m].aggregates) {
        for (size_t w = 0; w < book_.windows.size(); ++w) add(m, aggregate, w, book_class, class_value);
      }
    }
  }

  void add(size_t m, Aggregate aggregate, size_t w, std::optional<size_t> book_class,
           std::optional<size_t> class_value) {
    const BookMeasure& measure = book_.measures[m];
    const BookWindow& window = book_.windows[w];
    BookVariable variable;
    variable.name = fmt::format("{}_{}_{}", lower(measure.name), name_of(aggregate), lower(window.name));
    variable.description = fmt::format("{} de {} ({}) nos últimos {} {}", portuguese(aggregate), measure.name,
                                       measure.description, window.months, window.months == 1 ? "mês" : "meses");
    if (class_value) {
      const ClassValue& value = book_.classes[*book_class].values[*class_value];
      variable.name += "_" + lower(value.name);
      variable.description += fmt::format(", {}: {}", value.name, value.description);
    }
    variable.type = type_of(measure.type, aggregate);
    variable.measure = m;
    variable.aggregate = aggregate;
    variable.window = w;
    variable.book_class = book_class;
    variable.class_value = class_value;
    if (const auto [seen, is_new] = names_.emplace(variable.name, m); !is_new || variable.name == book_.entity)
      mistakes_.add(measure.place, fmt::format("two columns of the book would be called '{}'", variable.name));
    book_.variables.push_back(std::move(variable));
  }

  BookDefinition& book_;
  Mistakes& mistakes_;
  std::map<std::string, const ClassValue*> values_;
  std::map<std::string, size_t> names_;
};

}  // namespace

const char* name_of(Aggregate aggregate) {
  for (const auto& [word, value] : aggregates()) {
    if (value == aggregate) return word;
  }
  return "unknown";
}

std::optional<Aggregate> aggregate_named(std::string_view word) {
  for (const auto& [name, value] : aggregates()) {
    if (word == name) return value;
  }
  return std::nullopt;
}

void work_out_variables(BookDefinition& book, Mistakes& mistakes) { VariableMaker(book, mistakes).make(); }

}  // namespace caudal::flows
