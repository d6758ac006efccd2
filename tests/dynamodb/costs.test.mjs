// SPDX-License-Identifier: Apache-2.0
// What requests cost, in all and for each index, as DynamoDB computes it; how large collections are; and where pages and
// batches end.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { BatchExecuteStatementCommand, CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand, BatchWriteCommand, DeleteCommand, ExecuteStatementCommand, ExecuteTransactionCommand, GetCommand, PutCommand,
  QueryCommand, ScanCommand, TransactGetCommand, TransactWriteCommand, UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';
import { Server } from '../lib/s3.mjs';

const server = await Server.start({ after });
const dynamodb = dynamodbOf(server);
const documents = documentsOf(server);
const TableName = 'costs';
const key = (hash, range) => [{ AttributeName: hash, KeyType: 'HASH' }, ...(range ? [{ AttributeName: range, KeyType: 'RANGE' }] : [])];
await dynamodb.send(new CreateTableCommand({
  TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: key('id', 'n'),
  AttributeDefinitions: [['id', 'S'], ['n', 'N'], ['kind', 'S'], ['due', 'N']].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
  LocalSecondaryIndexes: [{ IndexName: 'by-due', KeySchema: key('id', 'due'), Projection: { ProjectionType: 'KEYS_ONLY' } }],
  GlobalSecondaryIndexes: [{ IndexName: 'by-kind', KeySchema: key('kind'), Projection: { ProjectionType: 'ALL' } }] }));

// In all, and { table, global, local } of what was told of each.
async function costOf(Command, input) {
  const told = async (ReturnConsumedCapacity) => {
    const { ConsumedCapacity } = await documents.send(new Command({ ...input(), ReturnConsumedCapacity }));
    return Array.isArray(ConsumedCapacity) ? ConsumedCapacity[0] : ConsumedCapacity;
  };
  assert.equal(await told('NONE'), undefined);
  const total = await told('TOTAL');
  assert.deepEqual(Object.keys(total).filter((name) => /Table$|Indexes$/.test(name)), [], 'the sum alone');
  const each = await told('INDEXES');
  assert.equal(each.TableName, TableName);
  const units = (one) => one?.CapacityUnits ?? 0;
  const parts = { table: units(each.Table), global: units(each.GlobalSecondaryIndexes?.['by-kind']), local: units(each.LocalSecondaryIndexes?.['by-due']) };
  assert.equal(parts.table + parts.global + parts.local, each.CapacityUnits, JSON.stringify(each));
  assert.equal(total.CapacityUnits, each.CapacityUnits, 'of the same request');
  return parts;
}

let n = 0;
const fresh = (more = {}) => ({ id: 'a', n: ++n, kind: 'x', due: n, ...more });

test('writes cost a unit for each KB of the larger item, and what they change in indexes', async () => {
  const put = (item) => costOf(PutCommand, () => ({ TableName, Item: item() }));
  assert.deepEqual(await put(() => fresh()), { table: 1, global: 1, local: 1 });
  assert.deepEqual(await put(() => ({ id: 'a', n: ++n })), { table: 1, global: 0, local: 0 });
  assert.deepEqual(await put(() => fresh({ text: 'x'.repeat(2500) })), { table: 3, global: 3, local: 1 });
  const same = fresh();
  await documents.send(new PutCommand({ TableName, Item: same }));
  assert.deepEqual(await put(() => same), { table: 1, global: 0, local: 0 }, 'what changes nothing in an index costs nothing there');
  let kind = 0;
  assert.deepEqual(await costOf(UpdateCommand, () => ({ TableName, Key: { id: 'a', n: 1 }, UpdateExpression: 'SET kind = :k',
    ExpressionAttributeValues: { ':k': `k${++kind}` } })), { table: 1, global: 2, local: 0 }, 'an entry goes, and another comes');
  const remove = () => ({ TableName, Key: { id: 'none', n: 1 } });
  assert.deepEqual(await costOf(DeleteCommand, remove), { table: 1, global: 0, local: 0 });
  const batch = () => ({ RequestItems: { [TableName]: [{ PutRequest: { Item: fresh() } }, { PutRequest: { Item: fresh() } }] } });
  assert.deepEqual(await costOf(BatchWriteCommand, batch), { table: 2, global: 2, local: 2 });
  const transact = () => ({ TransactItems: [{ Put: { TableName, Item: fresh() } }] });
  assert.deepEqual(await costOf(TransactWriteCommand, transact), { table: 2, global: 2, local: 2 }, 'twice');
  const insert = () => ({ Statement: `INSERT INTO "${TableName}" VALUE {'id': 'p', 'n': ${++n}, 'kind': 'x', 'due': 1}` });
  assert.deepEqual(await costOf(ExecuteStatementCommand, insert), { table: 1, global: 1, local: 1 });
  assert.deepEqual(await costOf(ExecuteTransactionCommand, () => ({ TransactStatements: [insert()] })), { table: 2, global: 2, local: 2 });
});

