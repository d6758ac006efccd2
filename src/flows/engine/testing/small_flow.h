// SPDX-License-Identifier: Apache-2.0
// A flow small enough to read in a test, and a lake to run it on: real rooms in a temporary folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/testing/manual_clock.h"
#include "base/testing/temporary_directory.h"
#include "flows/definition/flow.h"
#include "flows/engine/runner.h"
#include "kv/store.h"

namespace caudal::flows::engine {

// Writes flow.yaml, contracts and SQL of a flow of invoices and payments into `folder`, which must be called small, and
// loads it.
FlowDefinition small_flow(const std::filesystem::path& folder);

// One month's deliveries, without their headers.
struct MonthFiles {
  const char* month;
  std::string invoices;
  std::string payments;
};
inline constexpr const char* kInvoiceHeader =
    "id_fatura,id_cliente,data_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo\n";
inline constexpr const char* kPaymentHeader = "id_pagamento,id_fatura,id_cliente,data_pagamento,valor_pagamento\n";
// Three months with something of everything: repeats, a newer version, orphans that heal and that do not, late rows.
std::vector<MonthFiles> three_months();

// The rooms over `root`; opening a second one on the same folder after the first is gone is a restart.
class Lake {
 public:
  explicit Lake(const std::filesystem::path& root, Observer* observer = nullptr,
                uint64_t session_memory_bytes = uint64_t{1} << 30);
  ~Lake();

  void deliver(const MonthFiles& files);
  // Puts `text` at s3://lake/raw/ingestion/<name>.
  void deliver(const std::string& name, std::string_view text);
  Result<Summary> try_month(const FlowDefinition& flow, std::string_view month);
  // These end the test's process when the run could not even begin.
  Summary run_month(const FlowDefinition& flow, std::string_view month);
  Summary start(const RunRequest& request);
  Summary resume(const FlowDefinition& flow, const runs::RunId& run);
  Summary rollback(const FlowDefinition& flow, const runs::RunId& target);
  // All rows of a statement, cells joined by '|', NULL as empty; in the statement's order.
  std::vector<std::string> rows(const std::string& statement);
  // Everything that readers see: every row of curated, refined and quarantine without run ids and raw paths, sorted.
  std::vector<std::string> contents();

  // database.table of every table that readers see, empty ones too, in order of name.
  std::vector<std::string> tables();

  Platform& platform() { return *platform_; }
  runs::RunStore& runs() { return *runs_; }
  catalog::Catalog& catalog() { return *catalog_; }

 private:
  SystemClock clock_;
  Observer quiet_;
  std::unique_ptr<kv::Store> kv_;
  std::unique_ptr<objects::Store> objects_;
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<queries::Engine> queries_;
  std::unique_ptr<runs::RunStore> runs_;
  std::unique_ptr<Platform> platform_;
  std::unique_ptr<Runner> runner_;
};

}  // namespace caudal::flows::engine
