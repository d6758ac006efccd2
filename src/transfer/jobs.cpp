// SPDX-License-Identifier: Apache-2.0
#include "transfer/jobs.h"

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "base/random.h"
#include "items/errors.h"
#include "objects/errc.h"
#include "transfer/errors.h"
#include "transfer/export.h"
#include "transfer/export_window.h"
#include "transfer/guarded_store.h"
#include "transfer/import.h"
#include "transfer/job_rows.h"

namespace caudal::transfer {
namespace {

constexpr size_t kIdRandomBytes = 4;
constexpr size_t kMostWaiting = 50;  // as DynamoDB has it
// As long a client's token is remembered.
constexpr std::chrono::hours kTokenLife{8};

std::string make_id(Timestamp now) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return fmt::format("{:014}-{}", millis, secure_random_hex(kIdRandomBytes));
}

Error interrupted() {
  return {Errc::interrupted,
          "the server ended before it was done; ask for it again. Exports of tables with point-in-time recovery go on"};
}

// As DynamoDB calls it.
std::string code_of(const Error& error) {
  if (error.code == objects::Errc::no_such_bucket) return "S3NoSuchBucket";
  if (error.code == Errc::no_objects) return "S3NoSuchKey";
  if (error.is(ErrorClass::kRefused)) return "InvalidInputFile";
  return "InternalServerError";
}

}  // namespace

struct Jobs::Impl {
  Impl(const Rooms& of, kv::Family family) : rooms(of), rows(family) {}
  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    came.notify_one();
    if (thread.joinable()) thread.join();
  }

  struct Waiting {
    std::string id;
    std::unique_ptr<items::TableImage> image = {};  // of exports
  };

  Result<void> load();
  void run();
  void work(Waiting& waiting);
  bool is_stopping() const;
  // `image`: nothing, of one that is read out of the table's history.
  Result<void> run_export(Job& job, items::TableImage* image);
  Result<Exported> export_history(const Job& job, const ExportPlan& plan, const ExportProgress& progress) const;
  // Whether DynamoDB exports what changed in such a time.
  Result<void> check_changes(const ExportRequest& request) const;
  // What it shows; and an image, of a table that cannot be restored to a moment.
  Result<std::unique_ptr<items::TableImage>> choose(const ExportRequest& request, Job& job) const;
  Result<void> run_import(Job& job);
  // That so much has been done; an error when it is time to stop.
  Result<void> note(const Job& job);
  Result<void> keep(const Job& job, kv::Durability durability = kv::Durability::kSynced);
  // The job that came with this token before.
  Result<std::optional<Job>> came_before(JobKind kind, const Begun& begun);
  Result<Job> begin(Job job, std::unique_ptr<items::TableImage> image);
  Result<Job> begin_import(const ImportRequest& request);

  const Rooms rooms;
  // The archive of a store that keeps what tables were; nullptr: it does not.
  items::TableHistory* const history = dynamic_cast<items::TableHistory*>(&rooms.archive);
  const kv::Family rows;
  std::mutex beginning;  // so that of two requests with one token the second finds the first
  mutable std::mutex mutex;
  std::condition_variable came;
  std::map<std::string, Job, std::less<>> jobs;  // guarded by mutex
  std::deque<Waiting> waiting;                   // guarded by mutex
  bool stopping = false;                         // guarded by mutex
  std::thread thread;
};

Result<void> Jobs::Impl::load() {
  kv::Scan scan = rooms.kv.scan(rows, kv::Range::all());
  std::vector<Job> cut_short;
  for (; scan.valid(); scan.next()) {
    Job job = TRY(decode_job(scan.key(), scan.value()));
    if (job.state == JobState::kInProgress && (job.kind == JobKind::kImport || job.to)) {
      waiting.push_back({.id = job.id});
    } else if (job.state == JobState::kInProgress) {
      cut_short.push_back(job);
    }
    jobs.emplace(job.id, std::move(job));
  }
  TRY(scan.status());
  for (Job& job : cut_short) {
    job.state = JobState::kFailed;
    job.failure_code = "InternalServerError";
    job.failure = interrupted().message;
    job.ended = rooms.clock.now();
    TRY(keep(job));
  }
  return {};
}

Result<void> Jobs::Impl::keep(const Job& job, kv::Durability durability) {
  kv::Batch batch;
  batch.put(rows, job.id, encode(job));
  TRY(rooms.kv.commit(std::move(batch), durability));
  const std::lock_guard lock(mutex);
  jobs.insert_or_assign(job.id, job);
  return {};
}

Result<void> Jobs::Impl::note(const Job& job) {
  const std::lock_guard lock(mutex);
  if (stopping) return interrupted();
  jobs.insert_or_assign(job.id, job);
  return {};
}

