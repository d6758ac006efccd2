// SPDX-License-Identifier: Apache-2.0
// Tables and items through the AWS SDK: what programs do with DynamoDB every day.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  BatchGetItemCommand, CreateTableCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient, ListTablesCommand,
  TagResourceCommand, ListTagsOfResourceCommand, UpdateTableCommand, waitUntilTableExists, waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand, DeleteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand, TransactGetCommand,
  TransactWriteCommand, UpdateCommand, paginateScan,
} from '@aws-sdk/lib-dynamodb';

import { Server, eventually, refused } from '../lib/s3.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';

const server = await Server.start({ after });
const dynamodb = dynamodbOf(server);
const documents = documentsOf(server);

let tables = 0;
async function table({ sort, ...rest } = {}) {
  const TableName = `table-${++tables}`;
  const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' }];
  const AttributeDefinitions = [{ AttributeName: 'id', AttributeType: 'S' }];
  if (sort) {
    KeySchema.push({ AttributeName: sort, KeyType: 'RANGE' });
    AttributeDefinitions.push({ AttributeName: sort, AttributeType: 'N' });
  }
  await dynamodb.send(new CreateTableCommand({
    TableName, KeySchema, BillingMode: 'PAY_PER_REQUEST', ...rest,
    AttributeDefinitions: [...AttributeDefinitions, ...(rest.AttributeDefinitions ?? [])] }));
  return TableName;
}

test('a table is made, described, listed, tagged, changed and removed', async () => {
  const TableName = await table();
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 5, minDelay: 1, maxDelay: 1 }, { TableName });
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  assert.equal(Table.TableStatus, 'ACTIVE');
  assert.equal(Table.TableArn, `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`);
  assert.deepEqual(Table.KeySchema, [{ AttributeName: 'id', KeyType: 'HASH' }]);
  assert.ok(Table.CreationDateTime instanceof Date && Math.abs(Table.CreationDateTime - Date.now()) < 60_000);
  assert.ok((await dynamodb.send(new ListTablesCommand({}))).TableNames.includes(TableName));
  await dynamodb.send(new TagResourceCommand({ ResourceArn: Table.TableArn, Tags: [{ Key: 'team', Value: 'payments' }] }));
  assert.deepEqual((await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: Table.TableArn }))).Tags, [{ Key: 'team', Value: 'payments' }]);
  await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
  await refused(dynamodb.send(new DeleteTableCommand({ TableName })), 'ValidationException', 400);
  await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  await waitUntilTableNotExists({ client: dynamodb, maxWaitTime: 5, minDelay: 1, maxDelay: 1 }, { TableName });
  await refused(dynamodb.send(new DescribeTableCommand({ TableName })), 'ResourceNotFoundException', 400);
  await refused(documents.send(new GetCommand({ TableName, Key: { id: 'a' } })), 'ResourceNotFoundException', 400);
  const taken = await table();
  await refused(dynamodb.send(new CreateTableCommand({
    TableName: taken, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] })), 'ResourceInUseException', 400);
});

test('items of every type come back as they were', async () => {
  const TableName = await table();
  const Item = {
    id: 'a', text: 'ção ☃ 𝄞', empty: '', number: 12345.678, bytes: new Uint8Array([0, 255, 1]), yes: true, nothing: null,
    list: [1, 'two', [3]], map: { deep: { deeper: [{}] } }, words: new Set(['a', 'b']), numbers: new Set([1, 2, 3]),
  };
  await documents.send(new PutCommand({ TableName, Item }));
  assert.deepEqual((await documents.send(new GetCommand({ TableName, Key: { id: 'a' } }))).Item, Item);
  assert.equal((await documents.send(new GetCommand({ TableName, Key: { id: 'b' } }))).Item, undefined);
});

test('conditions hold or refuse, and of 32 that create one item one succeeds', async () => {
  const TableName = await table();
  const creations = await Promise.allSettled(Array.from({ length: 32 }, (_, n) => documents.send(new PutCommand({
    TableName, Item: { id: 'one', by: n }, ConditionExpression: 'attribute_not_exists(id)' }))));
  assert.equal(creations.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const { reason } of creations) if (reason) assert.equal(reason.name, 'ConditionalCheckFailedException');
  const error = await refused(documents.send(new DeleteCommand({
    TableName, Key: { id: 'one' }, ConditionExpression: '#by > :most', ExpressionAttributeNames: { '#by': 'by' },
    ExpressionAttributeValues: { ':most': 100 }, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })), 'ConditionalCheckFailedException', 400);
  assert.equal(error.Item.id.S ?? error.Item.id, 'one');
});

