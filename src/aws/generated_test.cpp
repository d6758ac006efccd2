// SPDX-License-Identifier: Apache-2.0
// Properties that hold for every generated struct tried: what is written reads back to the same, in JSON and in XML.
#include <gtest/gtest.h>

#include "aws/generated/athena/catalogs.h"
#include "aws/generated/athena/queries.h"
#include "aws/generated/athena/workgroups.h"
#include "aws/generated/dynamodb/backups.h"
#include "aws/generated/dynamodb/items.h"
#include "aws/generated/dynamodb/tables.h"
#include "aws/generated/dynamodb/transactions.h"
#include "aws/generated/dynamodbstreams/streams.h"
#include "aws/generated/glue/crawlers.h"
#include "aws/generated/glue/jobs.h"
#include "aws/generated/glue/partitions.h"
#include "aws/generated/glue/quality.h"
#include "aws/generated/glue/tables.h"
#include "aws/generated/s3/buckets.h"
#include "aws/generated/s3/listings.h"
#include "aws/generated/s3/multipart.h"
#include "aws/generated/s3/objects.h"
#include "aws/generated/s3/settings.h"
#include "aws/json/json_codec.h"
#include "aws/testing/random_values.h"
#include "aws/xml/xml_codec.h"

namespace caudal::aws {
namespace {

template <class T>
class JsonRoundTrip : public ::testing::Test {};

using JsonTypes = ::testing::Types<
    dynamodb::CreateTableInput, dynamodb::DescribeTableOutput, dynamodb::UpdateTableInput, dynamodb::PutItemInput,
    dynamodb::QueryInput, dynamodb::QueryOutput, dynamodb::BatchWriteItemInput, dynamodb::BatchGetItemOutput,
    dynamodb::TransactWriteItemsInput, dynamodb::TransactionCanceledException, dynamodb::DescribeBackupOutput,
    dynamodb::ImportTableInput, dynamodb::ExecuteStatementOutput, dynamodbstreams::GetRecordsOutput,
    glue::CreateTableRequest, glue::GetTablesResponse, glue::GetPartitionsResponse,
    glue::UpdateColumnStatisticsForTableRequest, glue::CreateJobRequest, glue::GetTriggersResponse,
    glue::CreateCrawlerRequest, glue::GetDataQualityResultResponse, athena::StartQueryExecutionInput,
    athena::GetQueryExecutionOutput, athena::GetQueryResultsOutput, athena::GetQueryRuntimeStatisticsOutput,
    athena::UpdateWorkGroupInput, athena::ListTableMetadataOutput>;
TYPED_TEST_SUITE(JsonRoundTrip, JsonTypes);

TYPED_TEST(JsonRoundTrip, ReadsWhatItWrites) {
  Random random(20130524);
  for (int round = 0; round < 40; ++round) {
    TypeParam value;
    testing::fill(shape_of<TypeParam>(), &value, random);
    const std::string text = to_json(value);
    TypeParam again;
    Violations ignored;
    const auto read = decode_json(text, shape_of<TypeParam>(), &again, ignored);
    ASSERT_TRUE(read.has_value()) << read.error().message << "\n" << text;
    ASSERT_EQ(to_json(again), text);
  }
}

template <class T>
class XmlRoundTrip : public ::testing::Test {};

using XmlTypes =
    ::testing::Types<s3::Delete, s3::DeleteObjectsOutput, s3::CompletedMultipartUpload, s3::ListPartsOutput,
                     s3::ListMultipartUploadsOutput, s3::ListObjectsOutput, s3::ListObjectsV2Output,
                     s3::ListObjectVersionsOutput, s3::ListBucketsOutput, s3::GetObjectAttributesOutput,
                     s3::CopyObjectResult, s3::AccessControlPolicy, s3::Tagging, s3::VersioningConfiguration,
                     s3::CORSConfiguration, s3::WebsiteConfiguration, s3::BucketLifecycleConfiguration,
                     s3::ServerSideEncryptionConfiguration, s3::NotificationConfiguration,
                     s3::CreateBucketConfiguration, s3::PublicAccessBlockConfiguration, s3::OwnershipControls>;
TYPED_TEST_SUITE(XmlRoundTrip, XmlTypes);

TYPED_TEST(XmlRoundTrip, ReadsWhatItWrites) {
  Random random(20130524);
  for (int round = 0; round < 40; ++round) {
    TypeParam value;
    testing::fill(shape_of<TypeParam>(), &value, random, true);
    const std::string text = to_xml("Root", "urn:x", value);
    TypeParam again;
    const auto read = decode_xml(text, shape_of<TypeParam>(), &again);
    ASSERT_TRUE(read.has_value()) << read.error().message << "\n" << text;
    ASSERT_EQ(to_xml("Root", "urn:x", again), text);
  }
}

}  // namespace
}  // namespace caudal::aws
