// SPDX-License-Identifier: Apache-2.0
// Streams of tables through the AWS SDK: what programs do that follow a table while others write to it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CreateTableCommand, DeleteTableCommand, DescribeTableCommand, ScanCommand, UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand, ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

import { Server, region, refused, rootKey } from '../lib/s3.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';

// Who may follow the streams of one table, and write to none.
let follower;
async function prepare(lake) {
  await lake.ok('users', 'create', 'follower');
  await lake.write('follower.json', JSON.stringify({ Version: '2012-10-17', Statement: [{
    Effect: 'Allow', Action: ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'],
    Resource: 'arn:aws:dynamodb:*:*:table/stream-1/stream/*' }] }));
  await lake.ok('users', 'attach', 'follower', 'own', 'follower.json');
  const [key] = await lake.json('keys', 'create', 'follower');
  follower = { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
}

const server = await Server.start({ after }, { prepare });
const dynamodb = dynamodbOf(server);
const documents = documentsOf(server);
function streamsOf(credentials) {
  const client = new DynamoDBStreamsClient({ endpoint: server.url, region, credentials, maxAttempts: 1 });
  server.clients.push(client);
  return client;
}
const streams = streamsOf(rootKey);

let tables = 0;
async function streamed(StreamViewType = 'NEW_AND_OLD_IMAGES') {
  const TableName = `stream-${++tables}`;
  const { TableDescription } = await dynamodb.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType } }));
  return { TableName, StreamArn: TableDescription.LatestStreamArn, table: TableDescription };
}

