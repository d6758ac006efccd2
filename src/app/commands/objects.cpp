// SPDX-License-Identifier: Apache-2.0
// `caudal objects put|get|cp|rm|mb|rb`: moving bodies in, out and about. Lists are in objects_list.cpp.
#include <fmt/format.h>
#include <charconv>

#include "app/commands/all.h"
#include "app/commands/objects_list.h"
#include "app/commands/objects_uploads.h"
#include "app/context.h"
#include "app/errors.h"
#include "app/terminal/input_source.h"
#include "objects/store.h"

namespace caudal::app {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCopyBytes = size_t{1} << 20;

constexpr uint64_t kLargeFileBytes = uint64_t{64} << 20;

Error interrupted() { return {caudal::Errc::cancelled, "interrupted; nothing of it was stored"}; }

// Tells how far a body is, and ends it when the user wants to stop.
class WatchedSource final : public objects::ByteSource {
 public:
  WatchedSource(objects::ByteSource& source, uint64_t size_bytes, std::string what, Context& context)
      : source_(source),
        size_bytes_(size_bytes),
        what_(std::move(what)),
        stop_(context.stop()),
        teller_(context.teller()) {}
  ~WatchedSource() override { teller_.clear(); }
  WatchedSource(const WatchedSource&) = delete;
  WatchedSource& operator=(const WatchedSource&) = delete;
  Result<size_t> read(char* out, size_t size_bytes) override {
    if (stop_.stop_requested()) return interrupted();
    auto read = source_.read(out, size_bytes);
    if (!read && stop_.stop_requested()) return interrupted();
    const size_t got = TRY(std::move(read));
    done_bytes_ += got;
    teller_.progress(size_bytes_ > 0 ? static_cast<double>(done_bytes_) / static_cast<double>(size_bytes_) : -1, what_);
    return got;
  }

 private:
  objects::ByteSource& source_;
  uint64_t size_bytes_;
  std::string what_;
  std::stop_token stop_;
  Teller& teller_;
  uint64_t done_bytes_ = 0;
};

// "0-99", "100-", "-50" (the last 50).
Result<std::optional<objects::ByteRange>> parse_range(const std::optional<std::string>& typed) {
  if (!typed) return std::optional<objects::ByteRange>();
  const auto number = [](std::string_view text, std::optional<uint64_t>& out) {
    if (text.empty()) return true;
    out.emplace();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
    return error == std::errc() && end == text.data() + text.size();
  };
  const size_t dash = std::min(typed->find('-'), typed->size());
  objects::ByteRange range;
  const std::string_view text = *typed;
  const bool fits = dash < text.size() && text.size() > 1 && number(text.substr(0, dash), range.first) &&
                    number(text.substr(dash + 1), range.last);
  if (!fits) {
    return Error{Errc::usage, fmt::format("--range must be 0-99, 100- or -50 (the last 50 bytes), found '{}'", text)};
  }
  return std::optional(range);
}

// "name=value", each name once.
Result<objects::Texts> parse_pairs(const std::string& option, const std::vector<std::string>& typed) {
  objects::Texts pairs;
  for (const std::string& pair : typed) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{Errc::usage, fmt::format("{} must be NAME=VALUE, found '{}'", option, pair)};
    }
    if (!pairs.emplace(pair.substr(0, equals), pair.substr(equals + 1)).second) {
      return Error{Errc::usage, fmt::format("{} names '{}' twice", option, pair.substr(0, equals))};
    }
  }
  return pairs;
}

// A missing bucket is the likeliest mistake of a newcomer: say how to make one.
Error with_advice(Error error, const std::string& bucket) {
  if (error.code == objects::Errc::no_such_bucket)
    error.message += fmt::format("; make it with `caudal objects mb s3://{}`", bucket);
  return error;
}

// The store reads a large file by itself, with all cores.
Result<void> put_large(Context& context, const objects::ObjectRef& ref, const fs::path& file,
                       const objects::PutOptions& options) {
  const std::string uri = to_string(ref);
  const objects::FileProgress progress = [&](uint64_t done_bytes, uint64_t size_bytes) -> Result<void> {
    if (context.stop().stop_requested()) return interrupted();
    context.teller().progress(static_cast<double>(done_bytes) / static_cast<double>(size_bytes), "storing " + uri);
    return {};
  };
  auto stored = TRY(context.objects())->put_file(ref, file, options, objects::Adopt::kCopy, progress);
  context.teller().clear();
  if (!stored) return with_advice(std::move(stored).error(), ref.bucket);
  context.say(fmt::format("{}: {} bytes, version {}", uri, stored->size_bytes, stored->version));
  return {};
}

