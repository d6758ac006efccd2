// SPDX-License-Identifier: Apache-2.0
// One Caudal keeps its tables at another: its DynamoDB API passes on, and its payments live there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

import { Lake } from '../lib/caudal.mjs';
import { Server, refused, region, rootKey } from '../lib/s3.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';

const at = (server, secret = rootKey.secretAccessKey) => ({
  CAUDAL_ITEMS_ENDPOINT: server.url, CAUDAL_ITEMS_REGION: region, CAUDAL_ITEMS_ACCESS_KEY_ID: rootKey.accessKeyId,
  CAUDAL_ITEMS_SECRET_ACCESS_KEY: secret });

test('what is written through one is read from the other', async (t) => {
  const keeper = await Server.start(t);
  const front = await Server.start(t, { env: at(keeper) });
  await dynamodbOf(front).send(new CreateTableCommand({
    TableName: 'tab', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] }));
  const [here, there] = [documentsOf(front), documentsOf(keeper)];
  const put = { TableName: 'tab', Item: { id: 'a', amount: 12.5, lines: [{ text: 'x' }] }, ConditionExpression: 'attribute_not_exists(id)' };
  await here.send(new PutCommand(put));
  await refused(here.send(new PutCommand(put)), 'ConditionalCheckFailedException', 400);
  assert.deepEqual((await there.send(new GetCommand({ TableName: 'tab', Key: { id: 'a' } }))).Item, put.Item);
  const { Attributes } = await here.send(new UpdateCommand({
    TableName: 'tab', Key: { id: 'a' }, UpdateExpression: 'ADD amount :n', ExpressionAttributeValues: { ':n': 1 }, ReturnValues: 'UPDATED_NEW' }));
  assert.deepEqual(Attributes, { amount: 13.5 });
  const failed = await here.send(new TransactWriteCommand({ TransactItems: [
    { Put: { TableName: 'tab', Item: { id: 'b' } } },
    { ConditionCheck: { TableName: 'tab', Key: { id: 'a' }, ConditionExpression: 'amount > :n', ExpressionAttributeValues: { ':n': 100 } } }] }))
    .catch((error) => error);
  assert.deepEqual(failed.CancellationReasons?.map(({ Code }) => Code), ['None', 'ConditionalCheckFailed']);
  const { Items } = await here.send(new QueryCommand({
    TableName: 'tab', KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': 'a' }, ProjectionExpression: 'amount' }));
  assert.deepEqual(Items, [{ amount: 13.5 }]);
});

test('payments live where items do', async (t) => {
  const keeper = await Server.start(t);
  const lake = await Lake.create(t, { env: at(keeper) });
  const date = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  const [made] = await lake.json('payments', 'add', '--account', '0001-42', '--reference', 'rent-1', '--amount', '1234.50',
    '--beneficiary', 'landlord', '--date', date);
  await lake.ok('payments', 'run', '--early', '--date', date);
  await lake.ok('payments', 'archive');
  assert.equal((await lake.json('payments', 'show', made.payment))[0].status, 'ARCHIVED');
  const { Items } = await documentsOf(keeper).send(new QueryCommand({
    TableName: 'BankPayments', KeyConditionExpression: 'PK = :pk', ExpressionAttributeValues: { ':pk': '0001-42#PAYMENT' } }));
  assert.deepEqual(Items.map(({ Status, AccountId }) => [Status, AccountId]), [['ARCHIVED', '0001-42']]);
});

test('an endpoint that is none, is not there, or refuses the key is told', async (t) => {
  const keeper = await Server.start(t);
  const fails = async (env, pattern) => {
    const result = await (await Lake.create(t, { env })).run('items', 'tables');
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, pattern);
  };
  await fails({ CAUDAL_ITEMS_ENDPOINT: 'localhost:8000' }, /"localhost:8000" is no endpoint; give its scheme, host and port/);
  await fails(at(keeper, 'another secret'), /refused ListTables.*check its keys/);
});
