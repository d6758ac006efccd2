// SPDX-License-Identifier: Apache-2.0
// `caudal keys create|list|disable|enable|delete`.
#include <fmt/format.h>

#include "app/commands/all.h"
#include "app/context.h"
#include "base/date.h"

namespace caudal::app {
namespace {

std::string instant(const std::optional<Timestamp>& when) { return when ? to_string(*when) : ""; }
// Nothing, where there is none. Points into `text`.
Cell cell(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

Result<void> run_create(Context& context, const Arguments& arguments) {
  access::KeyRequest request{.user = arguments.text_or("USER", ""),
                             .description = arguments.text_or("--description", "")};
  if (const auto last_day = TRY(arguments.date("--expires")))
    request.expires = Timestamp(*last_day + std::chrono::days(1));
  const access::NewKey made = TRY(TRY(context.access())->create_key(request));
  const std::vector<Column> columns = {{"user"}, {"access_key_id"}, {"secret_access_key"}};
  TRY(context.table(columns, [&](TableWriter& rows) -> Result<void> {
    return rows.row({made.user, made.access_key_id, made.secret.reveal()});
  }));
  context.say("keep the secret now: it is not shown again");
  return {};
}

Result<void> run_list(Context& context, const Arguments&) {
  const auto keys = TRY(TRY(context.access())->keys());
  const std::vector<Column> columns = {{"user"},    {"access_key_id"}, {"state"},
                                       {"created"}, {"expires"},       {"description"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const access::KeyInfo& key : keys) {
      const std::string created = instant(key.created);
      const std::string expires = instant(key.expires);
      TRY(rows.row({key.user, key.access_key_id, access::to_string(key.state), cell(created), cell(expires),
                    cell(key.description)}));
    }
    return {};
  });
}

Result<void> enable(Context& context, const Arguments& arguments, bool enabled) {
  return TRY(context.access())->enable_key(arguments.text_or("KEY", ""), enabled);
}

Result<void> run_delete(Context& context, const Arguments& arguments) {
  return TRY(context.access())->remove_key(arguments.text_or("KEY", ""));
}

}  // namespace

Command keys_command() {
  const Positional key{.name = "KEY", .help = "the access key id, as `caudal keys list` shows it"};
  Command create{
      .name = "create",
      .summary = "make a key for a user, and show its secret once",
      .details =
          "The key can do what the user's policies allow: see `caudal users attach`. Secrets are kept sealed\n"
          "under the master key; nobody can be shown one again.",
      .examples = {"caudal keys create ana", "caudal keys create etl --description nightly --expires 2030-12-31"},
      .options =
          table_options({{.name = "--description", .value = "TEXT", .help = "what the key is for"},
                         {.name = "--expires", .value = "DATE", .help = "the last day (UTC) on which it works"}}),
      .positionals = {{.name = "USER", .help = "whose key it is"}},
      .run = run_create};
  Command list{.name = "list",
               .summary = "list the keys, without their secrets",
               .examples = {"caudal keys list"},
               .options = table_options(),
               .run = run_list};
  Command disable{
      .name = "disable",
      .summary = "refuse a key until it is enabled again",
      .examples = {"caudal keys disable AKIAEXAMPLEEXAMPLE22"},
      .positionals = {key},
      .run = [](Context& context, const Arguments& arguments) { return enable(context, arguments, false); }};
  Command enabled{.name = "enable",
                  .summary = "take a key again that was disabled",
                  .examples = {"caudal keys enable AKIAEXAMPLEEXAMPLE22"},
                  .positionals = {key},
                  .run = [](Context& context, const Arguments& arguments) { return enable(context, arguments, true); }};
  Command remove{.name = "delete",
                 .summary = "remove a key for good",
                 .examples = {"caudal keys delete AKIAEXAMPLEEXAMPLE22"},
                 .positionals = {key},
                 .run = run_delete};
  return {
      .name = "keys",
      .summary = "access keys: what clients sign their requests with",
      .subcommands = {std::move(create), std::move(list), std::move(disable), std::move(enabled), std::move(remove)}};
}

}  // namespace caudal::app
