// SPDX-License-Identifier: Apache-2.0
// Items that expire, through the AWS SDK.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CreateTableCommand, DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';

import { Server, eventually, refused, region, rootKey } from '../lib/s3.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';

const server = await Server.start({ after }, { env: { CAUDAL_ITEMS_SWEEP_EVERY: '1' } });
const dynamodb = dynamodbOf(server);
const documents = documentsOf(server);
const streams = new DynamoDBStreamsClient({ endpoint: server.url, region, credentials: rootKey, maxAttempts: 1 });
server.clients.push(streams);

const seconds = () => Math.floor(Date.now() / 1000);
const switched = (TableName, Enabled, AttributeName = 'ttl') =>
  dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled, AttributeName } }));
const described = async (TableName) => (await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;

async function streamed(TableName) {
  const { TableDescription } = await dynamodb.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' } }));
  return TableDescription.LatestStreamArn;
}

test('expired items go by themselves, those that were there before too, and the stream says who removed them', async () => {
  const TableName = 'sessions';
  const StreamArn = await streamed(TableName);
  const put = (Item) => documents.send(new PutCommand({ TableName, Item }));
  await put({ id: 'before', ttl: seconds() - 100 });
  await put({ id: 'kept', ttl: seconds() + 3600 });
  await put({ id: 'text', ttl: '1' });
  await put({ id: 'mistake', ttl: 1 });
  assert.deepEqual(await described(TableName), { TimeToLiveStatus: 'DISABLED' });
  const { TimeToLiveSpecification } = await switched(TableName, true);
  assert.deepEqual(TimeToLiveSpecification, { Enabled: true, AttributeName: 'ttl' });
  await eventually(async () => (await described(TableName)).TimeToLiveStatus === 'ENABLED');
  assert.equal((await described(TableName)).AttributeName, 'ttl');
  await put({ id: 'after', ttl: seconds() - 1 });
  await eventually(async () => (await documents.send(new ScanCommand({ TableName }))).Items.length === 3);
  assert.equal((await documents.send(new GetCommand({ TableName, Key: { id: 'before' } }))).Item, undefined);

  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand({
    StreamArn, ShardId: StreamDescription.Shards[0].ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
  const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }));
  const removed = Records.filter(({ eventName }) => eventName === 'REMOVE');
  assert.deepEqual(removed.map(({ dynamodb: change }) => change.Keys.id.S).sort(), ['after', 'before']);
  for (const record of removed) {
    assert.deepEqual(record.userIdentity, { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' });
    assert.ok(record.dynamodb.OldImage.ttl.N);
  }
});

test('switching keeps to the rules of the service', async () => {
  const TableName = 'rules';
  await streamed(TableName);
  const words = async (promise) => (await refused(promise, 'ValidationException', 400)).message;
  assert.equal(await words(switched(TableName, false)), 'TimeToLive is already disabled');
  await switched(TableName, true);
  assert.equal(await words(switched(TableName, true)), 'TimeToLive is already enabled');
  assert.match(await words(switched(TableName, true, 'other')), /active on a different AttributeName: current AttributeName is ttl/);
  assert.match(await words(switched(TableName, false)), /modified multiple times within a fixed interval/);
  await refused(switched('absent', true), 'ResourceNotFoundException', 400);
});