test('updates answer what they changed, and of many counts none is lost', async () => {
  const TableName = await table();
  const update = (rest) => documents.send(new UpdateCommand({ TableName, Key: { id: 'a' }, ...rest }));
  await Promise.all(Array.from({ length: 64 }, () => update({ UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } })));
  const { Attributes } = await update({
    UpdateExpression: 'SET n = n + :more, tags = list_append(if_not_exists(tags, :none), :tag)',
    ExpressionAttributeValues: { ':more': 0.5, ':none': [], ':tag': ['x'] }, ReturnValues: 'ALL_NEW' });
  assert.deepEqual(Attributes, { id: 'a', n: 64.5, tags: ['x'] });
  assert.deepEqual((await update({ UpdateExpression: 'REMOVE tags[0]', ReturnValues: 'UPDATED_OLD' })).Attributes, { tags: ['x'] });
  await refused(update({ UpdateExpression: 'SET id = :x', ExpressionAttributeValues: { ':x': 'b' } }), 'ValidationException', 400);
  await refused(update({ UpdateExpression: 'SET n = :x' }), 'ValidationException', 400);
});

test('queries answer ranges page by page, both ways', async () => {
  const TableName = await table({ sort: 'at' });
  for (let first = 0; first < 100; first += 25) {
    await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]:
      Array.from({ length: 25 }, (_, n) => ({ PutRequest: { Item: { id: 'a', at: first + n, even: n % 2 === 0 } } })) } }));
  }
  const query = async (rest) => {
    const found = [];
    let ExclusiveStartKey;
    do {
      const page = await documents.send(new QueryCommand({ TableName, ExclusiveStartKey, ...rest }));
      found.push(...page.Items.map(({ at }) => at));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found;
  };
  const between = { KeyConditionExpression: 'id = :id AND #at BETWEEN :low AND :high', ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':id': 'a', ':low': 10, ':high': 19 } };
  assert.deepEqual(await query(between), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  assert.deepEqual(await query({ ...between, ScanIndexForward: false, Limit: 3 }), [19, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
  const counted = await documents.send(new QueryCommand({
    TableName, KeyConditionExpression: 'id = :id', FilterExpression: 'even = :yes', Select: 'COUNT',
    ExpressionAttributeValues: { ':id': 'a', ':yes': true }, ReturnConsumedCapacity: 'TOTAL' }));
  assert.equal(counted.Count, 52);
  assert.equal(counted.ScannedCount, 100);
  assert.equal(counted.ConsumedCapacity.CapacityUnits, 0.5);
  await refused(documents.send(new QueryCommand({ TableName, KeyConditionExpression: '#at > :n', ExpressionAttributeNames: { '#at': 'at' }, ExpressionAttributeValues: { ':n': 1 } })), 'ValidationException', 400);
});

test('parallel scans see everything once', async () => {
  const TableName = await table();
  for (let first = 0; first < 500; first += 25) {
    await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]:
      Array.from({ length: 25 }, (_, n) => ({ PutRequest: { Item: { id: `k${first + n}` } } })) } }));
  }
  const segments = await Promise.all([0, 1, 2, 3].map(async (Segment) => {
    const found = [];
    for await (const { Items } of paginateScan({ client: documents, pageSize: 40 }, { TableName, Segment, TotalSegments: 4 })) {
      found.push(...Items.map(({ id }) => id));
    }
    return found;
  }));
  const all = segments.flat();
  assert.equal(all.length, 500);
  assert.equal(new Set(all).size, 500);
  for (const segment of segments) assert.ok(segment.length > 50, 'segments are about as large as each other');
});

test('an index is made on a table in use, and read', async () => {
  const TableName = await table();
  for (let n = 0; n < 60; ++n) await documents.send(new PutCommand({ TableName, Item: { id: `k${n}`, status: n % 3 === 0 ? 'OPEN' : 'PAID', due: n, note: 'x' } }));
  await dynamodb.send(new UpdateTableCommand({
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }, { AttributeName: 'status', AttributeType: 'S' }, { AttributeName: 'due', AttributeType: 'N' }],
    GlobalSecondaryIndexUpdates: [{ Create: {
      IndexName: 'by-status', KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }, { AttributeName: 'due', KeyType: 'RANGE' }],
      Projection: { ProjectionType: 'KEYS_ONLY' } } }] }));
  await eventually(async () =>
    (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table.GlobalSecondaryIndexes[0].IndexStatus === 'ACTIVE');
  const { Items } = await documents.send(new QueryCommand({
    TableName, IndexName: 'by-status', KeyConditionExpression: '#s = :open AND due >= :from', ExpressionAttributeNames: { '#s': 'status' },
    ExpressionAttributeValues: { ':open': 'OPEN', ':from': 30 } }));
  assert.deepEqual(Items.map(({ due }) => due), [30, 33, 36, 39, 42, 45, 48, 51, 54, 57]);
  assert.deepEqual(Items[0], { id: 'k30', status: 'OPEN', due: 30 });
  await refused(documents.send(new QueryCommand({ TableName, IndexName: 'none', KeyConditionExpression: '#s = :open', ExpressionAttributeNames: { '#s': 'status' }, ExpressionAttributeValues: { ':open': 'OPEN' } })), 'ValidationException', 400);
});

