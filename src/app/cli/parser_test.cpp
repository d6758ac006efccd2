// SPDX-License-Identifier: Apache-2.0
#include "app/cli/parser.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"

namespace caudal::app {
namespace {

Result<void> nothing(Context&, const Arguments&) { return {}; }

// caudal [--data DIR] { lake { get URI [FILE] --range R --tag T... --force --output FORMAT | ls } | version }
Command tree() {
  Command get{.name = "get",
              .summary = "gets",
              .options = {{.name = "--range", .value = "R"},
                          {.name = "--tag", .value = "T", .repeatable = true},
                          {.name = "--force"},
                          {.name = "--output", .value = "FORMAT", .choices = {"table", "csv"}}},
              .positionals = {{.name = "URI"}, {.name = "FILE", .required = false}},
              .run = nothing};
  Command put{.name = "put",
              .summary = "puts",
              .options = {{.name = "--to", .value = "URI", .required = true}},
              .positionals = {{.name = "FILE", .repeatable = true}},
              .run = nothing};
  Command lake{.name = "lake", .summary = "groups", .subcommands = {get, put}};
  Command version{.name = "version", .summary = "tells", .run = nothing};
  return {.name = "caudal",
          .summary = "root",
          .options = {{.name = "--data", .value = "DIR"}},
          .subcommands = {lake, version}};
}

std::string failure(const std::vector<std::string>& words) {
  const Command root = tree();
  const auto parsed = parse(root, words);
  if (parsed) return "no error";
  EXPECT_TRUE(parsed.error().is(ErrorClass::kUsage));
  return parsed.error().message;
}

TEST(Parse, FindsTheCommandItsOptionsAndPositionals) {
  const Command root = tree();
  const Parsed parsed = unwrap(parse(root, {"lake", "get", "s3://a/b", "--range", "0-9", "out", "--force"}));
  EXPECT_EQ(full_name(parsed.path), "caudal lake get");
  EXPECT_FALSE(parsed.help);
  EXPECT_EQ(parsed.arguments.text("URI"), "s3://a/b");
  EXPECT_EQ(parsed.arguments.text("FILE"), "out");
  EXPECT_EQ(parsed.arguments.text("--range"), "0-9");
  EXPECT_TRUE(parsed.arguments.has("--force"));
  EXPECT_FALSE(parsed.arguments.has("--output"));
}

TEST(Parse, TakesTheRootsOptionsAnywhere) {
  const Command root = tree();
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--data", "lake", "lake", "get", "u"},
                                                {"lake", "--data=lake", "get", "u"},
                                                {"lake", "get", "u", "--data", "lake"},
                                                {"lake", "get", "--data", "lake", "u"}}) {
    const Parsed parsed = unwrap(parse(root, words));
    EXPECT_EQ(parsed.command().name, "get");
    EXPECT_EQ(parsed.arguments.text("--data"), "lake");
    EXPECT_EQ(parsed.arguments.text("URI"), "u");
  }
}

TEST(Parse, RepeatsWhatMayRepeatAndNothingElse) {
  const Command root = tree();
  const Parsed parsed = unwrap(parse(root, {"lake", "get", "--tag", "a", "u", "--tag", "b"}));
  EXPECT_EQ(parsed.arguments.texts("--tag"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(parsed.arguments.text("URI"), "u");
  EXPECT_NE(failure({"lake", "get", "u", "--range", "1", "--range", "2"}).find("--range"), std::string::npos);
}

TEST(Parse, ARepeatablePositionalTakesAllTheFiles) {
  const Command root = tree();
  const Parsed parsed = unwrap(parse(root, {"lake", "put", "a.csv", "b.csv", "--to", "u", "c.csv"}));
  EXPECT_EQ(parsed.arguments.texts("FILE"), (std::vector<std::string>{"a.csv", "b.csv", "c.csv"}));
}

TEST(Parse, AfterTwoDashesNothingIsAnOption) {
  const Command root = tree();
  const Parsed parsed = unwrap(parse(root, {"lake", "get", "--", "--force"}));
  EXPECT_EQ(parsed.arguments.text("URI"), "--force");
  EXPECT_FALSE(parsed.arguments.has("--force"));
}

TEST(Parse, TextThatBeginsLikeAnSqlCommentOrANegativeNumberIsNoOption) {
  const Command root = tree();
  EXPECT_EQ(unwrap(parse(root, {"lake", "get", "-- all\nselect 1"})).arguments.text("URI"), "-- all\nselect 1");
}

TEST(Parse, SuggestsTheNearestCommandAndOption) {
  EXPECT_EQ(failure({"lkae"}),
            "'lkae' is no command of `caudal` (did you mean 'lake'?); it has: lake, version. See `caudal --help`");
  EXPECT_EQ(failure({"lake", "gte", "u"}),
            "'gte' is no command of `caudal lake` (did you mean 'get'?); it has: get, put. See `caudal lake --help`");
  EXPECT_EQ(failure({"lake", "get", "u", "--rnage", "1"}),
            "`caudal lake get` has no option --rnage (did you mean '--range'?); see `caudal lake get --help`");
  EXPECT_EQ(failure({"lake", "get", "u", "--rnage=1"}),
            "`caudal lake get` has no option --rnage (did you mean '--range'?); see `caudal lake get --help`");
}

TEST(Parse, SaysWhatIsMissingAndWhatIsTooMuch) {
  EXPECT_EQ(failure({"lake", "get"}), "`caudal lake get` needs URI; see `caudal lake get --help`");
  EXPECT_EQ(failure({"lake", "put", "f"}), "`caudal lake put` needs --to URI; see `caudal lake put --help`");
  EXPECT_EQ(failure({"lake"}), "`caudal lake` needs one of its commands; see `caudal lake --help`");
  EXPECT_EQ(failure({"lake", "get", "u", "f", "g"}),
            "'g' is one argument too many for `caudal lake get`; see `caudal lake get --help`");
  EXPECT_NE(failure({"lake", "get", "u", "--range"}).find("--range"), std::string::npos);
}

TEST(Parse, HoldsChoicesToTheirWords) {
  EXPECT_EQ(failure({"lake", "get", "u", "--output", "cvs"}),
            "--output must be one of table, csv, found 'cvs' (did you mean 'csv'?)");
}

TEST(Parse, HelpIsAskedForAnywhereAndNeedsNothingElse) {
  const Command root = tree();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"lake", "get", "--help"}, {"help", "lake", "get"}, {"lake", "get", "u", "-h"}}) {
    const Parsed parsed = unwrap(parse(root, words));
    EXPECT_TRUE(parsed.help);
    EXPECT_EQ(full_name(parsed.path), "caudal lake get");
  }
  EXPECT_TRUE(unwrap(parse(root, {})).help);
  EXPECT_TRUE(unwrap(parse(root, {"lake", "--help"})).help);
}

TEST(Parse, AnOptionBeforeAnyCommandMustBeKnown) {
  EXPECT_NE(failure({"--dta", "x"}).find("did you mean"), std::string::npos);
}

}  // namespace
}  // namespace caudal::app
