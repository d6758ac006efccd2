// SPDX-License-Identifier: Apache-2.0
// A server that is killed at any moment while it writes items, again and again, on the same data: what a client was told
// is there is there, what it was not told of is there whole or not at all, across tables, indexes, streams and the
// tokens of transactions.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand, ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  BatchWriteCommand, DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand, paginateQuery, paginateScan,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';
import { randomFrom, seedFor } from '../lib/caudal.mjs';
import { Server, region, rootKey } from '../lib/s3.mjs';

const kills = Number(process.env.CAUDAL_KILLS ?? 200);
const workers = 8;
const keysOfWorker = 4;
const tables = ['first', 'second'];
const quiet = { env: { CAUDAL_SERVER_LOG: 'none' } };

async function makeTables(dynamodb) {
  const key = (...names) => names.map((AttributeName, n) => ({ AttributeName, KeyType: n === 0 ? 'HASH' : 'RANGE' }));
  for (const TableName of tables) {
    await dynamodb.send(new CreateTableCommand({
      TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: key('worker', 'id'),
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      AttributeDefinitions: [['worker', 'S'], ['id', 'S'], ['group', 'S'], ['version', 'N']].map(
        ([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      LocalSecondaryIndexes: [{ IndexName: 'by-version', KeySchema: key('worker', 'version'), Projection: { ProjectionType: 'KEYS_ONLY' } }],
      GlobalSecondaryIndexes: [{ IndexName: 'by-group', KeySchema: key('group', 'version'), Projection: { ProjectionType: 'ALL' } }] }));
  }
  // Of each round a sum, and a mark for every transaction that added to it.
  await dynamodb.send(new CreateTableCommand({
    TableName: 'rounds', BillingMode: 'PAY_PER_REQUEST', KeySchema: key('round', 'mark'),
    AttributeDefinitions: [['round', 'N'], ['mark', 'S']].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })) }));
}

// A client that writes to keys of its own, one request after the other, so that it knows what is there.
class Worker {
  constructor(name, random) {
    this.name = name;
    this.random = random;
    this.versions = 0;
    this.items = new Map(); // "table id" -> the item; nothing: there is none
    this.marks = []; // of the round
    this.pending = null; // what was asked for and not answered: {changes, isWhole, again, mark}
  }
  any(list) {
    return list[Math.floor(this.random() * list.length)];
  }
  key() {
    return `${this.any(tables)} ${Math.floor(this.random() * keysOfWorker)}`;
  }
  keys() {
    return [...new Set([this.key(), this.key(), this.key()])];
  }
  fresh(key) {
    const item = { worker: this.name, id: key.split(' ')[1], version: ++this.versions, pad: 'x'.repeat(Math.floor(this.random() * 2000)) };
    // Some are in no index of groups.
    if (this.random() < 0.8) item.group = `g${Math.floor(this.random() * 3)}`;
    return item;
  }
  keyOf(key) {
    return { worker: this.name, id: key.split(' ')[1] };
  }
  write(key, item) {
    const TableName = key.split(' ')[0];
    return item ? { Put: { TableName, Item: item } } : { Delete: { TableName, Key: this.keyOf(key) } };
  }

  async ask(documents, command, changes, more = {}) {
    this.pending = { changes, isWhole: true, ...more };
    await documents.send(command);
    this.done();
  }
  done() {
    for (const [key, item] of this.pending.changes) this.items.set(key, item);
    if (this.pending.mark) this.marks.push(this.pending.mark);
    this.pending = null;
  }