void Jobs::Impl::run() {
  for (;;) {
    std::unique_lock lock(mutex);
    came.wait(lock, [this] { return stopping || !waiting.empty(); });
    if (stopping) {
      // What waits is found at the next start.
      waiting.clear();
      return;
    }
    Waiting next = std::move(waiting.front());
    waiting.pop_front();
    lock.unlock();
    work(next);
  }
}

void Jobs::Impl::work(Waiting& next) {
  Job job;
  {
    const std::lock_guard lock(mutex);
    job = jobs.find(next.id)->second;
  }
  const auto done = job.kind == JobKind::kExport ? run_export(job, next.image.get()) : run_import(job);
  // The next start finds it as it was noted last.
  if (!done && is_stopping()) return;
  job.state = done ? JobState::kCompleted : JobState::kFailed;
  job.ended = rooms.clock.now();
  if (!done) {
    job.failure_code = code_of(done.error());
    job.failure = done.error().to_string();
  }
  if (!keep(job)) {
    // The disk does not take it: until the next start it is told from memory.
    const std::lock_guard lock(mutex);
    jobs.insert_or_assign(job.id, job);
  }
  if (job.kind == JobKind::kImport) rooms.importing.remove(job.table);
}

Result<void> Jobs::Impl::run_export(Job& job, items::TableImage* image) {
  const ExportPlan plan{.id = job.id,
                        .table_arn = job.table_arn,
                        .bucket = job.bucket,
                        .prefix = job.prefix,
                        .started = job.started,
                        .file_bytes = rooms.export_file_bytes,
                        .from = job.export_place};
  const ExportProgress progress = [&](const Exported& so_far, const ExportPlace* whole) -> Result<void> {
    job.items = so_far.items;
    job.bytes = so_far.bytes;
    if (whole != nullptr && job.to) {
      job.export_place = *whole;
      TRY(keep(job));
    }
    return note(job);
  };
  const Exported exported = image != nullptr ? TRY(export_table(*image, rooms.objects, rooms.clock, plan, progress))
                                             : TRY(export_history(job, plan, progress));
  job.items = exported.items;
  job.bytes = exported.bytes;
  return {};
}

Result<Exported> Jobs::Impl::export_history(const Job& job, const ExportPlan& plan,
                                            const ExportProgress& progress) const {
  if (history == nullptr || !job.to) return interrupted();
  if (!job.from) {
    const auto image = TRY(history->image(*job.to));
    return export_table(*image, rooms.objects, rooms.clock, plan, progress);
  }
  const auto changes = TRY(history->changes(*job.from, *job.to));
  const ChangesPlan of{.from = job.from->moment, .to = job.to->moment, .with_old = job.with_old};
  return export_changes({.changes = *changes, .of = of}, rooms.objects, rooms.clock, plan, progress);
}

Result<void> Jobs::Impl::check_changes(const ExportRequest& request) const {
  const items::RecoveryInfo recovery = TRY(rooms.archive.recovery(request.table));
  if (!recovery.is_enabled) return {};  // which is told by whom its history is asked of
  const Timestamp now = rooms.clock.now();
  return check_window(
      {.earliest = recovery.earliest, .from = request.changes->from, .to = request.moment.value_or(now), .now = now});
}

Result<std::unique_ptr<items::TableImage>> Jobs::Impl::choose(const ExportRequest& request, Job& job) const {
  if (rooms.importing.contains(request.table)) return no_backups_yet(request.table);
  if (request.changes) TRY(check_changes(request));
  const bool needs_history = request.moment || request.changes;
  auto to = history != nullptr ? history->point(request.table, request.moment)
                               : Result<items::HistoryPoint>(Error{items::Errc::no_recovery, "no table is kept here"});
  if (to && request.changes) job.from = TRY(history->point(request.table, request.changes->from));
  if (to) {
    job.table_id = to->table_id;
    job.moment = to->moment;
    job.to = *std::move(to);
    return std::unique_ptr<items::TableImage>();
  }
  if (needs_history || to.error().code != items::Errc::no_recovery) return std::move(to).error();
  auto image = TRY(rooms.archive.image(request.table));
  job.table_id = image->table().id;
  job.moment = image->moment();
  return image;
}

bool Jobs::Impl::is_stopping() const {
  const std::lock_guard lock(mutex);
  return stopping;
}

