// SPDX-License-Identifier: Apache-2.0
// Names of operators, which values each takes, and which keys the decision answers by itself.
#include "access/condition.h"

#include <gtest/gtest.h>

#include "access/ascii.h"
#include "access/request.h"

namespace caudal::access {
namespace {

ConditionOperator named(std::string_view name) {
  const auto how = parse_operator(name);
  EXPECT_TRUE(how) << name;
  return how.value_or(ConditionOperator{});
}

TEST(ConditionOperator, NamesSayWhatTheyCompare) {
  for (const char* name :
       {"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringLike", "StringNotLike"}) {
    EXPECT_EQ(named(name).compare, Compare::kText) << name;
  }
  for (const char* name : {"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"}) {
    EXPECT_EQ(named(name).compare, Compare::kArn) << name;
    EXPECT_TRUE(named(name).wildcards) << "ArnEquals and ArnLike are the same: " << name;
  }
  EXPECT_EQ(named("Bool").compare, Compare::kBoolean);
  EXPECT_EQ(named("BinaryEquals").compare, Compare::kBinary);
  EXPECT_EQ(named("IpAddress").compare, Compare::kAddress);
  EXPECT_EQ(named("Null").compare, Compare::kNull);
}

TEST(ConditionOperator, NumbersAndDatesHaveTheSameRelations) {
  for (const std::string kind : {"Numeric", "Date"}) {
    EXPECT_EQ(named(kind + "Equals").relation, Relation::kEqual);
    EXPECT_EQ(named(kind + "LessThan").relation, Relation::kLess);
    EXPECT_EQ(named(kind + "LessThanEquals").relation, Relation::kLessOrEqual);
    EXPECT_EQ(named(kind + "GreaterThan").relation, Relation::kGreater);
    EXPECT_EQ(named(kind + "GreaterThanEquals").relation, Relation::kGreaterOrEqual);
    EXPECT_TRUE(named(kind + "NotEquals").negated);
    EXPECT_EQ(named(kind + "NotEquals").relation, Relation::kEqual);
  }
}

TEST(ConditionOperator, NotIsNegatedWhereverItStands) {
  for (const char* name :
       {"StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike", "NotIpAddress", "ArnNotLike"}) {
    EXPECT_TRUE(named(name).negated) << name;
  }
  for (const char* name : {"StringEquals", "IpAddress", "Bool", "DateLessThan"})
    EXPECT_FALSE(named(name).negated) << name;
}

TEST(ConditionOperator, QuantifiersAndIfExistsGoTogetherInAnyCase) {
  const ConditionOperator all = named("forallvalues:stringnotlikeifexists");
  EXPECT_EQ(all.quantifier, Quantifier::kAll);
  EXPECT_TRUE(all.negated && all.wildcards && all.if_exists);
  const ConditionOperator any = named("ForAnyValue:StringEqualsIgnoreCase");
  EXPECT_EQ(any.quantifier, Quantifier::kAny);
  EXPECT_TRUE(any.ignore_case);
  EXPECT_FALSE(any.if_exists);
}

TEST(ConditionOperator, WhatIsNoneIsRefused) {
  for (const char* name : {"", "String", "StringEqual", "StringMatches", "NullIfExists", "ForAnyValue:Null",
                           "ForSomeValue:StringEquals", "ForAllValues:", "ForAnyValue:ForAllValues:StringEquals",
                           "IfExists", "NotBool", "NumericLike", "StringEqualsIfExistsIfExists"}) {
    EXPECT_FALSE(parse_operator(name)) << name;
  }
}

TEST(ConditionValue, IsHeldToItsOperator) {
  const auto takes = [](std::string_view op, std::string_view value) {
    return compile_value(value, named(op), true).has_value();
  };
  EXPECT_TRUE(takes("NumericEquals", "10") && takes("NumericEquals", "-1.5"));
  EXPECT_FALSE(takes("NumericEquals", "ten") || takes("NumericEquals", "") || takes("NumericEquals", "1e3"));
  EXPECT_TRUE(takes("DateEquals", "2024-01-31") && takes("DateEquals", "1700000000"));
  EXPECT_FALSE(takes("DateEquals", "yesterday") || takes("DateEquals", "2024-13-01"));
  EXPECT_TRUE(takes("Bool", "true") && takes("Bool", "False") && takes("Null", "true"));
  EXPECT_FALSE(takes("Bool", "1") || takes("Null", "maybe"));
  EXPECT_TRUE(takes("BinaryEquals", "aGVsbG8="));
  EXPECT_FALSE(takes("BinaryEquals", "aGVsbG8"));
  EXPECT_TRUE(takes("IpAddress", "10.0.0.0/8") && takes("NotIpAddress", "::1"));
  EXPECT_FALSE(takes("IpAddress", "10.0.0.0/99"));
  EXPECT_TRUE(takes("StringEquals", "") && takes("StringLike", "${aws:username}"));
  EXPECT_FALSE(takes("StringLike", "${aws:username"));
}

TEST(ConditionValue, NumbersAreExact) {
  const auto value = compile_value("0.1000000000000000000000000000001", named("NumericEquals"), true);
  ASSERT_TRUE(value);
  EXPECT_NE(std::get<Decimal>(value->scalar), *Decimal::parse("0.1"));
}

TEST(KnownKeys, AreFoundByTheirLowerCaseName) {
  EXPECT_EQ(known_key("aws:currenttime"), KnownKey::kCurrentTime);
  EXPECT_EQ(known_key("aws:username"), KnownKey::kUserName);
  EXPECT_EQ(known_key("aws:useragent"), KnownKey::kNone) << "doors add it";
  EXPECT_EQ(known_key("s3:prefix"), KnownKey::kNone);
}

TEST(Circumstances, KeepEveryValueUnderItsLowerCaseKey) {
  Circumstances all;
  all.add("s3:ExistingObjectTag/Team", "Credit");
  all.add("aws:TagKeys", "a");
  all.add("AWS:TAGKEYS", "b");
  ASSERT_EQ(all.entries().size(), 3U);
  EXPECT_EQ(all.entries()[0].key, "s3:existingobjecttag/team");
  EXPECT_EQ(all.entries()[0].value, "Credit");
  EXPECT_EQ(all.entries()[1].key, all.entries()[2].key);
}

TEST(Ascii, KnowsTheCaseOfLettersAndNothingElse) {
  EXPECT_EQ(lower("AbZ[\x80\xc3\x89"), "abz[\x80\xc3\x89");
  EXPECT_TRUE(equal_ignoring_case("s3:GetObject", "S3:getobject"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
}

}  // namespace
}  // namespace caudal::access
