// SPDX-License-Identifier: Apache-2.0
// BookDefinition: a book of variables, declared: classes × measures × windows × aggregates over one row per event give
// one row per entity. The variables' names, types and descriptions are worked out here; the SQL is book_sql.h's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mistakes.h"
#include "base/yaml.h"
#include "flows/definition/column_type.h"
#include "flows/definition/sql_template.h"

namespace caudal::flows {

enum class Aggregate : uint8_t { kSum, kAvg, kMax, kMin, kCount };
const char* name_of(Aggregate aggregate);  // "sum", ...

// The last `months` months before dt_base: [dt_base − months, dt_base).
struct BookWindow {
  std::string name = {};  // "U3M"
  int months = 0;
  TextPlace place = {};
};

struct ClassValue {
  std::string name = {};       // "PAGAMENTO_ATRASADO"
  std::string condition = {};  // SQL over the source's columns; not true means not of the class
  std::string description = {};
  TextPlace place = {};
};

// One way of sorting events, such as by term or by amount. An event can be of several values or of none.
struct BookClass {
  std::string name = {};
  std::vector<ClassValue> values = {};
  TextPlace place = {};
};

struct BookMeasure {
  std::string name = {};  // a column of the source
  ColumnType type = {};   // of that column: decimal of at most 18 digits, int or bigint
  bool required = false;  // never NULL in the source, so that one count serves all averages
  std::string description = {};
  std::vector<Aggregate> aggregates = {};
  TextPlace place = {};
};

// One column of the book.
struct BookVariable {
  std::string name = {};  // valor_fatura_avg_u3m_pagamento_atrasado
  ColumnType type = {};
  std::string description = {};
  size_t measure = 0;  // positions in the definition's lists
  Aggregate aggregate = Aggregate::kSum;
  size_t window = 0;
  std::optional<size_t> book_class = {};  // absent for variables over all events
  std::optional<size_t> class_value = {};
};

struct BookDefinition {
  std::string name = {};
  std::string description = {};
  SqlTemplate source = {};  // a SELECT: one row per event with entity, date, measures, what conditions name
  std::string entity = {};  // id_cliente
  ColumnType entity_type = {};
  std::string entity_description = {};
  std::string date = {};                 // data_emissao
  std::vector<BookWindow> windows = {};  // shortest first
  std::vector<BookClass> classes = {};
  std::vector<BookMeasure> measures = {};
  bool totals = false;                       // also variables over all events of a window, whatever their class
  std::vector<BookVariable> variables = {};  // worked out, in a fixed order: class value, measure, aggregate, window
  TextPlace place = {};
};

// Reads a book's declaration and works out its variables. Everything wrong is added to `mistakes`; the book is whole
// only if nothing was added.
BookDefinition read_book(const yaml::Node& root, Mistakes& mistakes);

}  // namespace caudal::flows
