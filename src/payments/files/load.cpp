// SPDX-License-Identifier: Apache-2.0
// Chunk by chunk: groups of payments side by side, then the refused lines, then where it is.
#include "payments/files/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/file.h"
#include "payments/files/load_state.h"
#include "payments/parallel.h"

namespace caudal::payments {
namespace {

constexpr size_t kGroup = 50;
constexpr size_t kPieceBytes = size_t{1} << 20;

// The same bytes read in the same way are the same load.
Result<std::string> load_id(const std::filesystem::path& path, const LoadOptions& options) {
  File file = TRY(File::open_read(path));
  Digest digest(DigestAlgorithm::kSha256);
  digest.update(
      fmt::format("{}\n{}\n{}\n", path.extension().string(), options.records.batch, options.records.currency));
  if (options.records.format) digest.update(fmt::format("format {}\n", static_cast<int>(*options.records.format)));
  if (options.records.mapping) digest.update(options.records.mapping->text);
  std::string piece(kPieceBytes, '\0');
  for (size_t got = TRY(file.read(piece.data(), piece.size())); got > 0;
       got = TRY(file.read(piece.data(), piece.size()))) {
    digest.update(std::string_view(piece).substr(0, got));
  }
  return to_hex(digest.finish()).substr(0, 32);
}

struct Chunk {
  std::vector<NewPayment> payments = {};
  std::vector<uint64_t> lines = {};  // of each of them
  std::vector<RefusedLine> refused = {};
  bool is_last = false;
};

Result<Chunk> read_chunk(Records& records, size_t size) {
  Chunk chunk;
  for (size_t n = 0; n < size; ++n) {
    auto record = TRY(records.next());
    if (!record) {
      chunk.is_last = true;
      return chunk;
    }
    if (record->payment) {
      chunk.payments.push_back(*std::move(record->payment));
      chunk.lines.push_back(record->line);
    } else {
      chunk.refused.push_back({.line = record->line, .reason = record->payment.error().message});
    }
  }
  return chunk;
}

struct GroupOutcome {
  uint64_t inserted = 0;
  uint64_t repeated = 0;
  std::vector<RefusedLine> refused = {};
};

Result<GroupOutcome> insert_group(Payments& payments, const Chunk& chunk, size_t begin, const Because& because) {
  const size_t end = std::min(begin + kGroup, chunk.payments.size());
  const std::vector<NewPayment> group(chunk.payments.begin() + static_cast<ptrdiff_t>(begin),
                                      chunk.payments.begin() + static_cast<ptrdiff_t>(end));
  const auto inserted = TRY(payments.insert_all(group, because));
  GroupOutcome outcome;
  for (size_t n = 0; n < inserted.size(); ++n) {
    if (!inserted[n])
      outcome.refused.push_back({.line = chunk.lines[begin + n], .reason = inserted[n].error().message});
    else if (inserted[n]->is_repeated)
      ++outcome.repeated;
    else
      ++outcome.inserted;
  }
  return outcome;
}

Result<void> insert_chunk(Payments& payments, Chunk& chunk, unsigned threads, const Because& because,
                          LoadReport& report) {
  std::vector<GroupOutcome> outcomes((chunk.payments.size() + kGroup - 1) / kGroup);
  TRY(for_each_parallel(outcomes.size(), threads, [&](size_t n) -> Result<void> {
    outcomes[n] = TRY(insert_group(payments, chunk, n * kGroup, because));
    return {};
  }));
  for (GroupOutcome& outcome : outcomes) {
    report.inserted += outcome.inserted;
    report.repeated += outcome.repeated;
    std::move(outcome.refused.begin(), outcome.refused.end(), std::back_inserter(chunk.refused));
  }
  report.refused += chunk.refused.size();
  return {};
}

}  // namespace

Result<LoadReport> load_file(Payments& payments, const std::filesystem::path& file, const LoadOptions& options,
                             const Because& because, const std::stop_token& stop, const LoadProgress& progress) {
  LoadState state(payments.store(), payments.options().tables.work, TRY(load_id(file, options)));
  const std::unique_ptr<Records> records = TRY(open_records(file, options.records));
  LoadReport report;
  if (const auto before = TRY(state.read())) {
    report = *before;
    report.was_loaded_before = report.is_finished;
    if (report.was_loaded_before) return report;
    report.went_on_at_line = report.position.line + 1;
    TRY(records->go_on_at(report.position));
  }
  while (!report.is_finished && !stop.stop_requested()) {
    Chunk chunk = TRY(read_chunk(*records, options.chunk));
    TRY(insert_chunk(payments, chunk, options.threads, because, report));
    report.position = records->position();
    report.is_finished = chunk.is_last;
    TRY(state.write(report, chunk.refused));
    if (!progress) continue;
    const auto size = static_cast<double>(std::max<uint64_t>(records->size(), 1));
    progress(std::min(static_cast<double>(report.position.offset) / size, 1.0), report);
  }
  return report;
}

Result<void> for_each_refused(Payments& payments, const std::filesystem::path& file, const LoadOptions& options,
                              const std::function<Result<void>(const RefusedLine&)>& take) {
  items::KeyClauses key;
  key.push_back({.attribute = "Work", .condition = {.operand = items::Value("LOAD#" + TRY(load_id(file, options)))}});
  key.push_back({.attribute = "Part",
                 .condition = {.op = items::SortOperator::kGreater, .operand = items::Value(items::Number(0))}});
  items::Query query{.table = payments.options().tables.work, .key = std::move(key), .is_consistent = true};
  do {
    items::Page page = TRY(payments.store().query(query));
    for (const items::Item& row : page.items) {
      const auto* line = row.find("Part")->get_if<items::Number>();
      const items::Value* reason = row.find("Reason");
      const auto* text = reason != nullptr ? reason->get_if<std::string>() : nullptr;
      TRY(take({.line = static_cast<uint64_t>(line->to_int64().value_or(0)), .reason = text != nullptr ? *text : ""}));
    }
    query.start_after = std::move(page.last_key);
  } while (query.start_after);
  return {};
}

}  // namespace caudal::payments
