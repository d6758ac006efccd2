// SPDX-License-Identifier: Apache-2.0
// The parameters of the time before expressions, through the AWS SDK, as old programs still send them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { BatchGetItemCommand, CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';
import { Server, refused } from '../lib/s3.mjs';

const server = await Server.start({ after });
const documents = documentsOf(server);
const TableName = 'old';
await dynamodbOf(server).send(new CreateTableCommand({
  TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }, { AttributeName: 'at', KeyType: 'RANGE' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }, { AttributeName: 'at', AttributeType: 'N' }] }));
const is = (ComparisonOperator, ...AttributeValueList) => ({ ComparisonOperator, AttributeValueList });
const Key = { id: 'a', at: 1 };

test('writes expect what they name', async () => {
  const put = (Expected, n = 1, more = {}) => documents.send(new PutCommand({ TableName, Item: { ...Key, n }, Expected, ...more }));
  await put({ id: { Exists: false } });
  const failed = await refused(put({ id: { Exists: false } }), 'ConditionalCheckFailedException', 400);
  assert.equal(failed.message, 'The conditional request failed');
  await put({ n: { Value: 1 } }, 2);
  await put({ n: is('BETWEEN', 1, 3), gone: is('NULL') }, 3);
  await refused(put({ n: is('GT', 5), gone: is('NOT_NULL') }, 4, { ConditionalOperator: 'OR' }), 'ConditionalCheckFailedException', 400);
  await put({ n: is('GT', 5), id: is('BEGINS_WITH', 'a') }, 4, { ConditionalOperator: 'OR' });
  assert.equal((await documents.send(new GetCommand({ TableName, Key, AttributesToGet: ['n'] }))).Item.n, 4);
  await refused(documents.send(new DeleteCommand({ TableName, Key, Expected: { n: { Value: 5 } } })), 'ConditionalCheckFailedException', 400);
  const { Attributes } = await documents.send(new DeleteCommand({ TableName, Key, Expected: { n: { Value: 4 } }, ReturnValues: 'ALL_OLD' }));
  assert.deepEqual(Attributes, { ...Key, n: 4 });
  const { message } = await refused(put({ id: { Exists: false } }, 1, { ConditionExpression: 'attribute_exists(id)' }), 'ValidationException', 400);
  assert.equal(message, 'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} '
    + 'Expression parameters: {ConditionExpression}');
});

test('updates put, add and delete', async () => {
  const update = async (AttributeUpdates, more = {}) =>
    (await documents.send(new UpdateCommand({ TableName, Key, AttributeUpdates, ReturnValues: 'ALL_NEW', ...more }))).Attributes;
  assert.deepEqual(await update({ n: { Action: 'ADD', Value: 2 }, tags: { Value: new Set(['x']) } }), { ...Key, n: 2, tags: new Set(['x']) });
  assert.deepEqual(await update({ n: { Action: 'ADD', Value: 0.5 }, tags: { Action: 'ADD', Value: new Set(['y']) } }), { ...Key, n: 2.5, tags: new Set(['x', 'y']) });
  assert.deepEqual(await update({ tags: { Action: 'DELETE', Value: new Set(['x']) } }, { Expected: { n: { Value: 2.5 } } }), { ...Key, n: 2.5, tags: new Set(['y']) });
  assert.deepEqual(await update({ n: { Action: 'DELETE' } }), { ...Key, tags: new Set(['y']) });
  await refused(update({ id: { Value: 'b' } }), 'ValidationException', 400);
  const { message } = await refused(update({ tags: { Action: 'ADD', Value: 'text' } }), 'ValidationException', 400);
  assert.equal(message, 'One or more parameter values were invalid: ADD action is not supported for the type S');
});

test('queries and scans filter, and show what they are asked for', async () => {
  for (let at = 2; at <= 9; ++at) await documents.send(new PutCommand({ TableName, Item: { id: 'b', at, even: at % 2 === 0, word: `w${at}` } }));
  const query = async (on, more = {}) =>
    (await documents.send(new QueryCommand({ TableName, KeyConditions: { id: is('EQ', 'b'), ...(on && { at: on }) }, ...more }))).Items;
  const ats = (items) => items.map(({ at }) => at).join('');
  assert.equal(ats(await query()), '23456789');
  assert.equal(ats(await query(is('BETWEEN', 3, 5))), '345');
  assert.equal(ats(await query(is('GE', 8), { ScanIndexForward: false })), '98');
  assert.equal(ats(await query(is('LT', 7), { QueryFilter: { even: is('EQ', true) } })), '246');
  assert.equal(ats(await query(null, { QueryFilter: { even: is('EQ', true), word: is('CONTAINS', '9') }, ConditionalOperator: 'OR' })), '24689');
  assert.deepEqual(await query(is('EQ', 4), { AttributesToGet: ['word', 'none'] }), [{ word: 'w4' }]);
  const scan = async (ScanFilter, more = {}) => (await documents.send(new ScanCommand({ TableName, ScanFilter, ...more }))).Items;
  assert.equal(ats(await scan({ word: is('IN', 'w3', 'w7') })), '37');
  assert.equal(ats(await scan({ word: is('NOT_NULL'), at: is('GT', 8) })), '9');
  assert.equal(ats(await scan({ word: is('NE', 'w2'), even: is('EQ', true) })), '468');
  const { message } = await refused(query(is('NE', 4)), 'ValidationException', 400);
  assert.equal(message, 'Attempted conditional constraint is not an indexable operation');
  const { Responses } = await dynamodbOf(server).send(new BatchGetItemCommand({ RequestItems: { [TableName]: {
    Keys: [{ id: { S: 'b' }, at: { N: '2' } }], AttributesToGet: ['word'] } } }));
  assert.deepEqual(Responses[TableName], [{ word: { S: 'w2' } }]);
});
