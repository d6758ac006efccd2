// SPDX-License-Identifier: Apache-2.0
// Backups that a server makes of itself while clients write: each is whole, of one moment, and the server goes on.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ScanCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';

import { randomFrom, seedFor, temporaryFolder } from '../lib/caudal.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';
import { restOf } from '../lib/rest.mjs';
import { Server, bytesOf, eventually } from '../lib/s3.mjs';

const TableName = 'pairs';

async function started(t, env = {}) {
  const folder = await temporaryFolder(t);
  const server = await Server.start(t, { env: { CAUDAL_BACKUPS_FOLDER: folder, ...env } });
  return { lake: server.lake, folder, server, api: restOf(server) };
}

async function ended(api, name) {
  return eventually(async () => {
    const { json } = await api.get(`/v1/backups/${name}`);
    return json.state === 'MAKING' ? undefined : json;
  });
}

// Objects that say what they are in every byte, and pairs of items that are written together.
function writers(server, Bucket, random) {
  let isOver = false;
  let writes = 0;
  const documents = documentsOf(server);
  const objects = async (lane) => {
    while (!isOver) {
      const Key = `${lane}-${Math.floor(random() * 5)}`;
      const size = random() < 0.5 ? 1000 : 60_000;
      if (random() < 0.3) await server.s3.send(new DeleteObjectCommand({ Bucket, Key }));
      else await server.s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(size, 97 + Math.floor(random() * 26)) }));
      ++writes;
    }
  };
  const pairs = async () => {
    for (let n = 1; !isOver; ++n) {
      const put = (id) => ({ Put: { TableName, Item: { id, n } } });
      await documents.send(new TransactWriteCommand({ TransactItems: [put(`left ${n % 7}`), put(`right ${n % 7}`)] }));
      ++writes;
    }
  };
  const all = [objects(0), objects(1), pairs()];
  return {
    writes: () => writes,
    end: async () => {
      isOver = true;
      await Promise.all(all);
    },
  };
}

async function expectWhole(server, Bucket) {
  const { Contents = [] } = await server.s3.send(new ListObjectsV2Command({ Bucket }));
  for (const { Key, Size } of Contents) {
    const body = await bytesOf(await server.s3.send(new GetObjectCommand({ Bucket, Key })));
    assert.equal(body.length, Size, Key);
    assert.ok(body.every((byte) => byte === body[0]), `${Key} is of two puts`);
  }
  const { Items } = await documentsOf(server).send(new ScanCommand({ TableName }));
  const of = (side) => Object.fromEntries(Items.filter(({ id }) => id.startsWith(side)).map(({ id, n }) => [id.split(' ')[1], n]));
  assert.ok(Items.length > 0);
  assert.deepEqual(of('left'), of('right'), 'a transaction is there as a whole or not at all');
  return Contents.length;
}

test('a server backs itself up while clients write, and each backup is of one moment', async (t) => {
  const random = randomFrom(seedFor(t));
  const { lake, folder, server, api } = await started(t);
  server.expected.push(/^backup \w+: made in .*, \d+ files, \d+ bytes$/);
  const Bucket = await server.bucket();
  await dynamodbOf(server).send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] }));
  const work = writers(server, Bucket, random);
  await eventually(() => work.writes() > 60);
  for (const name of ['first', 'second', 'third']) {
    const begun = await api.post('/v1/backups', { name });
    assert.deepEqual([begun.status, begun.headers.location, begun.json.name], [202, `/v1/backups/${name}`, name]);
    assert.deepEqual(await ended(api, name), { name, state: 'DONE', percent: 100 });
    const before = work.writes();
    await eventually(() => work.writes() > before + 20);
  }
  await work.end();
  const taken = await api.post('/v1/backups', { name: 'first' });
  assert.deepEqual([taken.status, taken.problem], [409, 'backup-taken']);
  assert.deepEqual((await readdir(folder)).sort(), ['first', 'second', 'third']);
  const objects = await expectWhole(server, Bucket);
  await server.stop();
  await rm(lake.data, { recursive: true });
  for (const name of ['first', 'second', 'third']) {
    lake.data = path.join(folder, name);
    const checks = await lake.json('doctor', '--deep');
    assert.deepEqual(checks.filter(({ state }) => state === 'problem'), [], name);
    server.isEnded = false;
    await server.open();
    const found = await expectWhole(server, Bucket);
    assert.ok(objects === 0 || found > 0, name);
    await server.stop();
  }
});

test('a backup beside a server is refused with who makes it, and a name is no path', async (t) => {
  const { lake, folder, server, api } = await started(t);
  await lake.fails(1, new RegExp(`in use by .* which answers at ${server.url}; .*: POST ${server.url}/v1/backups`), 'backup', 'copy');
  assert.ok(!existsSync(path.join(lake.work, 'copy')));
  for (const name of ['../copy', '/tmp/copy', '.', '..', '']) {
    const refused = await api.post('/v1/backups', { name });
    assert.deepEqual([refused.status, refused.problem], [422, 'invalid-body'], name);
  }
  assert.deepEqual(await readdir(folder), []);
  assert.equal((await api.get('/v1/backups/none')).status, 404);
});

test('where no folder is set, or it is gone, no backup is made and that is told', async (t) => {
  const unset = restOf(await Server.start(t));
  const { status, json } = await unset.post('/v1/backups', { name: 'a' });
  assert.equal(status, 404);
  assert.match(json.detail, /backups\.folder is not set/);
  const { folder, server, api } = await started(t);
  server.expected.push(/^backup a: there is no folder .* mount the disk/);
  await rm(folder, { recursive: true });
  assert.equal((await api.post('/v1/backups', { name: 'a' })).status, 202);
  assert.deepEqual(await ended(api, 'a'), { name: 'a', state: 'FAILED', percent: 0, why: "the server's log says why" });
});

test('a backup that a killed server was making is told as failed by the next, and one that is told to stop leaves none', async (t) => {
  const { lake, folder, server, api } = await started(t, { CAUDAL_BACKUPS_COPY: 'true' });
  const Bucket = await server.bucket();
  for (let n = 0; n < 6; ++n) await server.s3.send(new PutObjectCommand({ Bucket, Key: `${n}`, Body: Buffer.alloc(60 << 20, n) }));
  const begin = async (name) => {
    assert.equal((await restOf(server).post('/v1/backups', { name })).status, 202);
    await eventually(() => existsSync(path.join(folder, name, 'blobs')));
  };
  await begin('killed');
  const busy = await api.post('/v1/backups', { name: 'other' });
  assert.deepEqual([busy.status, busy.problem], [409, 'backup-under-way']);
  await server.crash();
  await server.open({ env: { CAUDAL_BACKUPS_FOLDER: folder, CAUDAL_BACKUPS_COPY: 'true' } });
  const { json } = await restOf(server).get('/v1/backups/killed');
  assert.equal(json.state, 'FAILED');
  server.expected.push(/^backup stopped: interrupted; there is no backup/);
  await begin('stopped');
  await server.stop();
  assert.deepEqual(await readdir(folder), ['killed']);
  lake.data = path.join(folder, 'killed');
  await lake.fails(2, /did not come to its end/, 'objects', 'ls');
});