  async put(documents) {
    const key = this.key();
    const item = this.fresh(key);
    await this.ask(documents, new PutCommand({ TableName: key.split(' ')[0], Item: item }), [[key, item]]);
  }
  async remove(documents) {
    const key = this.key();
    await this.ask(documents, new DeleteCommand({ TableName: key.split(' ')[0], Key: this.keyOf(key) }), [[key, undefined]]);
  }
  // Whatever is there gets the next version and another group.
  async update(documents) {
    const key = this.key();
    const item = { ...(this.items.get(key) ?? this.keyOf(key)), version: ++this.versions, group: this.any(['g0', 'g1', 'g2']) };
    await this.ask(documents, new UpdateCommand({
      TableName: key.split(' ')[0], Key: this.keyOf(key), UpdateExpression: 'SET version = :v, #g = :g',
      ExpressionAttributeNames: { '#g': 'group' }, ExpressionAttributeValues: { ':v': item.version, ':g': item.group } }), [[key, item]]);
  }
  async batch(documents) {
    const RequestItems = {};
    const changes = [];
    for (const key of this.keys()) {
      const item = this.fresh(key);
      (RequestItems[key.split(' ')[0]] ??= []).push({ PutRequest: { Item: item } });
      changes.push([key, item]);
    }
    await this.ask(documents, new BatchWriteCommand({ RequestItems }), changes, { isWhole: false });
  }
  // Several keys, a mark and a sum, at once and once.
  async transact(documents, round) {
    const changes = this.keys().map((key) => [key, this.random() < 0.2 ? undefined : this.fresh(key)]);
    const mark = `${this.name}-${++this.versions}`;
    const again = new TransactWriteCommand({ ClientRequestToken: `token-${mark}`, TransactItems: [
      ...changes.map(([key, item]) => this.write(key, item)),
      { Put: { TableName: 'rounds', Item: { round, mark } } },
      { Update: { TableName: 'rounds', Key: { round, mark: 'sum' }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } } },
    ] });
    await this.ask(documents, again, changes, { again, mark });
  }

  // Requests without end, until the server is gone.
  async work(documents, round) {
    this.marks = [];
    const kinds = ['put', 'put', 'update', 'update', 'remove', 'batch', 'transact', 'transact', 'transact'];
    for (;;) {
      try {
        await this[this.any(kinds)](documents, round);
      } catch (error) {
        // An answer that says no is a failure; a connection that broke is the kill.
        if (error.$metadata?.httpStatusCode) throw error;
        return;
      }
    }
  }

  // Held against what is there; what was under way is known from now on.
  check(there, when) {
    const at = (key) => there.get(`${this.name} ${key}`);
    const same = (key, item) => {
      try {
        assert.deepEqual(at(key), item);
        return true;
      } catch {
        return false;
      }
    };
    const changes = new Map(this.pending?.changes ?? []);
    for (const [key, item] of this.items) {
      if (!changes.has(key)) assert.deepEqual(at(key), item, `${when}: ${this.name} ${key}`);
    }
    const made = [...changes].filter(([key, item]) => same(key, item) && !same(key, this.items.get(key)));
    const kept = [...changes].filter(([key]) => same(key, this.items.get(key)));
    assert.equal(made.length + kept.length, changes.size, `${when}: ${this.name}: neither as before nor as asked for`);
    if (this.pending?.isWhole) assert.ok(made.length === 0 || kept.every(([key, item]) => same(key, item)), `${when}: ${this.name}: by halves`);
    for (const [key, item] of made) this.items.set(key, item);
  }
}

async function everything(pages) {
  const all = [];
  for await (const { Items } of pages) all.push(...Items);
  return all;
}

// Follows the stream of a table through all kills: each record changes what those before it made, and together they are
// the table.
class Follower {
  constructor(TableName) {
    this.TableName = TableName;
    this.copy = new Map(); // "worker id" -> the item
    this.last = null; // sequence number of the last record
    this.records = 0;
  }
  async iterator(streams) {
    const { Streams: [{ StreamArn }] } = await streams.send(new ListStreamsCommand({ TableName: this.TableName }));
    const { StreamDescription: { Shards } } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    assert.equal(Shards.length, 1, 'a shard is of four hours');
    const from = this.last ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: this.last } : { ShardIteratorType: 'TRIM_HORIZON' };
    return (await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId: Shards[0].ShardId, ...from }))).ShardIterator;
  }
  take({ Keys, OldImage, NewImage, SequenceNumber }, when) {
    const plain = (image) => image && unmarshall(image);
    const { worker, id } = plain(Keys);
    const key = `${worker} ${id}`;
    assert.deepEqual(plain(OldImage), this.copy.get(key), `${when}: the stream of ${this.TableName} changes what was not there, at ${key}`);
    if (this.last) assert.ok(BigInt(SequenceNumber) > BigInt(this.last), `${when}: ${SequenceNumber} after ${this.last}`);
    if (NewImage) this.copy.set(key, plain(NewImage));
    else this.copy.delete(key);
    this.last = SequenceNumber;
    ++this.records;
  }
  async check(streams, items, when) {
    for (let ShardIterator = await this.iterator(streams); ;) {
      const { Records, NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator }));
      for (const { dynamodb } of Records) this.take(dynamodb, when);
      if (Records.length === 0) break;
      ShardIterator = NextShardIterator;
    }
    assert.deepEqual(sorted([...this.copy.values()]), sorted(items), `${when}: the stream of ${this.TableName}`);
  }
}

