// SPDX-License-Identifier: Apache-2.0
// What an export of changes may ask for, and DynamoDB's words for what it may not.
#include <gmock/gmock.h>

#include "api/dynamodb/testing/door_fixture.h"
#include "base/date.h"

namespace caudal::api::dynamodb {
namespace {

using testing::HasSubstr;

class ExportsOfChanges : public DoorTest {
 protected:
  ExportsOfChanges() {
    EXPECT_OK(objects_->create_bucket("lake"));
    make_table();
    EXPECT_OK(store_->archive().set_recovery("tab", true, 35));
  }
  std::string ask_for(const std::string& more) {
    const auto answer =
        ask("ExportTableToPointInTime",
            R"({"TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/tab","S3Bucket":"lake")" + more + "}");
    EXPECT_EQ(answer.status, 400) << answer.body;
    return answer.body;
  }
  std::string between(Timestamp from, std::optional<Timestamp> to = {}) {
    const auto seconds = [](Timestamp at) {
      return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
    };
    return ask_for(
        fmt::format(R"(,"ExportType":"INCREMENTAL_EXPORT","IncrementalExportSpecification":{{"ExportFromTime":{}{}}})",
                    seconds(from), to ? fmt::format(R"(,"ExportToTime":{})", seconds(*to)) : ""));
  }
};

TEST_F(ExportsOfChanges, OfAWindowThatIsNoneAreRefused) {
  const Timestamp now = wall_.now();
  const Timestamp later = now + std::chrono::minutes(10);  // the table is just made: all before is before it
  for (const std::string& body : {between(later), between(later, now)}) {
    EXPECT_THAT(body, HasSubstr("InvalidExportTimeException"));
    EXPECT_THAT(body, HasSubstr("Incremental export period from time should not be greater or equal to incremental "
                                "export period to time"));
  }
  EXPECT_THAT(between(now - std::chrono::hours(1)),
              HasSubstr("Incremental export period from time cannot be less than the table creation time : " +
                        to_string(now - std::chrono::hours(1)).substr(0, 19) + "Z"));
  const std::string future = between(later, later + std::chrono::hours(1));
  EXPECT_THAT(future, HasSubstr("InvalidExportTimeException"));
  EXPECT_THAT(future, HasSubstr("Incremental export period to time cannot be greater than the current time : "));
}

TEST_F(ExportsOfChanges, GoTogetherWithTheirTypeAlone) {
  const std::string times = R"("IncrementalExportSpecification":{"ExportFromTime":1})";
  EXPECT_THAT(ask_for("," + times), HasSubstr("Invalid Request: Export Type expected to be Incremental Export when "
                                              "incremental export specification is provided"));
  EXPECT_THAT(ask_for(R"(,"ExportType":"FULL_EXPORT",)" + times),
              HasSubstr("Invalid Request: When Export Type is Full Export , Incremental Export Specification should "
                        "not be provided"));
  EXPECT_THAT(ask_for(R"(,"ExportType":"INCREMENTAL_EXPORT")"),
              HasSubstr("Invalid Request: Incremental Export Specification expected when export type is set as "
                        "Incremental Export"));
  EXPECT_THAT(ask_for(R"(,"ExportType":"INCREMENTAL_EXPORT","IncrementalExportSpecification":{})"),
              HasSubstr("Invalid Request: ExportFromTime must be provided in IncrementalExportSpecification"));
  EXPECT_THAT(ask_for(R"(,"ExportType":"INCREMENTAL_EXPORT","ExportTime":1,)" + times), HasSubstr("ExportTime"));
}

}  // namespace
}  // namespace caudal::api::dynamodb
