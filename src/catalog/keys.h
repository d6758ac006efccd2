// SPDX-License-Identifier: Apache-2.0
// The keys of the catalog's rows. The first byte is the kind of row; the rest are its names, in an order that makes
// what is read together lie together. For the catalog's own use.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "catalog/publication.h"
#include "kv/key.h"

namespace caudal::catalog::keys {

inline kv::KeyWriter kind(char letter) {
  kv::KeyWriter key;
  key.raw({&letter, 1});
  return key;
}

inline std::string databases() { return kind('d').take(); }
inline std::string database(std::string_view name) { return kind('d').text(name).take(); }

inline std::string tables(std::string_view database) { return kind('t').text(database).take(); }
inline std::string all_tables() { return kind('t').take(); }
inline std::string table(std::string_view database, std::string_view name) {
  return kind('t').text(database).text(name).take();
}

inline std::string versions(std::string_view database, std::string_view table) {
  return kind('v').text(database).text(table).take();
}
inline std::string version(std::string_view database, std::string_view table, uint64_t number) {
  return kind('v').text(database).text(table).u64(number).take();
}

// Of every table, of one, or of those partitions of it whose first values are given.
inline std::string all_live() { return kind('p').take(); }
inline std::string all_history() { return kind('h').take(); }
inline kv::KeyWriter of_table(char letter, std::string_view database, std::string_view table,
                              std::span<const std::string> values) {
  kv::KeyWriter key = kind(letter);
  key.text(database).text(table);
  for (const std::string& value : values) key.text(value);
  return key;
}
inline std::string live(std::string_view database, std::string_view table, std::span<const std::string> values = {}) {
  return of_table('p', database, table, values).take();
}
inline std::string live(const PartitionName& name) { return live(name.database, name.table, name.values); }
inline std::string history(std::string_view database, std::string_view table,
                           std::span<const std::string> values = {}) {
  return of_table('h', database, table, values).take();
}
inline std::string history(const PartitionName& name, uint64_t sequence) {
  return of_table('h', name.database, name.table, name.values).u64(sequence).take();
}

inline std::string all_staged() { return kind('s').take(); }
inline std::string staged(std::string_view id) { return kind('s').text(id).take(); }
inline std::string staged(std::string_view id, std::string_view database, std::string_view table,
                          std::span<const std::string> values = {}) {
  kv::KeyWriter key = kind('s');
  key.text(id).text(database).text(table);
  for (const std::string& value : values) key.text(value);
  return key.take();
}

// Databases and tables that wait for their publication: new ones, whose version is 0, and others with other columns.
inline std::string all_staged_databases() { return kind('b').take(); }
inline std::string staged_databases(std::string_view id) { return kind('b').text(id).take(); }
inline std::string staged_database(std::string_view id, std::string_view name) {
  return kind('b').text(id).text(name).take();
}
inline std::string all_staged_tables() { return kind('u').take(); }
inline std::string staged_tables(std::string_view id) { return kind('u').text(id).take(); }
inline std::string staged_tables(std::string_view id, std::string_view database) {
  return kind('u').text(id).text(database).take();
}
inline std::string staged_table(std::string_view id, std::string_view database, std::string_view table) {
  return kind('u').text(id).text(database).text(table).take();
}
// Of each table, the publications that changed its columns.
inline std::string column_changes() { return kind('w').take(); }
inline std::string column_changes(std::string_view database, std::string_view table) {
  return kind('w').text(database).text(table).take();
}
inline std::string column_change(std::string_view database, std::string_view table, uint64_t sequence) {
  return kind('w').text(database).text(table).u64(sequence).take();
}

inline std::string publications() { return kind('q').take(); }
inline std::string publication(uint64_t sequence) { return kind('q').u64(sequence).take(); }
inline std::string publication_id(std::string_view id) { return kind('i').text(id).take(); }

inline std::string columns(std::string_view hash) { return kind('c').raw(hash).take(); }

inline std::string all_garbage() { return kind('g').take(); }
inline std::string garbage(std::string_view location) { return kind('g').text(location).take(); }

}  // namespace caudal::catalog::keys
