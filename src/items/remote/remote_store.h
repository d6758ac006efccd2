// SPDX-License-Identifier: Apache-2.0
// A Store at an endpoint that speaks DynamoDB. What the endpoint says it did not do, since it has too much to do, is
// sent again after a while; so is what comes to the same a second time, when its answer was lost. Where a lost answer
// may stand for a write that happened, that is told (Errc::outcome_unknown); transactions carry a token, and can always
// be sent again.
//
//   auto store = TRY(RemoteStore::open({.endpoint = "http://127.0.0.1:8000", .credentials = {...}}, clock, seed));
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "aws/sigv4_sign.h"
#include "base/backoff.h"
#include "base/clock.h"
#include "items/batch_reads.h"
#include "items/store.h"

namespace caudal::items {

struct RemoteOptions {
  std::string endpoint;  // "https://dynamodb.sa-east-1.amazonaws.com", "http://127.0.0.1:8000"
  std::string region = "us-east-1";
  aws::Credentials credentials = {};
  std::string ca_file = {};  // certificates to trust, and none else; empty: the system's
  std::chrono::milliseconds timeout = std::chrono::seconds(30);  // of one attempt
  Backoff retries = {.attempts = 10,
                     .first_delay = std::chrono::milliseconds(50),
                     .factor = 2.0,
                     .max_delay = std::chrono::seconds(20),
                     .jitter = 1.0};
  // Of making and removing tables, from one look to the next.
  std::chrono::milliseconds poll_interval = std::chrono::milliseconds(100);
  std::chrono::minutes table_timeout = std::chrono::minutes(10);
};

// Errors of calls besides those of Store: unavailable, outcome_unknown, not_allowed, not_offered.
class RemoteStore final : public Store, public BatchReads {
 public:
  // `clock` outlives it; `seed` is for the waits between attempts. Sends nothing. Errors: invalid_request, for an
  // endpoint that is none.
  static Result<std::unique_ptr<RemoteStore>> open(RemoteOptions options, Clock& clock, uint64_t seed);
  ~RemoteStore() override;

  Result<TableInfo> create_table(const TableDefinition& definition) override;
  Result<TableInfo> delete_table(const std::string& table) override;
  Result<TableInfo> describe_table(const std::string& table) const override;
  Result<TableNamesPage> list_tables(const std::string& after, size_t limit) const override;
  Result<TableInfo> change_table(const TableChange& change) override;
  Result<void> change_tags(const std::string& table, const Tags& set, const std::vector<std::string>& removed) override;

  using Store::transact;
  using Store::write;
  using Store::write_each;
  // `done` is called from this thread; so below.
  void write(Write write, Done done) override;
  // Puts and removals without conditions go together, 25 at a time.
  void write_each(std::vector<Write> writes, EachDone done) override;
  void transact(std::vector<Write> writes, const ClientToken& token, TransactDone done) override;

  // Nothing: endpoints tell it with writes alone.
  Result<std::optional<ItemCollection>> item_collection(const std::string& table, const Item& item) const override;
  Result<Got> get(const Get& get) const override;
  // By one transaction: at most 100 items and 4 MB.
  Result<std::vector<Got>> get_all(const std::vector<Get>& gets,
                                   uint64_t most_bytes = std::numeric_limits<uint64_t>::max()) const override;
  // By BatchGetItem, a hundred at a time; what is left unprocessed is asked for again.
  Result<std::vector<Got>> get_each(const std::vector<Get>& gets, uint64_t most_bytes) const override;
  Result<Page> query(const Query& query) const override;
  Result<Page> scan(const Scan& scan) const override;

  // Not offered: whoever follows a stream of the endpoint asks the endpoint.
  Streams& streams() override;
  // Nothing to do: the endpoint does it.
  Result<Swept> sweep(const std::stop_token& stop) override;

  struct Impl;  // known inside the room only

 private:
  explicit RemoteStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::items
