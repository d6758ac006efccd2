// SPDX-License-Identifier: Apache-2.0
// Results as Parquet files, one or several at once.
#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "queries/session.h"
#include "queries/type_map.h"

namespace caudal::queries {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

std::string order_clause(const MaterializeOptions& options) {
  if (options.any_order) return "";
  if (options.order_by.empty()) return " ORDER BY ALL";
  std::string clause;
  for (const std::string& column : options.order_by)
    clause += (clause.empty() ? " ORDER BY " : ", ") + quote_identifier(column);
  return clause;
}

// Writing over a link would damage the object behind it.
Result<void> refuse_existing(const std::filesystem::path& target) {
  std::error_code ignored;
  if (!std::filesystem::exists(target, ignored)) return {};
  return Error{make_error_code(caudal::Errc::exists),
               fmt::format("{} exists already; results go to new files only", target.string())};
}

void remove_quietly(const std::filesystem::path& target) {
  std::error_code ignored;  // the statement's own error is the one to tell
  std::filesystem::remove(target, ignored);
}

// Rows and bytes of what was written; nothing is left at the target when it fails.
Result<Materialized> write(sql::Connection& connection, const MaterializeJob& job, const MaterializeOptions& options) {
  // Through a view, so that the user's text is a statement of its own and not a part of another.
  constexpr const char* kView = "caudal_materialized";
  TRY(connection.run(fmt::format("CREATE OR REPLACE TEMP VIEW {} AS {}", kView, job.select)));
  const std::string copy = fmt::format(
      "COPY (SELECT * FROM {}{}) TO {} (FORMAT parquet, COMPRESSION {}, ROW_GROUP_SIZE {})", kView,
      order_clause(options), quote_literal(job.target.string()), options.compression, options.row_group_rows);
  Result<uint64_t> rows = connection.run(copy, {.stop = options.stop, .on_progress = options.on_progress});
  if (!rows) {
    remove_quietly(job.target);
    return std::move(rows).error();
  }
  Materialized result{.rows = *rows, .bytes = 0, .columns = {}};
  result.bytes = TRY(TRY(File::open_read(job.target)).size_bytes());
  return result;
}

// Threads that write files, each by a connection of its own, while the caller's thread takes what is done, in order.
class Writers {
 public:
  // Borrows all. Files that are written but not taken yet are at most as many as the threads, and one.
  Writers(std::span<const MaterializeJob> jobs, const MaterializeOptions& options)
      : jobs_(jobs),
        options_(options),
        results_(jobs.size()),
        on_stop_(options.stop, [this] { halt_.request_stop(); }) {
    options_.stop = halt_.get_token();
  }
  ~Writers() {
    halt();
    threads_.clear();  // joins
    for (size_t i = taken_; i < jobs_.size(); ++i) {
      if (results_[i] && *results_[i]) remove_quietly(jobs_[i].target);
    }
  }
  void add_thread(std::unique_ptr<sql::Connection> connection) {
    threads_.emplace_back([this, own = std::move(connection)] { work(*own); });
  }
  // The next job's outcome. Called once for each.
  Result<Materialized> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return results_[taken_].has_value(); });
    if (!*results_[taken_]) return results_[taken_]->error();
    Result<Materialized> result = *std::move(results_[taken_]);
    taken_ += 1;
    changed_.notify_all();
    return result;
  }

 private:
  void halt() {
    halt_.request_stop();
    const std::lock_guard lock(mutex_);
    halted_ = true;
    changed_.notify_all();
  }
  void work(sql::Connection& connection) {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return halted_ || next_ >= jobs_.size() || next_ <= taken_ + threads_.size(); });
      if (halted_ || next_ >= jobs_.size()) return;
      const size_t job = next_++;
      lock.unlock();
      Result<Materialized> result = write(connection, jobs_[job], options_);
      lock.lock();
      results_[job] = std::move(result);
      changed_.notify_all();
    }
  }

  std::span<const MaterializeJob> jobs_;
  MaterializeOptions options_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<std::optional<Result<Materialized>>> results_;
  size_t next_ = 0;   // the first job that nobody has begun
  size_t taken_ = 0;  // jobs whose outcome the caller has
  bool halted_ = false;
  std::stop_source halt_;
  std::stop_callback<std::function<void()>> on_stop_;
  std::vector<std::jthread> threads_;
};

}  // namespace

Result<Materialized> Session::materialize(std::string_view select, const std::filesystem::path& target,
                                          const MaterializeOptions& options) {
  TRY(refuse_existing(target));
  std::vector<catalog::Column> columns = TRY(this->columns(select));
  Materialized result = TRY(write(*connection_, {std::string(select), target}, options));
  result.columns = std::move(columns);
  return result;
}

Result<void> Session::materialize_each(std::span<const MaterializeJob> jobs, const MaterializeOptions& options,
                                       const std::function<Result<void>(size_t, const Materialized&)>& done) {
  std::vector<std::vector<catalog::Column>> columns;
  for (const MaterializeJob& job : jobs) {
    TRY(refuse_existing(job.target));
    columns.push_back(TRY(this->columns(job.select)));
  }
  Writers writers(jobs, options);
  const size_t threads = std::min<size_t>(jobs.size(), threads_);
  for (size_t i = 0; i < threads; ++i) writers.add_thread(TRY(database_->connect()));
  for (size_t i = 0; i < jobs.size(); ++i) {
    Materialized result = TRY(writers.take());
    result.columns = std::move(columns[i]);
    TRY(done(i, result));
  }
  return {};
}

}  // namespace caudal::queries
