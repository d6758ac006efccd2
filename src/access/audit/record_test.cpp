// SPDX-License-Identifier: Apache-2.0
// Records come back as they went in, but for what must not be kept.
#include "access/audit/record.h"

#include <gtest/gtest.h>

#include "access/audit/testing/records.h"
#include "base/random.h"
#include "base/testing/result_matchers.h"

namespace caudal::audit {
namespace {

Record round_trip(const Record& record) {
  std::string bytes;
  append_record(bytes, record);
  std::string_view rest = bytes;
  Record back = unwrap(take_record(rest));
  EXPECT_TRUE(rest.empty());
  return back;
}

TEST(AuditRecord, ComesBackWithEveryField) {
  const Record record = full_record();
  const Record back = round_trip(record);
  EXPECT_EQ(back.time, record.time);
  EXPECT_EQ(back.request_id, "4442587FB7D0A2F9");
  EXPECT_EQ(back.service, "s3");
  EXPECT_EQ(back.operation, "GetObject");
  EXPECT_EQ(back.principal, "arn:aws:iam::000000000000:user/ana");
  EXPECT_EQ(back.access_key_id, "AKIA2222222222222222");
  EXPECT_EQ(back.source, "203.0.113.9");
  EXPECT_EQ(back.resource, "lake/raw/tb_faturas_202401.csv");
  EXPECT_EQ(back.status, 403);
  EXPECT_EQ(back.error_code, "AccessDenied");
  EXPECT_EQ(back.decision, "implicit_deny");
  EXPECT_EQ(back.decided_by, "no statement");
  EXPECT_EQ(back.bytes_in, 1U);
  EXPECT_EQ(back.bytes_out, 243U);
  EXPECT_EQ(back.duration_us, 1234U);
  EXPECT_EQ(back.user_agent, "aws-cli/2.15");
}

TEST(AuditRecord, SeveralFollowEachOther) {
  std::string bytes;
  for (int index = 0; index < 3; ++index) append_record(bytes, {.resource = std::to_string(index)});
  std::string_view rest = bytes;
  for (int index = 0; index < 3; ++index) EXPECT_EQ(unwrap(take_record(rest)).resource, std::to_string(index));
  EXPECT_TRUE(rest.empty());
}

TEST(AuditRecord, SignaturesAndTokensAreCutOffWhereverTheyCome) {
  const Record back = round_trip({.resource = "lake/a?X-Amz-Signature=f00d",
                                  .user_agent = "curl https://h/a?x-amz-security-token=abc&X-Amz-Date=1"});
  EXPECT_EQ(back.resource, "lake/a?");
  const std::string arn = "arn:aws:s3:::lake/x-amz-signature/of-a-key";
  EXPECT_EQ(round_trip({.resource = arn}).resource, arn) << "a key cannot hide itself";
  EXPECT_EQ(back.user_agent, "curl https://h/a?");
}

TEST(AuditRecord, LongTextsAreCut) {
  const Record back = round_trip({.resource = std::string(5000, 'r'), .user_agent = std::string(5000, 'u')});
  EXPECT_EQ(back.resource, std::string(kMaxResourceBytes, 'r'));
  EXPECT_EQ(back.user_agent, std::string(kMaxTextBytes, 'u'));
}

TEST(AuditRecord, DamagedBytesAreRefusedNotRead) {
  std::string bytes;
  append_record(bytes, full_record());
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::string_view cut = std::string_view(bytes).substr(0, size);
    EXPECT_TRUE(take_record(cut).error().is(ErrorClass::kCorrupt)) << size;
  }
  Random random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string changed = bytes;
    changed[random.below(changed.size())] = static_cast<char>(random.below(256));
    std::string_view rest = changed;
    const auto record = take_record(rest);  // whatever it is, it stays within its bytes
    if (record) EXPECT_LE(rest.size(), changed.size());
  }
}

}  // namespace
}  // namespace caudal::audit
