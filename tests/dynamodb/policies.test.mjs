// SPDX-License-Identifier: Apache-2.0
// Policies of tables and streams through the AWS SDK: they decide with those of users, and outlive the process.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CreateTableCommand, DeleteResourcePolicyCommand, DeleteTableCommand, GetResourcePolicyCommand, PutResourcePolicyCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';

import { Server, refused, region } from '../lib/s3.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';

// Users without any policy of their own; made by command, before the server takes the data directory.
const keys = {};
async function prepare(lake) {
  for (const name of ['ana', 'bia']) {
    await lake.ok('users', 'create', name);
    const [key] = await lake.json('keys', 'create', name);
    keys[name] = { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
  }
}
const server = await Server.start({ after }, { prepare });
const TableName = 'accounts';
const table = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
const user = (name) => `arn:aws:iam::000000000000:user/${name}`;
const policy = (...Statement) => JSON.stringify({ Version: '2012-10-17', Statement });
const readers = policy({ Sid: 'Read', Effect: 'Allow', Principal: { AWS: user('ana') },
  Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: [table, `${table}/index/*`] });
const put = (client, Policy, more = {}) => client.send(new PutResourcePolicyCommand({ ResourceArn: table, Policy, ...more }));
const get = (client, ResourceArn = table) => client.send(new GetResourcePolicyCommand({ ResourceArn }));

test('a table made with a policy is read by whom it names', async () => {
  let root = dynamodbOf(server);
  const { TableDescription } = await root.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', ResourcePolicy: readers, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: ['id', 'owner'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    GlobalSecondaryIndexes: [{ IndexName: 'by-owner', Projection: { ProjectionType: 'ALL' }, KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }] }] }));
  const Item = { id: 'a-1', owner: 'ana' };
  await documentsOf(server).send(new PutCommand({ TableName, Item }));
  const check = async () => {
    const ana = documentsOf(server, { credentials: keys.ana });
    assert.deepEqual((await ana.send(new GetCommand({ TableName, Key: { id: 'a-1' } }))).Item, Item);
    const owned = new QueryCommand({ TableName, IndexName: 'by-owner', KeyConditionExpression: '#o = :o',
      ExpressionAttributeNames: { '#o': 'owner' }, ExpressionAttributeValues: { ':o': 'ana' } });
    assert.equal((await ana.send(owned)).Count, 1);
    await refused(ana.send(new PutCommand({ TableName, Item })), 'AccessDeniedException', 400);
    const bia = documentsOf(server, { credentials: keys.bia });
    await refused(bia.send(new GetCommand({ TableName, Key: { id: 'a-1' } })), 'AccessDeniedException', 400);
    await refused(bia.send(owned), 'AccessDeniedException', 400);
  };
  await check();
  const { Policy, RevisionId } = await get(root);
  assert.deepEqual(JSON.parse(Policy), JSON.parse(readers));
  await server.crash();
  await server.open();
  await check();
  root = dynamodbOf(server);
  assert.equal((await get(root)).RevisionId, RevisionId);

  // Of the stream, whose own it is.
  const StreamArn = TableDescription.LatestStreamArn;
  const streams = new DynamoDBStreamsClient({ endpoint: server.url, region, credentials: keys.ana, maxAttempts: 1 });
  server.clients.push(streams);
  await refused(streams.send(new DescribeStreamCommand({ StreamArn })), 'AccessDeniedException', 400);
  await put(root, policy({ Effect: 'Allow', Principal: { AWS: user('ana') }, Action: 'dynamodb:DescribeStream', Resource: StreamArn }), { ResourceArn: StreamArn });
  assert.equal((await streams.send(new DescribeStreamCommand({ StreamArn }))).StreamDescription.TableName, TableName);
});

test('policies are replaced by their revisions', async () => {
  const root = dynamodbOf(server);
  const { RevisionId: first } = await get(root);
  const denying = policy({ Effect: 'Deny', Principal: '*', Action: 'dynamodb:DeleteTable', Resource: table });
  await refused(put(root, denying, { ExpectedRevisionId: 'NO_POLICY' }), 'PolicyNotFoundException', 400);
  await refused(put(root, denying, { ExpectedRevisionId: '1' }), 'PolicyNotFoundException', 400);
  const { RevisionId: second } = await put(root, denying, { ExpectedRevisionId: first });
  assert.notEqual(second, first);
  assert.equal((await put(root, denying)).RevisionId, second, 'the same policy is the same revision');
  await refused(root.send(new DeleteTableCommand({ TableName })), 'AccessDeniedException', 400);
  await refused(root.send(new DeleteResourcePolicyCommand({ ResourceArn: table, ExpectedRevisionId: first })), 'PolicyNotFoundException', 400);
  assert.equal((await root.send(new DeleteResourcePolicyCommand({ ResourceArn: table, ExpectedRevisionId: second }))).RevisionId, second);
  await root.send(new DeleteResourcePolicyCommand({ ResourceArn: table }));
  await refused(get(root), 'PolicyNotFoundException', 400);
});

test('what no policy may say is refused, and nobody locks themselves out unasked', async () => {
  const root = dynamodbOf(server);
  const statement = { Effect: 'Allow', Principal: '*', Action: 'dynamodb:GetItem', Resource: table };
  for (const wrong of ['{', policy({ ...statement, Action: 'dynamodb:Fly' }), policy({ ...statement, Resource: `${table}-of-others` }),
    policy({ ...statement, Principal: { AWS: user('nobody') } }), policy(statement) + ' '.repeat(20480)]) {
    await refused(put(root, wrong), 'ValidationException', 400);
  }
  await refused(get(root, `${table}-that-is-not-there`), 'ResourceNotFoundException', 400);
  await refused(get(root, `${table}/index/by-owner`), 'ValidationException', 400);
  await put(root, policy({ ...statement, Action: 'dynamodb:*', Principal: { AWS: user('ana') } }));
  const ana = dynamodbOf(server, { credentials: keys.ana });
  const locked = policy({ Effect: 'Deny', Principal: '*', Action: 'dynamodb:PutResourcePolicy', Resource: table });
  await refused(put(ana, locked), 'ValidationException', 400);
  await put(ana, locked, { ConfirmRemoveSelfResourceAccess: true });
  await refused(put(ana, readers), 'AccessDeniedException', 400);
  await put(root, readers);
  await root.send(new DeleteTableCommand({ TableName }));
  await refused(get(root), 'ResourceNotFoundException', 400);
});
