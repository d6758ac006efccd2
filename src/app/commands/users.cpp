// SPDX-License-Identifier: Apache-2.0
// `caudal users create|list|delete|attach|detach|policy`.
#include <fmt/format.h>

#include "access/named_policies.h"
#include "app/commands/all.h"
#include "app/context.h"
#include "app/errors.h"
#include "app/terminal/input_source.h"
#include "base/date.h"
#include "base/file.h"

namespace caudal::app {
namespace {

Result<void> run_create(Context& context, const Arguments& arguments) {
  const std::string name = arguments.text_or("USER", "");
  TRY(TRY(context.access())->create_user(name));
  context.say(
      fmt::format("it may do nothing yet: `caudal users attach {} POLICY`, then `caudal keys create {}`", name, name));
  return {};
}

Result<void> run_list(Context& context, const Arguments&) {
  const auto users = TRY(TRY(context.access())->users());
  const std::vector<Column> columns = {{"user"}, {"id"}, {"created"}, {"keys", Column::Kind::kNumber}, {"policies"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const access::UserInfo& user : users) {
      TRY(rows.row({user.name, user.id, to_string(user.created), std::to_string(user.keys),
                    fmt::format("{}", fmt::join(user.policies, ", "))}));
    }
    return {};
  });
}

Result<void> run_delete(Context& context, const Arguments& arguments) {
  return TRY(context.access())->remove_user(arguments.text_or("USER", ""));
}

Result<std::string> read_document(Context& context, const Arguments& arguments, const std::string& policy) {
  const auto file = arguments.text("FILE");
  if (file == "-") {
    const auto input = TRY(InputSource::open(context.stop()));
    return objects::read_all(*input);
  }
  if (file) return read_file(*file);
  if (const auto document = access::named_policy(policy)) return std::string(*document);
  return Error{Errc::usage, fmt::format("'{}' is none of the policies that come with Caudal ({}); name a FILE with its "
                                        "document, or - for standard input",
                                        policy, fmt::join(access::named_policies(), ", "))};
}

Result<void> run_attach(Context& context, const Arguments& arguments) {
  const std::string user = arguments.text_or("USER", "");
  const std::string policy = arguments.text_or("POLICY", "");
  const std::string document = TRY(read_document(context, arguments, policy));
  return TRY(context.access())->put_policy(user, policy, document);
}

Result<void> run_detach(Context& context, const Arguments& arguments) {
  return TRY(context.access())->remove_policy(arguments.text_or("USER", ""), arguments.text_or("POLICY", ""));
}

Result<void> run_policy(Context& context, const Arguments& arguments) {
  const auto document =
      TRY(TRY(context.access())->policy(arguments.text_or("USER", ""), arguments.text_or("POLICY", "")));
  TRY(context.output().write(document));
  return document.ends_with('\n') ? Result<void>() : context.output().write("\n");
}

}  // namespace

Command users_command() {
  const Positional user{.name = "USER", .help = "the user's name"};
  const Positional policy{.name = "POLICY", .help = "the policy's name"};
  Command create{.name = "create",
                 .summary = "make a user, who may do nothing yet",
                 .examples = {"caudal users create ana"},
                 .positionals = {user},
                 .run = run_create};
  Command list{.name = "list",
               .summary = "list the users and their policies",
               .examples = {"caudal users list"},
               .options = table_options(),
               .run = run_list};
  Command remove{.name = "delete",
                 .summary = "remove a user that has no keys",
                 .examples = {"caudal users delete ana"},
                 .positionals = {user},
                 .run = run_delete};
  Command attach{.name = "attach",
                 .summary = "attach a policy to a user, or replace the one of that name",
                 .details = fmt::format(
                     "The document is in AWS's policy language. Without FILE, one that comes with Caudal:\n{}.\n\n"
                     "Those of payments are for the API over HTTP (/v1): ReadOnly looks at payments, Operator\n"
                     "also schedules and cancels them, of all accounts; Full is all that this API has, also what\n"
                     "comes later. caudal users policy prints what was attached, to begin one for some accounts.",
                     fmt::join(access::named_policies(), ",\n")),
                 .examples = {"caudal users attach ana AmazonS3ReadOnlyAccess",
                              "caudal users attach bia CaudalPaymentsOperatorAccess",
                              "caudal users attach etl raw-only raw-only.json"},
                 .positionals = {user,
                                 policy,
                                 {.name = "FILE",
                                  .help = "its document, or - for standard input",
                                  .required = false,
                                  .completes = Completes::kFile}},
                 .run = run_attach};
  Command detach{.name = "detach",
                 .summary = "take a policy from a user",
                 .examples = {"caudal users detach ana AmazonS3ReadOnlyAccess"},
                 .positionals = {user, policy},
                 .run = run_detach};
  Command show{.name = "policy",
               .summary = "print a policy of a user",
               .examples = {"caudal users policy ana AmazonS3ReadOnlyAccess"},
               .positionals = {user, policy},
               .run = run_policy};
  return {.name = "users",
          .summary = "users, and the policies that say what they may do",
          .subcommands = {std::move(create), std::move(list), std::move(remove), std::move(attach), std::move(detach),
                          std::move(show)}};
}

}  // namespace caudal::app