const sorted = (items) => items.map((item) => JSON.stringify(Object.entries(item).sort())).sort();

async function readAll(client, streams, followers, when) {
  const there = new Map();
  for (const TableName of tables) {
    const items = await everything(paginateScan({ client }, { TableName }));
    for (const item of items) there.set(`${item.worker} ${TableName} ${item.id}`, item);
    await followers.get(TableName).check(streams, items, when);
    const byGroup = await everything(paginateScan({ client }, { TableName, IndexName: 'by-group' }));
    assert.deepEqual(sorted(byGroup), sorted(items.filter(({ group }) => group)), `${when}: the index of groups of ${TableName}`);
    const byVersion = await everything(paginateScan({ client }, { TableName, IndexName: 'by-version' }));
    assert.deepEqual(sorted(byVersion), sorted(items.map(({ worker, id, version }) => ({ worker, id, version }))), `${when}: the index of versions of ${TableName}`);
  }
  return there;
}

// Every transaction that was answered left its mark, and the sum counts the marks, each once.
async function checkRound(client, round, all, when) {
  const rows = await everything(paginateQuery({ client }, {
    TableName: 'rounds', KeyConditionExpression: 'round = :r', ExpressionAttributeValues: { ':r': round } }));
  const marks = new Set(rows.map(({ mark }) => mark).filter((mark) => mark !== 'sum'));
  for (const { marks: own } of all) for (const mark of own) assert.ok(marks.has(mark), `${when}: ${mark} was answered`);
  assert.equal(rows.find(({ mark }) => mark === 'sum')?.n ?? 0, marks.size, `${when}: the sum`);
  return marks;
}

test('a server that is killed at any moment loses no item, and leaves nothing by halves', async (t) => {
  const random = randomFrom(seedFor(t));
  const server = await Server.start(t, quiet);
  await makeTables(dynamodbOf(server));
  const all = Array.from({ length: workers }, (_, n) => new Worker(`w${n}`, randomFrom(Math.floor(random() * 2 ** 31))));
  const followers = new Map(tables.map((name) => [name, new Follower(name)]));
  let answered = 0;
  for (let round = 0; round < kills; ++round) {
    const when = `kill ${round}`;
    const documents = documentsOf(server);
    const working = Promise.all(all.map((worker) => worker.work(documents, round)));
    await new Promise((resolve) => setTimeout(resolve, 20 + random() * 200));
    await server.crash();
    await working;
    documents.destroy();
    await server.open(quiet);
    const client = documentsOf(server);
    const streams = new DynamoDBStreamsClient({ endpoint: server.url, region, credentials: rootKey, maxAttempts: 1 });
    const there = await readAll(client, streams, followers, when);
    const marks = await checkRound(client, round, all, when);
    for (const worker of all) {
      worker.check(there, when);
      const { mark, again, changes } = worker.pending ?? {};
      worker.pending = null;
      if (!again) continue;
      const isThere = changes.every(([key, item]) => {
        const found = there.get(`${worker.name} ${key}`);
        return item === undefined ? found === undefined : found?.version === item.version;
      });
      if (marks.has(mark)) assert.ok(isThere, `${when}: ${mark} is there without its items`);
      // Asked for again under its token it is done, and done once, whether it had been or not.
      await client.send(again);
      for (const [key, item] of changes) worker.items.set(key, item);
      worker.marks.push(mark);
    }
    answered += all.reduce((sum, { marks: own }) => sum + own.length, 0);
    await checkRound(client, round, all, `${when}, asked again`);
    const now = await readAll(client, streams, followers, `${when}, asked again`);
    for (const worker of all) worker.check(now, `${when}, asked again`);
    client.destroy();
    streams.destroy();
  }
  assert.ok([...followers.values()].every(({ records }) => records > kills), 'the streams told of it');
  assert.ok(answered > kills, 'transactions were under way');
});