test('transactions are whole, tell their reasons, and are done once', async () => {
  const TableName = await table();
  const put = (id, rest = {}) => ({ Put: { TableName, Item: { id, n: 1 }, ...rest } });
  await documents.send(new TransactWriteCommand({ TransactItems: [put('a'), put('b')] }));
  const error = await refused(documents.send(new TransactWriteCommand({ TransactItems: [
    put('c'), put('a', { ConditionExpression: 'attribute_not_exists(id)' })] })), 'TransactionCanceledException', 400);
  assert.deepEqual(error.CancellationReasons.map(({ Code }) => Code), ['None', 'ConditionalCheckFailed']);
  assert.equal(error.message, 'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]');
  assert.equal((await documents.send(new GetCommand({ TableName, Key: { id: 'c' } }))).Item, undefined);
  const again = { ClientRequestToken: 'a-token-of-a-client', TransactItems: [{ Update: {
    TableName, Key: { id: 'a' }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } } }] };
  for (let n = 0; n < 3; ++n) await documents.send(new TransactWriteCommand(again));
  const { Responses } = await documents.send(new TransactGetCommand({ TransactItems: ['a', 'b', 'none'].map((id) => ({ Get: { TableName, Key: { id } } })) }));
  assert.deepEqual(Responses.map(({ Item }) => Item?.n), [2, 1, undefined]);
  again.TransactItems[0].Update.ExpressionAttributeValues[':one'] = 2;
  await refused(documents.send(new TransactWriteCommand(again)), 'IdempotentParameterMismatchException', 400);
});

test('batches answer what is there, and refuse what is twice in them or too many', async () => {
  const TableName = await table();
  await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: { id: 'a', n: 1 } } }, { PutRequest: { Item: { id: 'b' } } }] } }));
  const { Responses, UnprocessedKeys } = await dynamodb.send(new BatchGetItemCommand({
    RequestItems: { [TableName]: { Keys: ['a', 'b', 'c'].map((S) => ({ id: { S } })), ProjectionExpression: 'id' } } }));
  assert.deepEqual(Responses[TableName].map(({ id }) => id.S), ['a', 'b']);
  assert.deepEqual(UnprocessedKeys, {});
  const twice = { PutRequest: { Item: { id: 'a' } } };
  await refused(documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: [twice, twice] } })), 'ValidationException', 400);
  await refused(documents.send(new BatchWriteCommand({ RequestItems: { [TableName]:
    Array.from({ length: 26 }, (_, n) => ({ PutRequest: { Item: { id: `k${n}` } } })) } })), 'ValidationException', 400);
});

test('what was answered is there after a kill', async (t) => {
  const own = await Server.start(t);
  let client = documentsOf(own);
  const TableName = 'killed';
  await client.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] }));
  let answered = 0;
  const writing = (async () => {
    for (;; ++answered) await client.send(new PutCommand({ TableName, Item: { id: `k${answered}` } }));
  })().catch(() => {});
  await eventually(() => answered > 50);
  await own.crash();
  await writing;
  await own.open();
  client = documentsOf(own);
  const { Count } = await client.send(new ScanCommand({ TableName, Select: 'COUNT' }));
  assert.ok(Count === answered || Count === answered + 1, `${Count} of ${answered}`);
});

test('keys of nobody are refused, whatever is asked', async () => {
  const stranger = new DynamoDBClient({ endpoint: server.url, region: 'us-east-1', maxAttempts: 1,
    credentials: { accessKeyId: 'AKIANOBODYNOBODYNOBO', secretAccessKey: 'none' } });
  await refused(stranger.send(new ListTablesCommand({})), 'UnrecognizedClientException', 400);
  stranger.destroy();
});
