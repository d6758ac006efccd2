// SPDX-License-Identifier: Apache-2.0
// Secondary indexes through the AWS SDK: keys of several attributes, what each kind of projection holds, items that are in
// no index, and an index that is filled while others write.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CreateTableCommand, DescribeTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand, paginateScan } from '@aws-sdk/lib-dynamodb';

import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';
import { randomFrom, seedFor } from '../lib/caudal.mjs';
import { Server, eventually, refused } from '../lib/s3.mjs';

const server = await Server.start({ after });
const dynamodb = dynamodbOf(server);
const documents = documentsOf(server);
const hash = (...names) => names.map((AttributeName) => ({ AttributeName, KeyType: 'HASH' }));
const range = (...names) => names.map((AttributeName) => ({ AttributeName, KeyType: 'RANGE' }));
const defined = (texts, numbers = '') => [...[...texts].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  ...[...numbers].map((AttributeName) => ({ AttributeName, AttributeType: 'N' }))];
const everything = async (input) => {
  const all = [];
  for await (const { Items } of paginateScan({ client: documents, pageSize: 7 }, input)) all.push(...Items);
  return all;
};
const query = (TableName, IndexName, KeyConditionExpression, values) => documents.send(new QueryCommand({
  TableName, IndexName, KeyConditionExpression, ExpressionAttributeValues: Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])) }));

