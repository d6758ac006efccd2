# SPDX-License-Identifier: Apache-2.0
"""Which services and operations are generated, in which families, and what of their models is left out."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Custom:
    """A shape whose C++ type is written by hand."""

    cpp_type: str
    shape: str
    include: str


@dataclasses.dataclass(frozen=True)
class Service:
    name: str  # folder and namespace
    model: str  # below botocore's data folder
    sha256: str
    families: dict
    protocol: str = "json"
    words: str = ""  # how errors are worded: a value of JsonWords
    omitted: frozenset = frozenset()  # members, by name: huge parts that no handler looks at
    custom: dict = dataclasses.field(default_factory=dict)
    deprecated: frozenset = frozenset()  # operations whose request is another's, too

    @property
    def folder(self):
        return f"aws/generated/{self.name}"


def _words(text):
    return text.split()


_ATTRIBUTE_VALUE = {"AttributeValue": Custom("AttributeValue", "kAnyAttributeValue", "aws/attribute_value.h")}

S3 = Service(
    name="s3",
    model="s3/2006-03-01/service-2.json",
    sha256="906ae86bd92f2ec6d48246c4bb0f5d64063edd074baa7be8cf7fb13d1d877171",
    protocol="rest-xml",
    families={
        "objects": _words(
            "CopyObject DeleteObject DeleteObjectTagging DeleteObjects GetObject GetObjectAcl GetObjectAttributes "
            "GetObjectTagging HeadObject PutObject PutObjectAcl PutObjectTagging"
        ),
        "multipart": _words(
            "AbortMultipartUpload CompleteMultipartUpload CreateMultipartUpload ListMultipartUploads ListParts UploadPart "
            "UploadPartCopy"
        ),
        "listings": _words("ListBuckets ListObjectVersions ListObjects ListObjectsV2"),
        "buckets": _words(
            "CreateBucket DeleteBucket DeleteBucketOwnershipControls DeleteBucketPolicy DeleteBucketTagging "
            "DeletePublicAccessBlock GetBucketAcl GetBucketLocation GetBucketOwnershipControls GetBucketPolicy "
            "GetBucketPolicyStatus GetBucketTagging GetBucketVersioning GetPublicAccessBlock HeadBucket PutBucketAcl "
            "PutBucketOwnershipControls PutBucketPolicy PutBucketTagging PutBucketVersioning PutPublicAccessBlock"
        ),
        "settings": _words(
            "DeleteBucketCors DeleteBucketEncryption DeleteBucketLifecycle DeleteBucketWebsite GetBucketCors "
            "GetBucketEncryption GetBucketLifecycleConfiguration GetBucketNotificationConfiguration GetBucketWebsite "
            "PutBucketCors PutBucketEncryption PutBucketLifecycleConfiguration PutBucketNotificationConfiguration "
            "PutBucketWebsite"
        ),
    },
    deprecated=frozenset(
        _words("GetBucketLifecycle GetBucketNotification PutBucketLifecycle PutBucketNotification WriteGetObjectResponse")
    ),
)

DYNAMODB = Service(
    name="dynamodb",
    model="dynamodb/2012-08-10/service-2.json",
    sha256="d3d761f82e292e0edc4de911f3c5267e149443ff3b0cfcaa61551a40facb39dd",
    words="kDynamoDb",
    custom=_ATTRIBUTE_VALUE,
    families={
        "items": _words("BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query Scan UpdateItem"),
        "transactions": _words(
            "BatchExecuteStatement ExecuteStatement ExecuteTransaction TransactGetItems TransactWriteItems"
        ),
        "tables": _words(
            "CreateTable DeleteTable DescribeEndpoints DescribeLimits DescribeTable DescribeTimeToLive ListTables "
            "ListTagsOfResource TagResource UntagResource UpdateTable UpdateTimeToLive"
        ),
        "policies": _words("DeleteResourcePolicy GetResourcePolicy PutResourcePolicy"),
        "backups": _words(
            "CreateBackup DeleteBackup DescribeBackup DescribeContinuousBackups DescribeExport DescribeImport "
            "ExportTableToPointInTime ImportTable ListBackups ListExports ListImports RestoreTableFromBackup "
            "RestoreTableToPointInTime UpdateContinuousBackups"
        ),
    },
)

DYNAMODB_STREAMS = Service(
    name="dynamodbstreams",
    model="dynamodbstreams/2012-08-10/service-2.json",
    sha256="72a569ed30e4a5df2781eede5cec6796d38ff738af99dca18f496dd6c7110716",
    words="kDynamoDb",
    custom=_ATTRIBUTE_VALUE,
    families={"streams": _words("DescribeStream GetRecords GetShardIterator ListStreams")},
)

GLUE = Service(
    name="glue",
    words="kGlue",
    model="glue/2017-03-31/service-2.json",
    sha256="e0cf5760169566d2cdb95f929d5c7f4cb5d3058530cd6f9d42018ce022192001",
    omitted=frozenset(["CodeGenConfigurationNodes"]),
    families={
        "tables": _words(
            "BatchDeleteTable BatchDeleteTableVersion CreateDatabase CreateTable CreateUserDefinedFunction DeleteDatabase "
            "DeleteTable DeleteTableVersion DeleteUserDefinedFunction GetDatabase GetDatabases GetTable GetTableVersion "
            "GetTableVersions GetTables GetTags GetUserDefinedFunction GetUserDefinedFunctions SearchTables TagResource "
            "UntagResource UpdateDatabase UpdateTable UpdateUserDefinedFunction"
        ),
        "partitions": _words(
            "BatchCreatePartition BatchDeletePartition BatchGetPartition BatchUpdatePartition CreatePartition "
            "DeleteColumnStatisticsForPartition DeleteColumnStatisticsForTable DeletePartition "
            "GetColumnStatisticsForPartition GetColumnStatisticsForTable GetPartition GetPartitions UpdatePartition "
            "UpdateColumnStatisticsForPartition UpdateColumnStatisticsForTable"
        ),
        "jobs": _words(
            "BatchStopJobRun CreateJob CreateTrigger DeleteJob DeleteTrigger GetJob GetJobRun GetJobRuns GetJobs GetTrigger "
            "GetTriggers ListJobs ListTriggers StartJobRun StartTrigger StopTrigger UpdateJob UpdateTrigger"
        ),
        "crawlers": _words(
            "CreateCrawler DeleteCrawler GetCrawler GetCrawlers ListCrawlers StartCrawler StopCrawler UpdateCrawler"
        ),
        "quality": _words(
            "BatchGetDataQualityResult CancelDataQualityRulesetEvaluationRun CreateDataQualityRuleset "
            "DeleteDataQualityRuleset GetDataQualityResult GetDataQualityRuleset GetDataQualityRulesetEvaluationRun "
            "ListDataQualityResults ListDataQualityRulesetEvaluationRuns ListDataQualityRulesets "
            "StartDataQualityRulesetEvaluationRun UpdateDataQualityRuleset"
        ),
    },
)

ATHENA = Service(
    name="athena",
    words="kAthena",
    model="athena/2017-05-18/service-2.json",
    sha256="f48d67711f2bc43a1cbe93e150aef1050101403b33ec311b46398104ca4974d6",
    families={
        "queries": _words(
            "BatchGetQueryExecution GetQueryExecution GetQueryResults GetQueryRuntimeStatistics ListEngineVersions "
            "ListQueryExecutions StartQueryExecution StopQueryExecution"
        ),
        "workgroups": _words(
            "CreateWorkGroup DeleteWorkGroup GetWorkGroup ListTagsForResource ListWorkGroups TagResource UntagResource "
            "UpdateWorkGroup"
        ),
        "saved": _words(
            "BatchGetNamedQuery BatchGetPreparedStatement CreateNamedQuery CreatePreparedStatement DeleteNamedQuery "
            "DeletePreparedStatement GetNamedQuery GetPreparedStatement ListNamedQueries ListPreparedStatements "
            "UpdateNamedQuery UpdatePreparedStatement"
        ),
        "catalogs": _words(
            "CreateDataCatalog DeleteDataCatalog GetDataCatalog GetDatabase GetTableMetadata ListDataCatalogs ListDatabases "
            "ListTableMetadata UpdateDataCatalog"
        ),
    },
)

ALL = (S3, DYNAMODB, DYNAMODB_STREAMS, GLUE, ATHENA)
