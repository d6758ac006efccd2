// SPDX-License-Identifier: Apache-2.0
// The tables of payments, and how each question is answered by keys alone.
//
// BankPayments (published: any client of DynamoDB may read and write it)
//   PK `<account>#PAYMENT`, SK `<STATUS>#<sequence>`, where the sequence begins with the seconds of the date, so
//   an account's payments of a status in a span of dates are one query of a range of SK; a payment by its id, whose
//   status is not known, is at most six gets of one moment.
//   GSI1: GSI1PK `SCHEDULED#1`…`SCHEDULED#5` (a shard, by the sequence) or the status alone, GSI1SK the date: all
//   accounts' payments of a status and a span of dates are one query, or one for each shard.
//   GSI2: GSI2PK the transaction, of those PROCESSED and not yet archived.
// BankPaymentsProcessed (published: the long term)
//   `id` the transaction: by transaction, one get. AccountDate: AccountId and ScheduledDate. GSI1 as above, in shards.
// BankPaymentsJournal
//   PK `<account>#R<nine digits>`, SK the version: every change of a payment, in order; no row is ever changed. The
//   digits come from the client's reference, and are sought from there on when another reference has them, so the first
//   row of a payment is at once what makes a reference unique, whatever the date: see references.h. What other
//   clients put into the tables has `<account>#S<sequence>`.
// BankPaymentsWork
//   Work, Part: how far loads of files are, their refused lines, and the slots of the timetable that were kept.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "items/store.h"

namespace caudal::payments {

struct TableNames {
  std::string payments = "BankPayments";
  std::string processed = "BankPaymentsProcessed";
  std::string journal = "BankPaymentsJournal";
  std::string work = "BankPaymentsWork";
};

inline constexpr const char* kByStatusIndex = "GSI1";
inline constexpr const char* kByTransactionIndex = "GSI2";
inline constexpr const char* kByAccountIndex = "AccountDate";

// As they are made.
std::vector<items::TableDefinition> table_definitions(const TableNames& names);

// Makes what is not there, indexes included. Errors: unusable_table, where keys or an index are others.
Result<void> ensure_tables(items::Store& store, const TableNames& names);

}  // namespace caudal::payments
