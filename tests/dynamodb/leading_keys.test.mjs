// SPDX-License-Identifier: Apache-2.0
// Users who may work on the items of their own partition key, on one index, and on nothing else: whatever operation they try it by.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand, BatchGetCommand, BatchWriteCommand, DeleteCommand, ExecuteStatementCommand, ExecuteTransactionCommand, GetCommand,
  PutCommand, QueryCommand, ScanCommand, TransactGetCommand, TransactWriteCommand, UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';
import { Server, refused } from '../lib/s3.mjs';

const TableName = 'notes';
const Resource = `arn:aws:dynamodb:*:*:table/${TableName}`;
const operations = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'BatchGetItem', 'BatchWriteItem', 'ConditionCheckItem',
  'PartiQLSelect', 'PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete'].map((name) => `dynamodb:${name}`);
let credentials;
async function prepare(lake) {
  await lake.ok('users', 'create', 'ana');
  await lake.write('own.json', JSON.stringify({ Version: '2012-10-17', Statement: [
    { Effect: 'Allow', Action: operations, Resource, Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['ana'] } } },
    { Effect: 'Allow', Action: 'dynamodb:Query', Resource: `${Resource}/index/open`, Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['yes'] } } }] }));
  await lake.ok('users', 'attach', 'ana', 'own', 'own.json');
  const [key] = await lake.json('keys', 'create', 'ana');
  credentials = { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
}
const server = await Server.start({ after }, { prepare });
const root = documentsOf(server);
const key = (hash, range) => [{ AttributeName: hash, KeyType: 'HASH' }, ...(range ? [{ AttributeName: range, KeyType: 'RANGE' }] : [])];
const index = (IndexName) => ({ IndexName, KeySchema: key(IndexName), Projection: { ProjectionType: 'ALL' } });
await dynamodbOf(server).send(new CreateTableCommand({
  TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: key('owner', 'n'), GlobalSecondaryIndexes: [index('open'), index('kind')],
  AttributeDefinitions: [['owner', 'S'], ['n', 'N'], ['open', 'S'], ['kind', 'S']].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })) }));
for (const owner of ['ana', 'bia']) await root.send(new PutCommand({ TableName, Item: { owner, n: 1, open: 'yes', kind: 'k' } }));
const ana = documentsOf(server, { credentials });

const of = (owner, n = 1) => ({ TableName, Key: { owner, n } });
const statement = (text) => ({ Statement: text });
const query = (IndexName, name, value) => new QueryCommand({
  TableName, IndexName, KeyConditionExpression: '#k = :v', ExpressionAttributeNames: { '#k': name }, ExpressionAttributeValues: { ':v': value } });
// Each with the owner of what it touches; several owners where it takes several.
const ways = {
  GetItem: (owner) => new GetCommand(of(owner)),
  PutItem: (owner) => new PutCommand({ TableName, Item: { owner, n: 2 } }),
  UpdateItem: (owner) => new UpdateCommand({ ...of(owner, 2), UpdateExpression: 'SET v = n' }),
  DeleteItem: (owner) => new DeleteCommand(of(owner, 2)),
  Query: (owner) => query(undefined, 'owner', owner),
  BatchGetItem: (...owners) => new BatchGetCommand({ RequestItems: { [TableName]: { Keys: owners.map((owner) => of(owner).Key) } } }),
  BatchWriteItem: (...owners) => new BatchWriteCommand({ RequestItems: { [TableName]: owners.map((owner) => ({ PutRequest: { Item: { owner, n: 3 } } })) } }),
  TransactGetItems: (...owners) => new TransactGetCommand({ TransactItems: owners.map((owner) => ({ Get: of(owner) })) }),
  TransactWriteItems: (...owners) => new TransactWriteCommand({ TransactItems: owners.flatMap((owner) => [
    { Put: { TableName, Item: { owner, n: 4 } } }, { Delete: of(owner, 5) },
    { ConditionCheck: { ...of(owner), ConditionExpression: 'attribute_exists(n)' } }]) }),
  ExecuteStatement: (owner) => new ExecuteStatementCommand(statement(`SELECT * FROM "${TableName}" WHERE owner = '${owner}'`)),
  'ExecuteStatement, of a change': (owner) => new ExecuteStatementCommand(statement(`UPDATE "${TableName}" SET v = 1 WHERE owner = '${owner}' AND n = 1`)),
  'ExecuteTransaction': (...owners) => new ExecuteTransactionCommand({ TransactStatements: owners.map((owner) =>
    statement(`UPDATE "${TableName}" SET v = 2 WHERE owner = '${owner}' AND n = 1`)) }),
};

test('their own items by every operation, and those of others by none', async () => {
  for (const [name, make] of Object.entries(ways)) {
    await ana.send(make('ana')).catch((error) => assert.fail(`${name}: ${error.name}: ${error.message}`));
    const { message } = await refused(ana.send(make('bia')), 'AccessDeniedException', 400);
    assert.match(message, /user\/ana is not authorized to perform: dynamodb:\w+ on resource: arn:aws:dynamodb:us-east-1:000000000000:table\/notes/, name);
    if (make.length === 0) await refused(ana.send(make('ana', 'bia')), 'AccessDeniedException', 400);
  }
  await refused(ana.send(new ScanCommand({ TableName })), 'AccessDeniedException', 400);
  await refused(ana.send(new ExecuteStatementCommand(statement(`SELECT * FROM "${TableName}" WHERE owner IN ['ana', 'bia']`))), 'AccessDeniedException', 400);
  const { Responses } = await ana.send(new BatchExecuteStatementCommand({ Statements: ['ana', 'bia'].map((owner) =>
    statement(`SELECT * FROM "${TableName}" WHERE owner = '${owner}' AND n = 1`)) }));
  assert.deepEqual(Responses.map(({ Error, Item }) => Error?.Code ?? Item.owner), ['ana', 'AccessDenied']);
  assert.deepEqual((await root.send(query(undefined, 'owner', 'bia'))).Items.map(({ n, v }) => [n, v]), [[1, undefined]], 'nothing of bia was touched');
});

test('one index, by its own leading key', async () => {
  assert.equal((await ana.send(query('open', 'open', 'yes'))).Count, 2);
  await refused(ana.send(query('open', 'open', 'no')), 'AccessDeniedException', 400);
  await refused(ana.send(query('kind', 'kind', 'k')), 'AccessDeniedException', 400);
  await refused(ana.send(new ScanCommand({ TableName, IndexName: 'open' })), 'AccessDeniedException', 400);
  await refused(ana.send(new ExecuteStatementCommand(statement(`SELECT * FROM "${TableName}"."kind" WHERE kind = 'k'`))), 'AccessDeniedException', 400);
});
