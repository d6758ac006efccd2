// SPDX-License-Identifier: Apache-2.0
// The SQL of a declared book, in the part of the language that Trino and DuckDB share (with DuckDB's integer_division
// on, as room sql sets it).
//
// DuckDB holds the state of every aggregate of every entity in memory: 640 aggregates of 1.5 million clients are some
// 20 GB. So an engine computes a book in slices:
//   CREATE TEMP TABLE eventos AS <book_events> ORDER BY <entity>;      -- one pass over the source
//   boundaries = <book_slice_boundaries("eventos", rows per slice)>;   -- values of the entity
//   for each slice: COPY (<book_variables("eventos", slice)>) TO ...;  -- reads its own rows alone, as they are sorted
// Amounts are summed as whole cents in 128 bits and averages are rounded half away from zero at six places, without
// floating point; a sum that does not fit its column fails the statement instead of wrapping. max(CASE ...) is used
// rather than max(...) FILTER, whose cost in DuckDB grows with the square of the number of aggregates.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/date.h"
#include "flows/definition/book.h"

namespace caudal::flows {

// The entities of `from` and above, below `below`: values of the entity column as text. Absent: no bound.
struct BookSlice {
  std::optional<std::string> from = {};
  std::optional<std::string> below = {};
};

// The class values that variables are of, each as its class and its place there: columns c0, c1, ... of book_events.
std::vector<std::pair<size_t, size_t>> used_class_values(const BookDefinition& book);

// A SELECT over the book's source: one row per event of the longest window with what the variables need. Columns: the
// entity, never NULL; k, the shortest window that the event is in, from 1 on; c0, c1, ... whether it is of a class
// value; m0, m1, ... the measures; s0, s1, ... those that are added up, as whole numbers of their last place.
std::string book_events(const BookDefinition& book, Date dt_base);

// A SELECT over a table that holds book_events: the entity column and then every variable, one row per entity, in no
// order (sorting rows this wide costs a fifth of the statement).
std::string book_variables(const BookDefinition& book, const std::string& events_table, const BookSlice& slice = {});

// Both in one statement: the whole book, for small ones and for other engines.
std::string book_select(const BookDefinition& book, Date dt_base);

// A SELECT of one text column, ascending: the first entity of the second slice, of the third, and so on, so that each
// has about `events_per_slice` events. For a DuckDB table that holds book_events in the order of the entity.
std::string book_slice_boundaries(const BookDefinition& book, const std::string& events_table, size_t events_per_slice);

// How many events a slice may have so that a statement's aggregates stay near `memory_bytes`, if every entity had but
// one event (the worst case).
size_t events_per_slice(const BookDefinition& book, size_t memory_bytes);

// A SELECT giving the data dictionary of the book's table: posicao, variavel, tipo, descricao, medida, agregacao,
// janela, meses, classe, valor; one row per column, the entity first.
std::string book_dictionary(const BookDefinition& book);

}  // namespace caudal::flows