Result<void> run_put(Context& context, const Arguments& arguments) {
  const std::string file = arguments.text_or("FILE", "");
  std::string uri = arguments.text_or("URI", "");
  if (uri.ends_with('/') && file != "-") uri += fs::path(file).filename().string();
  const objects::ObjectRef ref = TRY(objects::parse_s3_uri(uri));
  objects::PutOptions options;
  options.content_type = arguments.text_or("--content-type", options.content_type);
  options.metadata = TRY(parse_pairs("--metadata", arguments.texts("--metadata")));
  options.tags = TRY(parse_pairs("--tag", arguments.texts("--tag")));
  std::error_code unknown;  // what cannot be examined fails when it is opened
  if (fs::is_regular_file(file, unknown) && fs::file_size(file, unknown) >= kLargeFileBytes) {
    return put_large(context, ref, file, options);
  }
  std::unique_ptr<objects::ByteSource> source;
  uint64_t size_bytes = 0;
  if (file == "-") {
    source = TRY(InputSource::open(context.stop()));
  } else {
    if (fs::is_directory(file, unknown)) return Error{Errc::usage, file + " is a folder; name a file"};
    File opened = TRY(File::open_read(file));
    size_bytes = TRY(opened.size_bytes());
    source = std::make_unique<objects::FileSource>(std::move(opened));
  }
  WatchedSource watched(*source, size_bytes, "storing " + uri, context);
  auto stored = TRY(context.objects())->put(ref, watched, options);
  if (!stored) return with_advice(std::move(stored).error(), ref.bucket);
  context.say(fmt::format("{}: {} bytes, version {}", uri, stored->size_bytes, stored->version));
  return {};
}

Result<void> run_get(Context& context, const Arguments& arguments) {
  const std::string uri = arguments.text_or("URI", "");
  const objects::ObjectRef ref = TRY(objects::parse_s3_uri(uri));
  const auto range = TRY(parse_range(arguments.text("--range")));
  const std::string name = fs::path(ref.key).filename().string();
  const std::string target = arguments.text_or("FILE", name);
  if (target.empty() || target == "." || target == "..") {
    return Error{Errc::usage, fmt::format("{} does not end in a file's name; say where to write it", uri)};
  }
  objects::Reader reader = TRY(TRY(context.objects())->get(ref, arguments.text("--version"), range));
  std::unique_ptr<Sink> file;
  if (target != "-") file = TRY(file_sink(target));
  Sink& sink = file ? *file : context.output();
  WatchedSource watched(reader, reader.length_bytes(), "fetching " + uri, context);
  std::string buffer(kCopyBytes, '\0');
  for (size_t got = TRY(watched.read(buffer.data(), buffer.size())); got > 0;
       got = TRY(watched.read(buffer.data(), buffer.size()))) {
    TRY(sink.write(std::string_view(buffer).substr(0, got)));
  }
  return sink.finish();
}

Result<void> run_cp(Context& context, const Arguments& arguments) {
  const std::string source = arguments.text_or("SOURCE", "");
  std::string target = arguments.text_or("TARGET", "");
  for (const std::string& uri : {source, target}) {
    if (uri.starts_with("s3://")) continue;
    return Error{Errc::usage, fmt::format("{} is no s3:// address; files go in with `caudal objects put` and out with "
                                          "`caudal objects get`",
                                          uri)};
  }
  const objects::ObjectRef from = TRY(objects::parse_s3_uri(source));
  if (target.ends_with('/')) target += fs::path(from.key).filename().string();
  const objects::ObjectRef to = TRY(objects::parse_s3_uri(target));
  auto copied = TRY(context.objects())->copy(from, to, {.source_version = arguments.text("--version")});
  if (!copied) return with_advice(std::move(copied).error(), to.bucket);
  context.say(fmt::format("{}: {} bytes, version {}", target, copied->size_bytes, copied->version));
  return {};
}

Result<void> remove_all(Context& context, const objects::ObjectRef& prefix) {
  objects::Store& store = *TRY(context.objects());
  uint64_t removed = 0;
  objects::ListRequest request{.bucket = prefix.bucket, .prefix = prefix.key};
  for (;;) {
    const objects::ListPage page = TRY(store.list(request));
    for (const objects::ObjectInfo& object : page.objects) {
      if (context.stop().stop_requested()) {
        return Error{caudal::Errc::cancelled,
                     fmt::format("interrupted after {} objects; the rest is untouched", removed)};
      }
      TRY(store.remove({prefix.bucket, object.key}));
      ++removed;
    }
    if (!page.next) break;
    request.continuation = page.next;
  }
  context.say(fmt::format("{} objects removed", removed));
  return {};
}