const shardsOf = async (StreamArn) => (await streams.send(new DescribeStreamCommand({ StreamArn }))).StreamDescription.Shards;
async function iteratorOf(StreamArn, rest = {}) {
  const [{ ShardId }] = await shardsOf(StreamArn);
  return (await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON', ...rest }))).ShardIterator;
}
const recordsFrom = async (ShardIterator, Limit) => streams.send(new GetRecordsCommand({ ShardIterator, Limit }));

test('a table tells its stream, and the stream its shards', async () => {
  const { TableName, StreamArn, table } = await streamed('KEYS_ONLY');
  assert.deepEqual(table.StreamSpecification, { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' });
  assert.match(table.LatestStreamLabel, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);
  assert.equal(StreamArn, `${table.TableArn}/stream/${table.LatestStreamLabel}`);
  const { Streams } = await streams.send(new ListStreamsCommand({ TableName }));
  assert.deepEqual(Streams, [{ StreamArn, TableName, StreamLabel: table.LatestStreamLabel }]);
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  assert.equal(StreamDescription.StreamStatus, 'ENABLED');
  assert.equal(StreamDescription.StreamViewType, 'KEYS_ONLY');
  assert.deepEqual(StreamDescription.KeySchema, [{ AttributeName: 'id', KeyType: 'HASH' }]);
  assert.ok(Math.abs(StreamDescription.CreationRequestDateTime - Date.now()) < 60_000);
  assert.equal(StreamDescription.Shards.length, 1);
  assert.match(StreamDescription.Shards[0].ShardId, /^shardId-\d{20}-[0-9a-f]{8}$/);
  assert.equal(StreamDescription.Shards[0].SequenceNumberRange.EndingSequenceNumber, undefined);
});

test('records tell what happened, as DynamoDB words it', async () => {
  const { TableName, StreamArn } = await streamed();
  await documents.send(new PutCommand({ TableName, Item: { id: 'a', n: 1, tags: new Set(['x']) } }));
  await documents.send(new PutCommand({ TableName, Item: { id: 'a', n: 1, tags: new Set(['x']) } }));
  await documents.send(new UpdateCommand({ TableName, Key: { id: 'a' }, UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': 2 } }));
  await documents.send(new DeleteCommand({ TableName, Key: { id: 'a' } }));
  const { Records, NextShardIterator } = await recordsFrom(await iteratorOf(StreamArn));
  assert.ok(NextShardIterator, 'the shard is open');
  assert.deepEqual(Records.map(({ eventName }) => eventName), ['INSERT', 'MODIFY', 'REMOVE']);
  const [inserted, modified, removed] = Records;
  assert.equal(inserted.eventSource, 'aws:dynamodb');
  assert.equal(inserted.eventVersion, '1.1');
  assert.equal(inserted.awsRegion, region);
  assert.equal(inserted.userIdentity, undefined);
  assert.match(inserted.eventID, /^[0-9a-f]{32}$/);
  assert.deepEqual(inserted.dynamodb.Keys, { id: { S: 'a' } });
  assert.deepEqual(inserted.dynamodb.NewImage, { id: { S: 'a' }, n: { N: '1' }, tags: { SS: ['x'] } });
  assert.equal(inserted.dynamodb.OldImage, undefined);
  assert.equal(inserted.dynamodb.StreamViewType, 'NEW_AND_OLD_IMAGES');
  assert.ok(inserted.dynamodb.SizeBytes > 0);
  assert.ok(Math.abs(inserted.dynamodb.ApproximateCreationDateTime - Date.now()) < 60_000);
  assert.equal(modified.dynamodb.OldImage.n.N, '1');
  assert.equal(modified.dynamodb.NewImage.n.N, '2');
  assert.equal(removed.dynamodb.NewImage, undefined);
  assert.equal(removed.dynamodb.OldImage.n.N, '2');
  const numbers = Records.map((record) => BigInt(record.dynamodb.SequenceNumber));
  assert.ok(numbers[0] < numbers[1] && numbers[1] < numbers[2]);

  const SequenceNumber = modified.dynamodb.SequenceNumber;
  const at = await recordsFrom(await iteratorOf(StreamArn, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber }));
  assert.equal(at.Records.length, 2);
  const behind = await recordsFrom(await iteratorOf(StreamArn, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber }));
  assert.equal(behind.Records.length, 1);
  const latest = await iteratorOf(StreamArn, { ShardIteratorType: 'LATEST' });
  assert.deepEqual((await recordsFrom(latest)).Records, []);
  await documents.send(new PutCommand({ TableName, Item: { id: 'b' } }));
  assert.equal((await recordsFrom(latest)).Records[0].dynamodb.Keys.id.S, 'b');
});

test('switching on and off keeps to the rules, and what was told stays readable', async () => {
  const { TableName, StreamArn } = await streamed('NEW_IMAGE');
  await documents.send(new PutCommand({ TableName, Item: { id: 'a' } }));
  const update = (StreamSpecification) => dynamodb.send(new UpdateTableCommand({ TableName, StreamSpecification }));
  const words = async (promise) => (await refused(promise, 'ValidationException', 400)).message;
  assert.equal(await words(update({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' })), `Table already has an enabled stream: TableName: ${TableName}`);
  assert.match(await words(update({ StreamEnabled: false, StreamViewType: 'KEYS_ONLY' })), /UpdateViewType must not be specified/);
  await update({ StreamEnabled: false });
  assert.equal(await words(update({ StreamEnabled: false })), `Table has no stream to disable: TableName: ${TableName}`);
  assert.match(await words(update({ StreamEnabled: true })), /UpdateViewType is required/);
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  assert.equal(Table.StreamSpecification, undefined);
  assert.equal(Table.LatestStreamArn, StreamArn);
  await documents.send(new PutCommand({ TableName, Item: { id: 'unseen' } }));
  const { Records, NextShardIterator } = await recordsFrom(await iteratorOf(StreamArn));
  assert.equal(Records.length, 1);
  assert.equal(NextShardIterator, undefined, 'its last shard is closed');
  const again = (await update({ StreamEnabled: true, StreamViewType: 'OLD_IMAGE' })).TableDescription;
  assert.notEqual(again.LatestStreamArn, StreamArn);
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  const { Streams } = await streams.send(new ListStreamsCommand({ TableName }));
  assert.deepEqual(Streams.map((stream) => stream.StreamArn), [StreamArn, again.LatestStreamArn]);
  assert.equal((await streams.send(new DescribeStreamCommand({ StreamArn: again.LatestStreamArn }))).StreamDescription.StreamStatus, 'DISABLED');
});

test('what is asked wrongly is refused in the words of the service', async () => {
  const { StreamArn } = await streamed();
  const absent = StreamArn.replace(/stream\/.*/, 'stream/2020-01-01T00:00:00.000');
  await refused(streams.send(new DescribeStreamCommand({ StreamArn: absent })), 'ResourceNotFoundException', 400);
  await refused(streams.send(new DescribeStreamCommand({ StreamArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/x' })), 'ValidationException', 400);
  await refused(iteratorOf(StreamArn, { ShardId: 'shardId-00000000000000000000-00000000' }), 'ResourceNotFoundException', 400);
  await refused(iteratorOf(StreamArn, { ShardIteratorType: 'AT_SEQUENCE_NUMBER' }), 'ValidationException', 400);
  await refused(iteratorOf(StreamArn, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: '1'.repeat(24) }), 'ValidationException', 400);
  await refused(iteratorOf(StreamArn, { ShardIteratorType: 'SOMEWHERE' }), 'ValidationException', 400);
  const iterator = await iteratorOf(StreamArn);
  await refused(recordsFrom(iterator, 1001), 'ValidationException', 400);
  await refused(recordsFrom(iterator, 0), 'ValidationException', 400);
  await refused(recordsFrom(`${iterator.slice(0, -6)}AAAAAA`), 'ValidationException', 400);
  await refused(recordsFrom('x'), 'ValidationException', 400);
});

test('who may follow one table follows no other, nor lists what there is', async () => {
  const mine = streamsOf(follower);
  const StreamArn = (await streams.send(new ListStreamsCommand({ TableName: 'stream-1' }))).Streams[0].StreamArn;
  const { StreamDescription } = await mine.send(new DescribeStreamCommand({ StreamArn }));
  const { ShardIterator } = await mine.send(new GetShardIteratorCommand({
    StreamArn, ShardId: StreamDescription.Shards[0].ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
  await mine.send(new GetRecordsCommand({ ShardIterator }));
  const other = await streamed();
  const iterator = await iteratorOf(other.StreamArn);
  await refused(mine.send(new DescribeStreamCommand({ StreamArn: other.StreamArn })), 'AccessDeniedException', 400);
  await refused(mine.send(new GetRecordsCommand({ ShardIterator: iterator })), 'AccessDeniedException', 400);
  await refused(mine.send(new ListStreamsCommand({})), 'AccessDeniedException', 400);
});

test('who follows a table while others write has it in the end', async () => {
  const { TableName, StreamArn } = await streamed();
  const copy = new Map();
  let written = 0;
  let writing = true;
  const writer = async (by) => {
    for (let n = 0; n < 40; ++n) {
      const id = `${(n * 7 + by) % 11}`;
      if (n % 5 === 4) await documents.send(new DeleteCommand({ TableName, Key: { id } }));
      else if (n % 5 === 3) {
        await documents.send(new TransactWriteCommand({ TransactItems: ['0', '1', '2'].map((one) => ({
          Put: { TableName, Item: { id: one, by, n } } })) }));
      } else await documents.send(new UpdateCommand({ TableName, Key: { id }, UpdateExpression: 'ADD n :one SET w = :by', ExpressionAttributeValues: { ':one': 1, ':by': `${by}-${n}` } }));
      ++written;
    }
  };
  const writers = Promise.all([1, 2, 3, 4].map(writer)).then(() => { writing = false; });
  let ShardIterator = await iteratorOf(StreamArn);
  let quiet = 0;
  while (quiet < 2) {
    const ended = !writing;
    const page = await recordsFrom(ShardIterator, 50);
    for (const { dynamodb: { Keys, NewImage, OldImage } } of page.Records) {
      assert.deepEqual(copy.get(Keys.id.S), OldImage, 'it changes what was there');
      if (NewImage) copy.set(Keys.id.S, NewImage);
      else copy.delete(Keys.id.S);
    }
    quiet = ended && page.Records.length === 0 ? quiet + 1 : 0;
    ShardIterator = page.NextShardIterator;
  }
  await writers;
  assert.equal(written, 160);
  const { Items } = await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }));
  assert.deepEqual(new Map(Items.map((item) => [item.id.S, item])), copy);
});