test('an index has keys of up to four attributes each', async () => {
  const TableName = 'several';
  await dynamodb.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: hash('i'), AttributeDefinitions: defined('iabcdg', 'efh'),
    GlobalSecondaryIndexes: [{ IndexName: 'all', Projection: { ProjectionType: 'ALL' }, KeySchema: [...hash('a', 'b', 'c', 'd'), ...range('e', 'f', 'g', 'h')] }] }));
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  assert.deepEqual(Table.GlobalSecondaryIndexes[0].KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`),
    ['a HASH', 'b HASH', 'c HASH', 'd HASH', 'e RANGE', 'f RANGE', 'g RANGE', 'h RANGE']);
  const part = { a: 'x', b: 'y', c: 'z', d: 'w' };
  // Numbers in their order, then texts: the later attribute decides among those that are alike before.
  const sorts = [[-1, 5, 'b', 0], [2, 1, 'a', 9], [2, 10, 'a', 1], [2, 10, 'a', 12], [2, 10, 'b', 3], [10, 0, '', 0]];
  for (const n of [3, 0, 5, 1, 4, 2]) {
    const [e, f, g, h] = sorts[n];
    await documents.send(new PutCommand({ TableName, Item: { i: `k${n}`, ...part, e, f, g: g || 'q', h } }));
  }
  // Of another partition, and of none: an attribute of the key is missing.
  await documents.send(new PutCommand({ TableName, Item: { i: 'other', ...part, a: 'xy', b: 'zw', c: 'q', e: 0, f: 0, g: 'a', h: 0 } }));
  const { a: _, ...sparse } = { i: 'sparse', ...part, e: 0, f: 0, g: 'a', h: 0 };
  await documents.send(new PutCommand({ TableName, Item: sparse }));
  const whole = 'a = :a AND b = :b AND c = :c AND d = :d';
  const ids = async (more, values) => (await query(TableName, 'all', whole + more, { ...part, ...values })).Items.map(({ i }) => i).join(' ');
  assert.equal(await ids('', {}), 'k0 k1 k2 k3 k4 k5');
  assert.equal(await ids(' AND e = :e', { e: 2 }), 'k1 k2 k3 k4');
  assert.equal(await ids(' AND e = :e AND f >= :f', { e: 2, f: 2 }), 'k2 k3 k4');
  assert.equal(await ids(' AND e = :e AND f = :f AND begins_with(g, :g)', { e: 2, f: 10, g: 'a' }), 'k2 k3');
  assert.equal(await ids(' AND e = :e AND f = :f AND g = :g AND h BETWEEN :low AND :high', { e: 2, f: 10, g: 'a', low: 2, high: 12 }), 'k3');
  const words = async (text, values) => (await refused(query(TableName, 'all', text, values), 'ValidationException', 400)).message;
  assert.equal(await words('a = :a AND b = :b AND c = :c', { a: 'x', b: 'y', c: 'z' }), 'Query condition missed key schema element: d');
  assert.match(await words(`${whole} AND f = :f`, { ...part, f: 10 }), /^RANGE key attributes e must have equality conditions/);
  assert.equal((await everything({ TableName, IndexName: 'all' })).length, 7);
  const make = (TableName, KeySchema, index) => dynamodb.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema, AttributeDefinitions: defined('iabcde'),
    GlobalSecondaryIndexes: [{ IndexName: 'one', Projection: { ProjectionType: 'ALL' }, KeySchema: index }] }));
  await refused(make('five', hash('i'), hash('a', 'b', 'c', 'd', 'e')), 'ValidationException', 400);
  const { message } = await refused(make('two', hash('i', 'a'), hash('b', 'c', 'd', 'e')), 'ValidationException', 400);
  assert.equal(message, 'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type', 'only indexes have such keys');
});

test('projections hold what they say, and only items that have the key', async () => {
  const TableName = 'projected';
  const index = (IndexName, Projection, KeySchema = [...hash('s'), ...range('d')]) => ({ IndexName, Projection, KeySchema });
  await dynamodb.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [...hash('i'), ...range('n')], AttributeDefinitions: defined('is', 'nd'),
    LocalSecondaryIndexes: [index('local', { ProjectionType: 'KEYS_ONLY' }, [...hash('i'), ...range('d')])],
    GlobalSecondaryIndexes: [index('keys', { ProjectionType: 'KEYS_ONLY' }), index('some', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['more'] }),
      index('whole', { ProjectionType: 'ALL' })] }));
  const Item = { i: 'a', n: 1, s: 'open', d: 5, more: [1], note: 'x' };
  await documents.send(new TransactWriteCommand({ TransactItems: [
    { Put: { TableName, Item } }, { Put: { TableName, Item: { i: 'a', n: 2, s: 'open' } } }, { Put: { TableName, Item: { i: 'a', n: 3, d: 4 } } }] }));
  const scan = (IndexName) => everything({ TableName, IndexName });
  const { note, more, s, ...keysOfLocal } = Item;
  assert.deepEqual(await scan('local'), [{ i: 'a', n: 3, d: 4 }, keysOfLocal]);
  assert.deepEqual(await scan('keys'), [{ ...keysOfLocal, s }]);
  assert.deepEqual(await scan('some'), [{ ...keysOfLocal, s, more }]);
  assert.deepEqual(await scan('whole'), [Item]);
  await refused(query(TableName, 'whole', 's = :s AND begins_with(d, :d)', { s: 'open', d: 5 }), 'ValidationException', 400);
  await refused(documents.send(new QueryCommand({ TableName, IndexName: 'keys', Select: 'ALL_ATTRIBUTES', KeyConditionExpression: 's = :s',
    ExpressionAttributeValues: { ':s': 'open' } })), 'ValidationException', 400);
  await documents.send(new UpdateCommand({ TableName, Key: { i: 'a', n: 1 }, UpdateExpression: 'REMOVE s' }));
  assert.deepEqual(await scan('whole'), []);
  assert.equal((await scan('local')).length, 2);
});

test('an index that is filled while others write is what the table says', async (t) => {
  const TableName = 'busy';
  const random = randomFrom(seedFor(t));
  await dynamodb.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: hash('i'), AttributeDefinitions: defined('i') }));
  const write = async (n) => {
    const i = `k${Math.floor(random() * 300)}`;
    if (n % 4 === 3) return documents.send(new DeleteCommand({ TableName, Key: { i } }));
    return documents.send(new PutCommand({ TableName, Item: { i, n, ...(n % 5 && { s: ['open', 'paid'][n % 2] }) } }));
  };
  for (let n = 0; n < 300; ++n) await write(n);
  let filling = true;
  const writers = Promise.all([1, 2, 3, 4].map(async (by) => {
    for (let n = 0; filling || n < 50; ++n) await write(n * 7 + by);
  }));
  await dynamodb.send(new UpdateTableCommand({
    TableName, AttributeDefinitions: defined('is', 'n'),
    GlobalSecondaryIndexUpdates: [{ Create: { IndexName: 'by-state', Projection: { ProjectionType: 'ALL' }, KeySchema: [...hash('s'), ...range('n')] } }] }));
  await eventually(async () => (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table.GlobalSecondaryIndexes[0].IndexStatus === 'ACTIVE');
  filling = false;
  await writers;
  const byId = (items) => items.sort((one, other) => (one.i < other.i ? -1 : 1));
  const wanted = (await everything({ TableName })).filter(({ s }) => s);
  assert.ok(wanted.length > 50);
  assert.deepEqual(byId(await everything({ TableName, IndexName: 'by-state' })), byId(wanted));
});
