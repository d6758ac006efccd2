// SPDX-License-Identifier: Apache-2.0
// The commands beside a server that has the data directory open: they ask it, and both see the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GetCommand } from '@aws-sdk/lib-dynamodb';

import { documentsOf } from '../lib/dynamodb.mjs';
import { Server } from '../lib/s3.mjs';

const later = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test('payments and items are looked up and worked on while a server runs', async (t) => {
  const server = await Server.start(t);
  const { lake } = server;
  const lines = Array.from({ length: 200 }, (_, n) => `a-${n % 7},r-${n},${later(2)},${n + 1}.25,BRL,b\n`);
  const file = await lake.write('p.csv', `account,reference,date,amount,currency,beneficiary\n${lines.join('')}`);
  const loaded = await lake.run('payments', 'load', file);
  assert.equal(loaded.code, 0, loaded.stderr);
  assert.match(loaded.stderr, /is open in the server at http:\/\/127\.0\.0\.1:\d+, which is asked instead/);
  assert.match(loaded.stderr, /200 inserted, 0 there already, 0 refused/);
  const run = await lake.json('payments', 'run', '--early', '--date', later(2));
  assert.equal(run.find((row) => row.what === 'processed').payments, 200);
  const [first] = await lake.json('payments', 'list', '--account', 'a-3', '--limit', '1');
  assert.equal(first.status, 'PROCESSED');

  await lake.ok('items', 'create', 'orders', '--key', 'id');
  await lake.ok('items', 'put', 'orders', '{"id":"17","amount":0.10}');
  const documents = documentsOf(server);
  const { Item } = await documents.send(new GetCommand({ TableName: 'orders', Key: { id: '17' } }));
  assert.deepEqual(Item, { id: '17', amount: 0.1 });
  documents.destroy();
});

test('what a server is not asked for says where it answers', async (t) => {
  const server = await Server.start(t);
  await server.lake.fails(1, [/is in use by process \d+/, new RegExp(`which answers at ${server.url}; ask it there`)], 'objects', 'ls');
  await server.lake.fails(1, /which answers at/, 'sql', 'select 1');
});

test('another root key than that of the server is told', async (t) => {
  const server = await Server.start(t);
  const env = { CAUDAL_ROOT_ACCESS_KEY_ID: 'AKIAANOTHERANOTHERAN', CAUDAL_ROOT_SECRET_ACCESS_KEY: 'another-secret-of-the-tests' };
  const { code, stderr } = await server.lake.runWith({ env }, 'payments', 'status');
  assert.equal(code, 2, stderr);
  assert.match(stderr, /another root key than this command was given; set root\.access_key_id/);
});
