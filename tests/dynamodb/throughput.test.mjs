// SPDX-License-Identifier: Apache-2.0
// Provisioned throughput, where it is enforced, through the AWS SDK: what is too much is refused, answered as unprocessed,
// or cancels its transaction; without the setting, nothing is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand, BatchWriteCommand, GetCommand, PutCommand, ScanCommand, TransactGetCommand, TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';

import { Server, exchange, refused } from '../lib/s3.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';

const make = (server, TableName, more) => dynamodbOf(server).send(new CreateTableCommand({
  TableName, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], ...more }));
const provisioned = { BillingMode: 'PROVISIONED', ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } };
// 390 KB cost 391 units to write and 98 to read, of the 300 that a table begins with: whoever is let in with the last of
// them leaves a debt of minutes, so that nothing here hangs on how fast it runs.
const large = 'x'.repeat(390 * 1024);
const puts = (ids, more = {}) => ids.map((id) => ({ PutRequest: { Item: { id, ...more } } }));

test('a provisioned table takes what it is provisioned for', async (t) => {
  const server = await Server.start(t, { env: { CAUDAL_ITEMS_ENFORCE_THROUGHPUT: 'true' } });
  const documents = documentsOf(server);
  await make(server, 'narrow', provisioned);
  await make(server, 'wide', { BillingMode: 'PAY_PER_REQUEST' });
  await documents.send(new PutCommand({ TableName: 'narrow', Item: { id: 'a' } }));
  await documents.send(new PutCommand({ TableName: 'narrow', Item: { id: 'a', large } }));
  const put = new PutCommand({ TableName: 'narrow', Item: { id: 'd' } });
  const error = await refused(documents.send(put), 'ProvisionedThroughputExceededException', 400);
  assert.match(error.message, /^The level of configured provisioned throughput for the table was exceeded\. /);

  const { UnprocessedItems } = await documents.send(new BatchWriteCommand({ RequestItems: { narrow: puts(['d', 'e']), wide: puts(['d', 'e']) } }));
  assert.deepEqual(UnprocessedItems, { narrow: puts(['d', 'e']) });
  assert.equal((await documents.send(new ScanCommand({ TableName: 'wide', Select: 'COUNT' }))).Count, 2);
  await refused(documents.send(new BatchWriteCommand({ RequestItems: { narrow: puts(['d']) } })), 'ProvisionedThroughputExceededException', 400);
  const cancelled = await refused(documents.send(new TransactWriteCommand({ TransactItems: [
    { Put: { TableName: 'wide', Item: { id: 'f' } } }, { Put: { TableName: 'narrow', Item: { id: 'f' } } }] })), 'TransactionCanceledException', 400);
  assert.deepEqual(cancelled.CancellationReasons.map(({ Code }) => Code), ['None', 'ProvisionedThroughputExceeded']);
  assert.equal((await documents.send(new GetCommand({ TableName: 'wide', Key: { id: 'f' } }))).Item, undefined);

  const get = new GetCommand({ TableName: 'narrow', Key: { id: 'a' }, ConsistentRead: true });
  for (let n = 0; n < 4; ++n) assert.equal((await documents.send(get)).Item.large.length, large.length);
  await refused(documents.send(get), 'ProvisionedThroughputExceededException', 400);
  const keys = { Keys: [{ id: 'a' }], ConsistentRead: true };
  const { Responses, UnprocessedKeys } = await documents.send(new BatchGetCommand({ RequestItems: { narrow: keys, wide: { Keys: [{ id: 'd' }] } } }));
  assert.deepEqual(Responses.wide, [{ id: 'd' }]);
  assert.deepEqual(UnprocessedKeys, { narrow: keys });
  const unread = await refused(documents.send(new TransactGetCommand({ TransactItems: [{ Get: { TableName: 'narrow', Key: { id: 'a' } } }] })), 'TransactionCanceledException', 400);
  assert.equal(unread.CancellationReasons[0].Code, 'ProvisionedThroughputExceeded');
  const metrics = (await exchange(server.url, { path: '/metrics' })).body;
  assert.ok(Number(/^caudal_items_throttled_total (\d+)$/m.exec(metrics)[1]) >= 7, metrics);
});

test('without the setting nothing is throttled', async (t) => {
  const server = await Server.start(t);
  const documents = documentsOf(server);
  await make(server, 'narrow', provisioned);
  for (let n = 0; n < 10; ++n) await documents.send(new PutCommand({ TableName: 'narrow', Item: { id: `k${n}`, large } }));
  const { Items } = await documents.send(new ScanCommand({ TableName: 'narrow', ProjectionExpression: 'id', Limit: 2 }));
  assert.equal(Items.length, 2);
  assert.equal((await documents.send(new GetCommand({ TableName: 'narrow', Key: { id: 'k9' }, ConsistentRead: true }))).Item.large.length, large.length);
});
