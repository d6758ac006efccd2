// SPDX-License-Identifier: Apache-2.0
// The SQL of a declared book, in the part of the language that Trino and DuckDB share.
#pragma once

#include <cstddef>
#include <string>

#include "base/date.h"
#include "flows/definition/book.h"

namespace caudal::flows {

// Which part of a book one statement computes: the entities of slice `index` of `count` (all of them for 0 of 1).
// DuckDB holds the state of every aggregate of every entity in memory, so a wide book of many entities has to be
// computed in slices; the slices are disjoint and together give every entity once.
struct BookSlice {
  int index = 0;
  int count = 1;
};

// A SELECT giving the entity column and then every variable, one row per entity that has an event in the longest
// window, ordered by entity.
std::string book_select(const BookDefinition& book, Date dt_base, BookSlice slice = {});

// How many slices keep the memory of one statement near `memory_bytes` for `entities` entities.
int slices_for(const BookDefinition& book, size_t entities, size_t memory_bytes);

// A SELECT giving the data dictionary of the book's table: variavel, posicao, tipo, descricao, classe, valor, medida,
// agregacao, janela, meses; one row per column, the entity first.
std::string dictionary_select(const BookDefinition& book);

}  // namespace caudal::flows
