# SPDX-License-Identifier: Apache-2.0
"""boto3's newest release on DynamoDB's API: what a bank's notebook does with scheduled payments, to the cent, and what the
resource layer and the paginators of boto3 rely on."""
import datetime
import decimal

import boto3
import botocore
from boto3.dynamodb.conditions import Attr, Key

from server import ServerTest

DAYS = [datetime.date(2035, 1, 1) + datetime.timedelta(days=n) for n in range(5)]


def seconds(day):
    return int(datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.timezone.utc).timestamp())


def payment(n):
    """Payment n of 2,500: 50 accounts, 5 dates, 5 shards."""
    day = DAYS[n % 5]
    return {"PK": f"account-{n % 50}#PAYMENT", "SK": f"SCHEDULED#{seconds(day)}{n:09d}", "AccountId": f"account-{n % 50}",
            "ScheduledDate": str(day), "Status": "SCHEDULED", "GSI1PK": f"SCHEDULED#{1 + n // 5 % 5}", "GSI1SK": str(day),
            "DataBlob": {"Amount": decimal.Decimal(n) + decimal.Decimal("0.25"), "Currency": "BRL"}}


class Boto3DynamoDbTest(ServerTest):
    def setUp(self):
        self.resource = boto3.resource("dynamodb", endpoint_url=self.url)
        self.client = self.resource.meta.client

    def tearDown(self):
        for table in self.resource.tables.all():
            table.delete()
        self.client.close()

    def make(self, name, key, index=None, **more):
        names = [*key, *(index or [])]
        schema = lambda parts: [{"AttributeName": part, "KeyType": kind} for part, kind in zip(parts, ("HASH", "RANGE"))]
        if index:
            more["GlobalSecondaryIndexes"] = [{"IndexName": "GSI1", "KeySchema": schema(index), "Projection": {"ProjectionType": "ALL"}}]
        table = self.resource.create_table(
            TableName=name, KeySchema=schema(key), BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": part, "AttributeType": "S"} for part in names], **more)
        table.wait_until_exists()
        return table

    @staticmethod
    def every(call, **arguments):
        items, page = [], call(**arguments)
        while True:
            items += page["Items"]
            if "LastEvaluatedKey" not in page:
                return items
            page = call(**arguments, ExclusiveStartKey=page["LastEvaluatedKey"])

    def of_day(self, table, status, day):
        return self.every(table.query, IndexName="GSI1", KeyConditionExpression=Key("GSI1PK").eq(status) & Key("GSI1SK").eq(str(day)))

    def move(self, items, status, more=lambda item: [], change=lambda item: {}):
        """The item under its new sort key, the old one deleted, in transactions of at most 100 writes."""
        for n in range(0, len(items), 33):
            writes = []
            for item in items[n:n + 33]:
                moved = {**item, **change(item), "Status": status, "GSI1PK": status, "SK": f"{status}#{item['SK'].split('#')[1]}"}
                key = {"PK": item["PK"], "SK": item["SK"]}
                writes.append({"Put": {"TableName": "BankPayments", "Item": moved}})
                writes.append({"Delete": {"TableName": "BankPayments", "Key": key, "ConditionExpression": "attribute_exists(PK)"}})
                writes += more(item)
            self.client.transact_write_items(TransactItems=writes)

    def test_a_notebook_takes_a_day_of_payments_to_the_long_term(self):
        table = self.make("BankPayments", ["PK", "SK"], ["GSI1PK", "GSI1SK"])
        self.make("BankPaymentsProcessed", ["id"])
        with table.batch_writer() as batch:
            for n in range(2500):
                batch.put_item(Item=payment(n))
        account = self.every(table.query, Limit=7, KeyConditionExpression=Key("PK").eq("account-3#PAYMENT") &
                             Key("SK").between(f"SCHEDULED#{seconds(DAYS[3])}", f"SCHEDULED#{seconds(DAYS[4])}~"))
        self.assertEqual({item["ScheduledDate"] for item in account}, {str(DAYS[3])})
        self.assertEqual(len(account), 50)
        shards = [self.of_day(table, f"SCHEDULED#{shard}", DAYS[0]) for shard in range(1, 6)]
        self.assertEqual([len(items) for items in shards], [100] * 5)
        due = sum(shards, [])
        self.move(due, "PENDING")
        pending = self.of_day(table, "PENDING", DAYS[0])
        self.move(pending, "PROCESSED", change=lambda item: {"TransactionId": "tx-" + item["SK"].split("#")[1]})
        processed = self.of_day(table, "PROCESSED", DAYS[0])
        self.move(processed, "ARCHIVED", more=lambda item: [
            {"Put": {"TableName": "BankPaymentsProcessed", "Item": {**item, "id": item["TransactionId"]}}}])
        self.assertEqual(len(self.of_day(table, "ARCHIVED", DAYS[0])), 500)
        long_term = self.every(self.resource.Table("BankPaymentsProcessed").scan)
        amounts = lambda items: sum(item["DataBlob"]["Amount"] for item in items)
        self.assertEqual(len(long_term), 500)
        self.assertEqual(amounts(long_term), amounts(due))
        self.assertEqual(len(self.every(table.scan)), 2500)

    def test_conditions_and_updates_of_the_resource_layer(self):
        table = self.make("accounts", ["id"])
        table.put_item(Item={"id": "a", "n": 1, "tags": {"x", "y"}, "blob": b"\x00\xff", "none": None, "list": [1, {"deep": True}]},
                       ConditionExpression=Attr("id").not_exists())
        self.assertEqual(table.get_item(Key={"id": "a"})["Item"],
                         {"id": "a", "n": 1, "tags": {"x", "y"}, "blob": boto3.dynamodb.types.Binary(b"\x00\xff"), "none": None,
                          "list": [1, {"deep": True}]})
        with self.assertRaises(self.client.exceptions.ConditionalCheckFailedException):
            table.put_item(Item={"id": "a"}, ConditionExpression=Attr("id").not_exists())
        most = [decimal.Decimal(f"1234567890123456789012345678901234567{last}") for last in (7, 8)]
        answer = table.update_item(Key={"id": "a"}, UpdateExpression="SET #n = #n + :n ADD tags :t", ReturnValues="ALL_NEW",
                                   ExpressionAttributeNames={"#n": "n"}, ExpressionAttributeValues={":n": most[0], ":t": {"z"}})
        self.assertEqual((answer["Attributes"]["n"], answer["Attributes"]["tags"]), (most[1], {"x", "y", "z"}))
        found = self.every(table.scan, FilterExpression=Attr("tags").contains("z") & Attr("list").size().eq(2))
        self.assertEqual([item["id"] for item in found], ["a"])

    def test_transactions_tell_which_of_them_failed(self):
        self.make("accounts", ["id"])
        put = lambda name: {"Put": {"TableName": "accounts", "Item": {"id": name}, "ConditionExpression": "attribute_not_exists(id)"}}
        self.client.transact_write_items(TransactItems=[put("a")], ClientRequestToken="once")
        self.client.transact_write_items(TransactItems=[put("a")], ClientRequestToken="once")
        with self.assertRaises(self.client.exceptions.TransactionCanceledException) as caught:
            self.client.transact_write_items(TransactItems=[put("b"), put("a")])
        self.assertEqual([reason["Code"] for reason in caught.exception.response["CancellationReasons"]], ["None", "ConditionalCheckFailed"])
        self.assertNotIn("Item", self.client.get_item(TableName="accounts", Key={"id": "b"}))

    def test_paginators_and_streams(self):
        table = self.make("orders", ["id"], StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
        for n in range(25):
            table.put_item(Item={"id": str(n)})
        pages = list(self.client.get_paginator("scan").paginate(TableName="orders", PaginationConfig={"PageSize": 4}))
        self.assertEqual(len({item["id"] for page in pages for item in page["Items"]}), 25)
        self.assertGreaterEqual(len(pages), 7)
        streams = boto3.client("dynamodbstreams", endpoint_url=self.url)
        [shard] = streams.describe_stream(StreamArn=table.latest_stream_arn)["StreamDescription"]["Shards"]
        place = streams.get_shard_iterator(StreamArn=table.latest_stream_arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
        records = streams.get_records(ShardIterator=place["ShardIterator"])["Records"]
        self.assertEqual([record["dynamodb"]["Keys"]["id"]["S"] for record in records], [str(n) for n in range(25)])
        streams.close()

    def test_errors_have_the_names_that_boto3_knows(self):
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException):
            self.client.describe_table(TableName="absent")
        table = self.make("accounts", ["id"])
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            table.put_item(Item={"other": 1})
        self.assertEqual(caught.exception.response["Error"]["Code"], "ValidationException")
        with self.assertRaises(self.client.exceptions.ResourceInUseException):
            self.make("accounts", ["id"])
