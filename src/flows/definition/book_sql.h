// SPDX-License-Identifier: Apache-2.0
// The SQL of a declared book, in the part of the language that Trino and DuckDB share (with DuckDB's integer_division
// on, as room sql sets it).
//
// DuckDB holds the state of every aggregate of every entity in memory: 640 aggregates of 1.5 million clients are some
// 20 GB. So Caudal itself computes a book from book_events (room flows/books), and is held to this SQL by its tests.
// Amounts are summed as whole cents in 128 bits and averages are rounded half away from zero at six places, without
// floating point; a sum that does not fit its column fails the statement instead of wrapping. max(CASE ...) is used
// rather than max(...) FILTER, whose cost in DuckDB grows with the square of the number of aggregates.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/date.h"
#include "flows/definition/book.h"

namespace caudal::flows {

// The class values that variables are of, each as its class and its place there: columns c0, c1, ... of book_events.
std::vector<std::pair<size_t, size_t>> used_class_values(const BookDefinition& book);

// A SELECT over the book's source: one row per event of the longest window with what the variables need. Columns: the
// entity, never NULL; k, the shortest window that the event is in, from 1 on; c0, c1, ... whether it is of a class
// value; m0, m1, ... the measures; s0, s1, ... those that are added up, as whole numbers of their last place.
std::string book_events(const BookDefinition& book, Date dt_base);

// A SELECT over a table that holds book_events: the entity column and then every variable, one row per entity, in no
// order (sorting rows this wide costs a fifth of the statement).
std::string book_variables(const BookDefinition& book, const std::string& events_table);

// Both in one statement: the whole book, for small ones and for other engines.
std::string book_select(const BookDefinition& book, Date dt_base);

// A SELECT giving the data dictionary of the book's table: posicao, variavel, tipo, descricao, medida, agregacao,
// janela, meses, classe, valor; one row per column, the entity first.
std::string book_dictionary(const BookDefinition& book);

}  // namespace caudal::flows
