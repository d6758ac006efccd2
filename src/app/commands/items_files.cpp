// SPDX-License-Identifier: Apache-2.0
// `caudal items export|import`: a table as a file, and files into a table, in constant memory.
#include <fmt/format.h>

#include "app/commands/items_common.h"
#include "app/commands/items_objects.h"
#include "app/errors.h"
#include "app/terminal/input_source.h"
#include "objects/byte_source.h"
#include "transfer/errors.h"
#include "transfer/gzip.h"
#include "transfer/loader.h"

namespace caudal::app {
namespace {

constexpr uint64_t kRefusedTold = 20;

// Lines, packed where the file's name asks for it.
class Lines {
 public:
  Lines(Sink& sink, bool is_packed) : sink_(sink), gzip_(is_packed ? std::make_unique<transfer::Gzip>() : nullptr) {}
  Result<void> write(std::string_view text) {
    if (!gzip_) return sink_.write(text);
    packed_.clear();
    gzip_->add(text, packed_);
    return sink_.write(packed_);
  }
  Result<void> finish() {
    packed_.clear();
    if (gzip_) gzip_->finish(packed_);
    TRY(sink_.write(packed_));
    return sink_.finish();
  }

 private:
  Sink& sink_;
  std::unique_ptr<transfer::Gzip> gzip_;
  std::string packed_;
};

Result<uint64_t> write_all(Context& context, const items::TableInfo& table, bool is_typed, Lines& lines) {
  const items::Store& store = *TRY(context.items());
  items::Scan scan{.table = table.definition.name};
  uint64_t count = 0;
  std::string text;
  for (;;) {
    if (context.stop().stop_requested()) return Error{caudal::Errc::cancelled, "interrupted; nothing was written"};
    items::Page page = TRY(store.scan(scan));
    text.clear();
    for (const items::Item& item : page.items) {
      if (is_typed) text += R"({"Item":)";
      append_item(text, item, is_typed);
      text += is_typed ? "}\n" : "\n";
    }
    TRY(lines.write(text));
    count += page.items.size();
    const auto all = static_cast<double>(std::max<int64_t>(table.volume.items, 1));
    context.teller().progress(std::min(1.0, static_cast<double>(count) / all), "writing " + table.definition.name);
    if (!page.last_key) break;
    scan.start_after = std::move(page.last_key);
  }
  context.teller().clear();
  return count;
}

Result<void> run_export(Context& context, const Arguments& arguments) {
  const items::TableInfo table = TRY(find_table(context, arguments));
  const std::string file = arguments.text_or("FILE", "");
  if (file.starts_with("s3://")) return export_to_objects(context, table, file);
  std::unique_ptr<Sink> opened;
  if (file != "-") opened = TRY(file_sink(file));
  Lines lines(opened ? *opened : context.output(), file.ends_with(".gz"));
  const uint64_t count = TRY(write_all(context, table, arguments.has("--typed"), lines));
  TRY(lines.finish());
  if (file != "-") context.say(fmt::format("{}: {} items", file, count));
  return {};
}

Result<transfer::InputOptions> input_options(const Arguments& arguments, const std::string& file) {
  transfer::InputOptions options;
  std::string_view name = file;
  if (name.ends_with(".gz")) {
    options.compression = transfer::Compression::kGzip;
    name.remove_suffix(3);
  }
  if (file.starts_with("s3://")) options.compression = transfer::Compression::kByName;
  const std::string_view usual = file.starts_with("s3://") ? "typed" : name.ends_with(".csv") ? "csv" : "json";
  const std::string format = arguments.text_or("--format", usual);
  if (format == "csv") options.format = transfer::Format::kCsv;
  if (format == "typed") options.format = transfer::Format::kDynamoDbJson;
  const std::string delimiter = arguments.text_or("--delimiter", ",");
  if (delimiter.size() != 1) return Error{Errc::usage, "--delimiter must be one character, such as ';'"};
  options.delimiter = delimiter.front();
  return options;
}

Result<void> run_import(Context& context, const Arguments& arguments) {
  const items::TableInfo table = TRY(find_table(context, arguments));
  const std::string file = arguments.text_or("FILE", "");
  const transfer::InputOptions options = TRY(input_options(arguments, file));
  if (file.starts_with("s3://")) return import_from_objects(context, table, file, options);
  std::unique_ptr<objects::ByteSource> source;
  if (file == "-")
    source = TRY(InputSource::open(context.stop()));
  else
    source = std::make_unique<objects::FileSource>(TRY(File::open_read(file)));
  const auto reader = TRY(transfer::RecordReader::open(*source, options, table.definition));
  uint64_t told = 0;
  const transfer::LoadWatch watch{
      .refused =
          [&](uint64_t line, const Error& why) {
            if (told++ < kRefusedTold) context.say(fmt::format("line {}: {}", line, why.to_string()));
          },
      .progress = [&](const transfer::Loaded& so_far) -> Result<void> {
        context.teller().progress(-1, fmt::format("{} items", so_far.written));
        if (!context.stop().stop_requested()) return {};
        return Error{caudal::Errc::cancelled,
                     fmt::format("interrupted; {} items are in the table. To import all, begin again: items that are "
                                 "there are replaced",
                                 so_far.written)};
      }};
  const transfer::Loaded loaded = TRY(transfer::load(*TRY(context.items()), table.definition.name, *reader, watch));
  context.teller().clear();
  context.say(fmt::format("{}: {} items stored of {} records", table.definition.name, loaded.written, loaded.records));
  if (loaded.refused == 0) return {};
  return Error{caudal::transfer::Errc::bad_record,
               fmt::format("{} records were refused{}; the key of {} is {}", loaded.refused,
                           loaded.refused > kRefusedTold ? fmt::format(", of which {} are shown", kRefusedTold) : "",
                           table.definition.name, key_text(table.definition.key))};
}

}  // namespace

Command items_export_command() {
  return {
      .name = "export",
      .summary = "write all items of a table into a file, a line of JSON each",
      .details =
          "Packed when the file's name ends in .gz. The file appears when it is complete. Below s3://BUCKET/PREFIX "
          "the\n"
          "table is written as DynamoDB lays out its exports, with manifests, as it is at one moment.",
      .examples = {"caudal items export BankPayments payments.jsonl.gz", "caudal items export orders - --typed | head",
                   "caudal items export BankPayments s3://lake/exports"},
      .options = {{.name = "--typed", .help = R"(as exports of DynamoDB have it: {"Item":{"PK":{"S":"a"}}})"}},
      .positionals = {kTablePositional,
                      {.name = "FILE",
                       .help = "the file, or s3://bucket/prefix; - for standard output",
                       .completes = Completes::kFile}},
      .run = run_export};
}

Command items_import_command() {
  return {
      .name = "import",
      .summary = "store the items of a file in a table",
      .details =
          "An item that has the same key is replaced. What is no item of the table is told with its line, and the\n"
          "rest is stored. Files whose name ends in .gz are unpacked.",
      .examples = {"caudal items import BankPayments payments.jsonl.gz",
                   "caudal items import orders orders.csv --delimiter ';'",
                   "caudal items import orders s3://lake/exports/AWSDynamoDB/01784700000000-1f2e3d4c/data/"},
      .options = {{.name = "--format",
                   .value = "FORMAT",
                   .help =
                       "json: a line of JSON each, typed: such with types, csv: texts, with names in the first line "
                       "(default: by the file's name; of objects typed)",
                   .choices = {"json", "typed", "csv"}},
                  {.name = "--delimiter", .value = "C", .help = "between the fields of CSV (default ,)"}},
      .positionals = {kTablePositional,
                      {.name = "FILE",
                       .help = "the file, or s3://bucket/prefix; - for standard input",
                       .completes = Completes::kFile}},
      .run = run_import};
}

}  // namespace caudal::app