Result<void> run_rm(Context& context, const Arguments& arguments) {
  const std::string uri = arguments.text_or("URI", "");
  if (arguments.has("--recursive")) {
    if (arguments.has("--version"))
      return Error{Errc::usage, "--version names one version, so it does not go with --recursive"};
    return remove_all(context, TRY(objects::parse_s3_prefix(uri)));
  }
  const objects::ObjectRef ref = TRY(objects::parse_s3_uri(uri));
  const auto removed = TRY(TRY(context.objects())->remove(ref, arguments.text("--version")));
  if (!removed.existed && !removed.is_delete_marker) {
    context.say(fmt::format("{} was not there", uri));
  } else if (removed.is_delete_marker && !arguments.has("--version")) {
    context.say(
        fmt::format("{} is hidden by a delete marker; `caudal objects versions {}` lists its versions", uri, uri));
  } else {
    context.say(fmt::format("{} is removed", uri));
  }
  return {};
}

Result<std::string> bucket_of(const std::string& uri) {
  objects::ObjectRef ref = TRY(objects::parse_s3_prefix(uri));
  if (!ref.key.empty())
    return Error{Errc::usage, fmt::format("{} names an object; a bucket is s3://{}", uri, ref.bucket)};
  return std::move(ref.bucket);
}

Result<void> run_mb(Context& context, const Arguments& arguments) {
  return TRY(context.objects())->create_bucket(TRY(bucket_of(arguments.text_or("URI", ""))));
}

Result<void> run_rb(Context& context, const Arguments& arguments) {
  return TRY(context.objects())->delete_bucket(TRY(bucket_of(arguments.text_or("URI", ""))));
}

const Positional kObject{.name = "URI", .help = "the object: s3://bucket/key"};
const Positional kBucket{.name = "URI", .help = "the bucket: s3://bucket"};
const Option kVersion{
    .name = "--version", .value = "ID", .help = "an older version of it (see `caudal objects versions`)"};

Command put_command() {
  return {
      .name = "put",
      .summary = "store a file as an object",
      .details = "It is durable when the command ends; an interrupted one leaves nothing.",
      .examples = {"caudal objects put tb_faturas_202401.csv s3://lake/raw/ingestion/",
                   "gzip -c big.csv | caudal objects put - s3://lake/in/big.csv.gz"},
      .options = {{.name = "--content-type", .value = "TYPE", .help = "its media type (default binary/octet-stream)"},
                  {.name = "--metadata", .value = "NAME=VALUE", .help = "kept with it", .repeatable = true},
                  {.name = "--tag", .value = "NAME=VALUE", .help = "tags it", .repeatable = true}},
      .positionals = {{.name = "FILE", .help = "the file; - for standard input", .completes = Completes::kFile},
                      {.name = "URI", .help = "s3://bucket/key; with a / at its end the file's name is added"}},
      .run = run_put};
}

Command get_command() {
  return {.name = "get",
          .summary = "fetch an object into a file",
          .examples = {"caudal objects get s3://lake/raw/ingestion/tb_faturas_202401.csv",
                       "caudal objects get s3://lake/in/big.csv.gz - | zcat | head"},
          .options = {{.name = "--range", .value = "A-B", .help = "only bytes A to B, counted from 0, both included"},
                      kVersion},
          .positionals = {kObject,
                          {.name = "FILE",
                           .help = "where to; - for standard output (default: the key's last part, here)",
                           .required = false,
                           .completes = Completes::kFile}},
          .run = run_get};
}

}  // namespace

Command objects_command() {
  Command cp{
      .name = "cp",
      .summary = "copy an object (no bytes are copied: both share them)",
      .examples = {"caudal objects cp s3://lake/a.csv s3://lake/old/"},
      .options = {kVersion},
      .positionals = {{.name = "SOURCE", .help = "s3://bucket/key"},
                      {.name = "TARGET", .help = "s3://bucket/key; with a / at its end the source's name is added"}},
      .run = run_cp};
  Command rm{.name = "rm",
             .summary = "remove an object, or hide it where versions are kept",
             .examples = {"caudal objects rm s3://lake/a.csv", "caudal objects rm --recursive s3://lake/old/"},
             .options = {{.name = "--recursive", .help = "everything whose key begins so"}, kVersion},
             .positionals = {kObject},
             .run = run_rm};
  Command mb{.name = "mb",
             .summary = "make a bucket",
             .examples = {"caudal objects mb s3://lake"},
             .positionals = {kBucket},
             .run = run_mb};
  Command rb{.name = "rb",
             .summary = "remove an empty bucket",
             .examples = {"caudal objects rb s3://lake"},
             .positionals = {kBucket},
             .run = run_rb};
  return {.name = "objects",
          .summary = "objects in buckets: list, store, fetch, copy, remove",
          .subcommands = {objects_ls_command(), put_command(), get_command(), std::move(cp), std::move(rm),
                          objects_versions_command(), objects_uploads_command(), std::move(mb), std::move(rb)}};
}

}  // namespace caudal::app