// What is noted follows what was written of it, and so does not overtake it on the disk either: an import that goes on
// puts the records of a few writes again at most, as they were put.
Result<void> Jobs::Impl::run_import(Job& job) {
  const auto table = rooms.store.describe_table(job.table);
  if (!table || table->id != job.table_id) {
    return Error{Errc::interrupted, fmt::format("table {} was removed before the import was done", job.table)};
  }
  ImportPlan plan{.bucket = job.bucket, .prefix = job.prefix, .input = job.input, .until = job.started};
  if (!job.place.object.empty()) {
    plan.from = Imported{.objects = job.objects,
                         .bytes = job.bytes,
                         .loaded = {.records = job.records, .written = job.items, .refused = job.refused},
                         .place = job.place};
  }
  const auto count = [&](const Imported& so_far) {
    job.objects = so_far.objects;
    job.place = so_far.place;
    job.records = so_far.loaded.records;
    job.items = so_far.loaded.written;
    job.refused = so_far.loaded.refused;
    job.bytes = so_far.bytes;
  };
  const ImportWatch watch{.progress = [&](const Imported& so_far) -> Result<void> {
    count(so_far);
    TRY(keep(job, kv::Durability::kRelaxed));
    return note(job);
  }};
  count(TRY(import_objects(rooms.store, job.table, rooms.objects, plan, watch)));
  return {};
}

Result<std::optional<Job>> Jobs::Impl::came_before(JobKind kind, const Begun& begun) {
  if (begun.token.empty()) return std::optional<Job>();
  const Timestamp since = rooms.clock.now() - kTokenLife;
  const std::lock_guard lock(mutex);
  for (const auto& [id, job] : jobs) {
    if (job.kind != kind || job.token != begun.token || job.started < since) continue;
    if (job.digest == begun.digest) return std::optional(job);
    return Error{Errc::token_conflict, "The client token came before, with another request"};
  }
  return std::optional<Job>();
}

Result<Job> Jobs::Impl::begin(Job job, std::unique_ptr<items::TableImage> image) {
  {
    const std::lock_guard lock(mutex);
    if (waiting.size() >= kMostWaiting) {
      return Error{items::Errc::limit_exceeded,
                   fmt::format("{} exports and imports wait already; ask again when some are done", kMostWaiting)};
    }
  }
  TRY(keep(job));
  {
    const std::lock_guard lock(mutex);
    waiting.push_back({.id = job.id, .image = std::move(image)});
  }
  came.notify_one();
  return job;
}

Jobs::Jobs(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Jobs::~Jobs() = default;

Result<std::unique_ptr<Jobs>> Jobs::open(const Rooms& rooms) {
  auto impl = std::make_unique<Impl>(rooms, TRY(rooms.kv.family(kJobsFamily)));
  TRY(impl->load());
  Impl& one = *impl;
  impl->thread = std::thread([&one] { one.run(); });
  return std::unique_ptr<Jobs>(new Jobs(std::move(impl)));
}

Result<Job> Jobs::begin_export(const ExportRequest& request) {
  const std::lock_guard lock(impl_->beginning);
  if (auto before = TRY(impl_->came_before(JobKind::kExport, request.begun))) return *std::move(before);
  const Timestamp now = impl_->rooms.clock.now();
  Job job{.id = make_id(now),
          .kind = JobKind::kExport,
          .table = request.table,
          .table_arn = request.table_arn,
          .bucket = request.bucket,
          .prefix = request.prefix,
          .token = request.begun.token,
          .digest = request.begun.digest,
          .started = now,
          .with_old = !request.changes || request.changes->with_old};
  auto image = TRY(impl_->choose(request, job));
  return impl_->begin(std::move(job), std::move(image));
}

Result<Job> Jobs::Impl::begin_import(const ImportRequest& request) {
  const items::TableInfo table = TRY(rooms.store.create_table(request.table));
  const Timestamp now = rooms.clock.now();
  Job job{.id = make_id(now),
          .kind = JobKind::kImport,
          .table = request.table.name,
          .table_arn = request.table_arn,
          .table_id = table.id,
          .bucket = request.bucket,
          .prefix = request.prefix,
          .input = request.input,
          .token = request.begun.token,
          .digest = request.begun.digest,
          .started = now};
  return begin(std::move(job), nullptr);
}

Result<Job> Jobs::begin_import(const ImportRequest& request) {
  const std::lock_guard lock(impl_->beginning);
  if (auto before = TRY(impl_->came_before(JobKind::kImport, request.begun))) return *std::move(before);
  const std::string& table = request.table.name;
  // Not to be used from its first moment on. One that is there already stays as it is, and the import is refused.
  if (impl_->rooms.store.describe_table(table))
    return Error{items::Errc::table_exists, fmt::format("Table already exists: {}", table)};
  impl_->rooms.importing.add(table);
  auto begun = impl_->begin_import(request);
  if (!begun) impl_->rooms.importing.remove(table);
  return begun;
}

bool Jobs::is_importing(std::string_view table) const { return impl_->rooms.importing.contains(table); }

std::optional<Job> Jobs::find(std::string_view id) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->jobs.find(id);
  return found != impl_->jobs.end() ? std::optional(found->second) : std::nullopt;
}

std::vector<Job> Jobs::list(JobKind kind) const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<Job> all;
  for (auto one = impl_->jobs.rbegin(); one != impl_->jobs.rend(); ++one) {
    if (one->second.kind == kind) all.push_back(one->second);
  }
  return all;
}

}  // namespace caudal::transfer