test('reads cost half a unit for each 4 KB, a whole one when they are consistent', async () => {
  await documents.send(new PutCommand({ TableName, Item: { id: 'r', n: 1, kind: 'r', due: 1, text: 'x'.repeat(6000) } }));
  const Key = { id: 'r', n: 1 };
  const of = (Command, more) => costOf(Command, () => ({ TableName, ...more }));
  assert.deepEqual(await of(GetCommand, { Key }), { table: 1, global: 0, local: 0 });
  assert.deepEqual(await of(GetCommand, { Key, ConsistentRead: true }), { table: 2, global: 0, local: 0 });
  assert.deepEqual(await of(GetCommand, { Key: { id: 'none', n: 1 } }), { table: 0.5, global: 0, local: 0 });
  const byKind = { IndexName: 'by-kind', KeyConditionExpression: 'kind = :k', ExpressionAttributeValues: { ':k': 'r' } };
  assert.deepEqual(await of(QueryCommand, byKind), { table: 0, global: 1, local: 0 });
  const byDue = { IndexName: 'by-due', KeyConditionExpression: 'id = :k', ExpressionAttributeValues: { ':k': 'r' } };
  assert.deepEqual(await of(QueryCommand, byDue), { table: 0, global: 0, local: 0.5 });
  assert.deepEqual(await of(QueryCommand, { ...byDue, Select: 'ALL_ATTRIBUTES' }), { table: 1, global: 0, local: 0.5 }, 'the rest is fetched');
  assert.deepEqual(await of(ScanCommand, { IndexName: 'by-kind', FilterExpression: 'kind = :none', ExpressionAttributeValues: { ':none': '' }, Limit: 1 }),
    { table: 0, global: 0.5, local: 0 }, 'what is filtered out was read');
  const keys = () => ({ RequestItems: { [TableName]: { Keys: [Key, { id: 'none', n: 1 }] } } });
  assert.deepEqual(await costOf(BatchGetCommand, keys), { table: 1.5, global: 0, local: 0 });
  assert.deepEqual(await costOf(TransactGetCommand, () => ({ TransactItems: [{ Get: { TableName, Key } }] })), { table: 4, global: 0, local: 0 });
  const { ConsumedCapacity } = await dynamodb.send(new BatchExecuteStatementCommand({ ReturnConsumedCapacity: 'TOTAL',
    Statements: [{ Statement: `SELECT * FROM "${TableName}" WHERE id = 'r' AND n = 1` }] }));
  assert.deepEqual(ConsumedCapacity, [{ TableName, CapacityUnits: 1 }]);
});

test('collections are measured for whoever asks', async () => {
  const sized = { ItemCollectionKey: { id: 'a' }, SizeEstimateRangeGB: [0, 1] };
  const metrics = async (Command, input) => (await documents.send(new Command({ ...input, ReturnItemCollectionMetrics: 'SIZE' }))).ItemCollectionMetrics;
  assert.deepEqual(await metrics(PutCommand, { TableName, Item: fresh() }), sized);
  assert.deepEqual(await metrics(UpdateCommand, { TableName, Key: { id: 'a', n: 1 }, UpdateExpression: 'REMOVE gone' }), sized);
  assert.deepEqual(await metrics(DeleteCommand, { TableName, Key: { id: 'a', n: 1 } }), sized);
  assert.deepEqual(await metrics(BatchWriteCommand, { RequestItems: { [TableName]: [{ PutRequest: { Item: fresh() } }] } }), { [TableName]: [sized] });
  assert.deepEqual(await metrics(TransactWriteCommand, { TransactItems: [{ Put: { TableName, Item: fresh() } }] }), { [TableName]: [sized] });
});

test('pages end at 1 MB, batches of reads at 16 MB, and go on where they ended', async () => {
  const text = 'x'.repeat(350 * 1024);
  const many = 50;
  for (let at = 1; at <= many; ++at) await documents.send(new PutCommand({ TableName, Item: { id: 'large', n: at, text } }));
  let pages = 0;
  const found = [];
  for (let ExclusiveStartKey; ;) {
    const page = await documents.send(new QueryCommand({ TableName, ExclusiveStartKey, KeyConditionExpression: 'id = :id',
      ProjectionExpression: 'n', ExpressionAttributeValues: { ':id': 'large' } }));
    assert.ok(page.ScannedCount <= 3, `${page.ScannedCount} of 350 KB`);
    found.push(...page.Items.map((item) => item.n));
    ++pages;
    if (!page.LastEvaluatedKey) break;
    ExclusiveStartKey = page.LastEvaluatedKey;
  }
  assert.deepEqual(found, Array.from({ length: many }, (_, at) => at + 1));
  assert.ok(pages >= many / 3);
  const got = new Set();
  let asked = { [TableName]: { Keys: found.map((at) => ({ id: 'large', n: at })) } };
  let rounds = 0;
  for (; Object.keys(asked).length > 0; ++rounds) {
    const { Responses, UnprocessedKeys } = await documents.send(new BatchGetCommand({ RequestItems: asked }));
    assert.ok(Responses[TableName].length * text.length < 17 * 1024 * 1024);
    for (const item of Responses[TableName]) got.add(item.n);
    asked = UnprocessedKeys;
  }
  assert.deepEqual([got.size, rounds], [many, 2]);
});
