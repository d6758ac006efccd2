// SPDX-License-Identifier: Apache-2.0
// The checks of `caudal doctor`.
#include "app/commands/doctor_checks.h"

#include <fmt/format.h>

#include "access/audit/segment.h"
#include "access/audit/verify.h"
#include "app/commands/flows_common.h"
#include "app/commands/objects_uploads.h"
#include "app/errors.h"
#include "app/settings.h"
#include "app/version.h"
#include "base/checksum.h"
#include "base/date.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/machine_memory.h"
#include "objects/store.h"
#include "sql/database.h"

namespace caudal::app {
namespace {

namespace fs = std::filesystem;
using State = Finding::State;

constexpr uint64_t kLowSpaceBytes = uint64_t{1} << 30;
constexpr size_t kShown = 5;  // of many troubles of one kind
constexpr size_t kReadBytes = size_t{1} << 20;

Finding failed(std::string check, const Error& error) { return {std::move(check), State::kProblem, error.to_string()}; }

std::string source_of_data(Context& context, const Config& config) {
  for (const Config::Entry& entry : config.entries()) {
    if (entry.key->name == "data" && config.is_set("data")) return entry.source;
  }
  const bool xdg = context.environment()("XDG_DATA_HOME").value_or("").starts_with('/');
  return xdg ? "XDG_DATA_HOME" : "the default, below HOME";
}

Result<Finding> check_partitions(Context& context) {
  const catalog::View view = TRY(context.catalog())->live();
  objects::Store& store = *TRY(context.objects());
  size_t tables = 0;
  size_t partitions = 0;
  std::vector<std::string> empty;
  for (const catalog::Database& database : TRY(view.databases())) {
    for (const catalog::Table& table : TRY(view.tables(database.name))) {
      ++tables;
      for (const catalog::Partition& partition : TRY(view.partitions(database.name, table.name))) {
        ++partitions;
        const auto location = TRY(objects::parse_s3_prefix(partition.location));
        const auto page = store.list({.bucket = location.bucket, .prefix = location.key, .max_keys = 1});
        if (!page || page->objects.empty()) {
          empty.push_back(fmt::format("{}.{} {} at {}", database.name, table.name,
                                      catalog::partition_path(table.partition_keys, partition.values),
                                      partition.location));
        }
      }
    }
  }
  if (empty.empty())
    return Finding{"catalog", State::kOk,
                   fmt::format("{} tables, {} partitions, all with objects", tables, partitions)};
  std::string detail = fmt::format("{} of {} partitions have no objects:", empty.size(), partitions);
  for (size_t index = 0; index < std::min(empty.size(), kShown); ++index) detail += " " + empty[index] + ";";
  return Finding{"catalog", State::kProblem, detail + " roll back, or run their flow again"};
}

Result<Finding> check_staged(Context& context) {
  const auto ids = TRY(TRY(context.catalog())->live().staged_ids());
  if (ids.empty()) return Finding{"staged", State::kOk, "nothing waits to be published"};
  std::string detail = fmt::format("{} unfinished:", ids.size());
  for (size_t index = 0; index < std::min(ids.size(), kShown); ++index) detail += " " + ids[index];
  return Finding{"staged", State::kWarning,
                 detail + "; `caudal flows runs` shows them, `caudal flows resume` takes one up"};
}

Result<Finding> check_sql(Context& context) {
  auto session = TRY(TRY(context.queries())->open_session());
  auto stream = TRY(session->query("select 6 * 7"));
  const auto rows = TRY(stream.all());
  const bool right = rows.size() == 1 && rows[0].size() == 1 && rows[0][0] == sql::Value(int64_t{42});
  return Finding{"sql", right ? State::kOk : State::kProblem, right ? "answers" : "6 * 7 is not 42"};
}

// The trouble with one object's body, or nothing.
Result<std::optional<std::string>> check_body(objects::Store& store, const std::string& bucket,
                                              const objects::ObjectInfo& object) {
  auto reader = store.get({bucket, object.key});
  if (!reader) return std::optional(reader.error().to_string());
  Digester digester({});
  std::string buffer(kReadBytes, '\0');
  for (;;) {
    const auto got = reader->read(buffer.data(), buffer.size());
    if (!got) return std::optional(got.error().to_string());
    if (*got == 0) break;
    digester.update(std::string_view(buffer).substr(0, *got));
  }
  const bool multipart = object.etag.find('-') != std::string::npos;
  if (multipart || to_hex(digester.finish().md5) == object.etag) return std::optional<std::string>();
  return std::optional(fmt::format("s3://{}/{} is not what was written", bucket, object.key));
}

Result<Finding> check_bodies(Context& context) {
  objects::Store& store = *TRY(context.objects());
  uint64_t checked = 0;
  std::vector<std::string> troubles;
  for (const objects::BucketInfo& bucket : TRY(store.list_buckets())) {
    objects::ListRequest request{.bucket = bucket.name};
    do {
      const objects::ListPage page = TRY(store.list(request));
      for (const objects::ObjectInfo& object : page.objects) {
        if (context.stop().stop_requested()) return Error{caudal::Errc::cancelled, "interrupted"};
        ++checked;
        if (auto trouble = TRY(check_body(store, bucket.name, object))) troubles.push_back(*std::move(trouble));
      }
      request.continuation = page.next;
    } while (request.continuation);
  }
  if (troubles.empty()) return Finding{"bodies", State::kOk, fmt::format("{} objects, all as written", checked)};
  std::string detail = fmt::format("{} of {} objects are damaged:", troubles.size(), checked);
  for (size_t index = 0; index < std::min(troubles.size(), kShown); ++index) detail += " " + troubles[index] + ";";
  return Finding{"bodies", State::kProblem, detail + " restore them from a backup"};
}

// Looks at what is there; makes no root key where none was needed yet.
Result<Finding> check_access(Context& context) {
  std::error_code error;
  if (!fs::exists(TRY(context.data_directory()) / "access", error)) {
    return Finding{"access", State::kOk, "no keys yet: the root key is made when one is first needed"};
  }
  const access::Identities& identities = *TRY(context.identities());
  return Finding{"access", State::kOk,
                 fmt::format("{} users, {} keys", identities.users().size(), identities.keys().size())};
}

// A segment that was not closed was ended by a crash or a power cut, unless somebody cut its end off.
Result<Finding> check_audit(Context& context, bool deep) {
  Platform& platform = *TRY(context.platform());
  const auto segments = TRY(audit::list_segments(platform.audit_directory()));
  if (segments.empty()) return Finding{"audit log", State::kOk, "nothing yet"};
  if (!deep) {
    return Finding{"audit log", State::kOk, fmt::format("{} segments; --deep follows their links", segments.size())};
  }
  const auto found = TRY(audit::verify(platform.audit_directory(), TRY(platform.audit_key())));
  if (found.problems.empty()) {
    return Finding{"audit log", found.unclosed.empty() ? State::kOk : State::kWarning,
                   fmt::format("{} records from {} on, as they were written; {} of {} segments were ended by a crash",
                               found.records, found.first_sequence, found.unclosed.size(), found.segments)};
  }
  std::string detail = "it is not as it was written:";
  for (size_t index = 0; index < std::min(found.problems.size(), kShown); ++index) {
    detail += " " + found.problems[index] + ";";
  }
  return Finding{"audit log", State::kProblem, detail + " find out who changed it, and compare it with a backup"};
}

void add(Findings& findings, std::string check, Result<Finding> finding) {
  findings.push_back(finding ? *std::move(finding) : failed(std::move(check), finding.error()));
}

}  // namespace

Result<Finding> uploads_finding(const objects::Store& store, Timestamp now) {
  const auto old = TRY(open_uploads(store, "", "", now - kOldUpload));
  if (old.empty()) {
    return Finding{"uploads", State::kOk, fmt::format("none that was begun more than {} days ago", kOldUpload.count())};
  }
  uint64_t size_bytes = 0;
  for (const OpenUpload& upload : old) size_bytes += upload.size_bytes;
  std::string detail =
      fmt::format("{} begun more than {} days ago hold {} bytes:", old.size(), kOldUpload.count(), size_bytes);
  for (size_t index = 0; index < std::min(old.size(), kShown); ++index) {
    detail += fmt::format(" s3://{}/{};", old[index].bucket, old[index].info.key);
  }
  return Finding{"uploads", State::kWarning,
                 detail + fmt::format(" `caudal objects uploads` shows them, `caudal objects uploads "
                                      "--abort-older-than {}` gives them up",
                                      kOldUpload.count())};
}

std::string_view to_string(Finding::State state) {
  switch (state) {
    case State::kOk: return "ok";
    case State::kWarning: return "warning";
    case State::kProblem: return "problem";
  }
  return "unknown";
}

void check_program(Context& context, Findings& findings) {
  findings.push_back(
      {"version", State::kOk,
       fmt::format("caudal {}, DuckDB {}, RocksDB {}", version(), sql::library_version(), kv::library_version())});
  findings.push_back({"clock", State::kOk, caudal::to_string(context.clock().now())});
  const auto zone = TimeZone::find("America/Sao_Paulo");
  findings.push_back(zone ? Finding{"time zones", State::kOk, "found"} : failed("time zones", zone.error()));
}

void check_settings(Context& context, Findings& findings) {
  const auto config = context.config();
  if (!config) {
    findings.push_back(failed("configuration", config.error()));
    return;
  }
  for (const Config::Entry& entry : (*config)->entries()) {
    findings.push_back(
        {fmt::format("setting {}", entry.key->name), State::kOk,
         entry.value.empty() ? fmt::format("({})", entry.source) : fmt::format("{} ({})", entry.value, entry.source)});
  }
  const uint64_t machine = machine_memory_bytes();
  findings.push_back(
      {"memory", State::kOk,
       fmt::format("{} MiB for a query or a step, of {} MiB", memory_limit(**config, machine) >> 20, machine >> 20)});
  const auto folders = some_flow_folders(context);
  findings.push_back(folders ? Finding{"flows", State::kOk,
                                       fmt::format("{} in {}", folders->size(), flows_directory(**config).string())}
                             : Finding{"flows", State::kWarning, folders.error().message});
}

bool check_data_directory(Context& context, Findings& findings) {
  const auto config = context.config();
  const auto path = context.data_directory();
  if (!config || !path) {
    if (config) findings.push_back(failed("data directory", path.error()));
    return false;
  }
  findings.push_back(
      {"data directory", State::kOk, fmt::format("{} (by {})", path->string(), source_of_data(context, **config))});
  std::error_code error;
  if (!fs::exists(*path / "FORMAT", error)) {
    findings.push_back({"data format", State::kOk, "none yet: it is made when something is first stored"});
    return false;
  }
  const auto format = read_file(*path / "FORMAT");
  if (!format) {
    findings.push_back(failed("data format", format.error()));
    return false;
  }
  findings.push_back({"data format", State::kOk, format->substr(0, format->find('\n'))});
  const fs::space_info space = fs::space(*path, error);
  const bool low = !error && space.available < kLowSpaceBytes;
  findings.push_back({"free space", low ? State::kWarning : State::kOk,
                      error ? error.message() : fmt::format("{} MiB", space.available >> 20)});
  if (const auto platform = context.platform(); !platform) {
    const bool busy = platform.error().is(ErrorClass::kBusy);
    findings.push_back({"lock", busy ? State::kWarning : State::kProblem, platform.error().to_string()});
    return false;
  }
  findings.push_back({"lock", State::kOk, "free"});
  return true;
}

void check_lake(Context& context, bool deep, Findings& findings) {
  add(findings, "catalog", check_partitions(context));
  add(findings, "staged", check_staged(context));
  const auto store = context.objects();
  add(findings, "uploads", store ? uploads_finding(**store, context.clock().now()) : store.error());
  add(findings, "sql", check_sql(context));
  add(findings, "access", check_access(context));
  add(findings, "audit log", check_audit(context, deep));
  if (deep) add(findings, "bodies", check_bodies(context));
}

}  // namespace caudal::app
