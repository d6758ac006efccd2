// SPDX-License-Identifier: Apache-2.0
// Tables of items by command: what is put comes back to the last digit, and mistakes are told with what to do.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';

import { Lake } from '../lib/caudal.mjs';

async function payments(t) {
  const lake = await Lake.create(t);
  await lake.ok('items', 'create', 'BankPayments', '--key', 'PK:S,SK:S', '--index', 'by-status=status:S,due:N');
  const lines = [];
  for (let n = 1; n <= 9; ++n) {
    lines.push(JSON.stringify({ PK: 'a-1#PAYMENT', SK: `SCHEDULED#2026-0${n}`, due: n, status: n % 2 ? 'OPEN' : 'PAID' }));
  }
  lines.push('{"PK":"b-2#PAYMENT","SK":"DONE#1","amount":12345678901234567890123456789012345.678,"tags":{"$set":["x","y"]}}');
  await lake.ok('items', 'import', 'BankPayments', await lake.write('in.jsonl', lines.join('\n')));
  return lake;
}

test('an item comes back as it was put, in either form, with every digit', async (t) => {
  const lake = await Lake.create(t);
  await lake.ok('items', 'create', 'orders', '--key', 'id');
  await lake.ok('items', 'put', 'orders', '{"id":"17","amount":12345678901234567890123456789012345678,"part":0.10,"lines":[{"sku":"ção"}]}');
  const plain = await lake.ok('items', 'get', 'orders', '17');
  assert.match(plain, /"amount": ?12345678901234567890123456789012345678[,\n]/);
  assert.deepEqual(JSON.parse(plain).lines, [{ sku: 'ção' }]);
  const typed = JSON.parse(await lake.ok('items', 'get', 'orders', '17', '--typed'));
  assert.deepEqual(typed.amount, { N: '12345678901234567890123456789012345678' });
  assert.deepEqual(typed.part, { N: '0.1' });
  const piped = await lake.runWith({ input: '{"id":{"S":"18"},"n":{"NS":["1","2"]}}' }, 'items', 'put', 'orders', '-', '--typed');
  assert.equal(piped.code, 0, piped.stderr);
  assert.deepEqual(JSON.parse(await lake.ok('items', 'get', 'orders', '18')), { id: '18', n: { $set: [1, 2] } });
  await lake.fails(1, /has an item \{"id":"18"\} already/, 'items', 'put', 'orders', '{"id":"18"}', '--if-absent');
  await lake.ok('items', 'delete', 'orders', '18');
  await lake.fails(1, /orders has no item \{"id":"18"\}/, 'items', 'get', 'orders', '18');
});

test('tables and what is in them are shown', async (t) => {
  const lake = await payments(t);
  const [table] = await lake.json('items', 'tables');
  assert.deepEqual([table.table, table.key, table.indexes, table.items], ['BankPayments', 'PK (S), SK (S)', 1, 10]);
  const rows = await lake.json('items', 'describe', 'BankPayments');
  assert.deepEqual(rows.map(({ name, kind, items }) => [name, kind, items]), [['BankPayments', 'table', 10], ['by-status', 'global index', 9]]);
});

test('query looks up what the key says, and scan goes through the rest', async (t) => {
  const lake = await payments(t);
  const keys = (rows) => rows.map(({ SK }) => SK.slice(-1)).join('');
  const query = (...args) => lake.json('items', 'query', 'BankPayments', ...args);
  assert.equal(keys(await query("PK = 'a-1#PAYMENT' AND begins_with(SK, 'SCHEDULED')")), '123456789');
  assert.equal(keys(await query("PK = 'a-1#PAYMENT' AND status = 'PAID'")), '2468');
  assert.equal(keys(await query("PK = 'a-1#PAYMENT'", '--backwards', '--limit', '2')), '98');
  assert.equal(keys(await query("status = 'OPEN' AND due > 3", '--index', 'by-status')), '579');
  assert.deepEqual(await query("PK = 'a-1#PAYMENT' AND SK < 'SCHEDULED#2026-02'", '--attributes', 'due,status'), [{ due: 1, status: 'OPEN' }]);
  assert.deepEqual(await query("PK = 'none'"), []);
  assert.equal((await lake.json('items', 'scan', 'BankPayments')).length, 10);
  assert.equal((await lake.json('items', 'scan', 'BankPayments', '--where', 'due >= 8')).length, 2);
  assert.match(await lake.ok('items', 'scan', 'BankPayments', '--where', 'amount > 1', '--typed'), /"N":"12345678901234567890123456789012345\.678"/);
  const csv = await lake.ok('items', 'query', 'BankPayments', "PK = 'a-1#PAYMENT' AND due = 3", '--output', 'csv');
  assert.equal(csv, 'PK,SK,due,status\na-1#PAYMENT,SCHEDULED#2026-03,3,OPEN\n');
});

test('what goes out by export comes in by import, packed or not, in every form', async (t) => {
  const lake = await payments(t);
  for (const [file, ...form] of [['all.jsonl'], ['all.jsonl.gz'], ['typed.jsonl.gz', '--typed']]) {
    await lake.ok('items', 'export', 'BankPayments', file, ...form);
    const bytes = await readFile(path.join(lake.work, file));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    assert.equal(text.trim().split('\n').length, 10);
    if (form.length > 0) assert.match(text, /^\{"Item":\{/);
    await lake.ok('items', 'create', 'copy', '--key', 'PK:S,SK:S');
    await lake.ok('items', 'import', 'copy', file, '--format', form.length > 0 ? 'typed' : 'json');
    assert.equal(await lake.ok('items', 'export', 'copy', '-'), await lake.ok('items', 'export', 'BankPayments', '-'));
    await lake.ok('items', 'drop', 'copy', '--with-items');
  }
});

test('CSV is read with the types of the keys, and what is refused is told with its line', async (t) => {
  const lake = await Lake.create(t);
  await lake.ok('items', 'create', 'orders', '--key', 'id:N');
  const file = await lake.write('orders.csv.gz', gzipSync('id;note;amount\n1;"two\nlines";1.50\nx;bad;2\n3;;3\n'));
  await lake.fails(3, [/line 4: 'x' is no number/, /2 items stored of 3/, /1 records were refused; the key of orders is id \(N\)/],
    'items', 'import', 'orders', file, '--delimiter', ';');
  assert.deepEqual(await lake.json('items', 'scan', 'orders', '--where', 'id IN [1, 3]'),
    [{ id: 1, amount: '1.50', note: 'two\nlines' }, { id: 3, amount: '3' }]);
});

test('mistakes are told with what to do', async (t) => {
  const lake = await payments(t);
  await lake.fails(1, /there is no table 'BankPayment'.*BankPayments/, 'items', 'get', 'BankPayment', 'a', 'b');
  await lake.fails(2, /the key of BankPayments is PK \(S\), SK \(S\); give both values/, 'items', 'get', 'BankPayments', 'a');
  await lake.fails(2, /the key of BankPayments is PK \(S\), SK \(S\)/, 'items', 'put', 'BankPayments', '{"PK":"a"}');
  await lake.fails(2, /an item is JSON such as/, 'items', 'put', 'BankPayments', 'PK=a');
  await lake.fails(2, /does not say what PK is.*caudal items scan BankPayments/s, 'items', 'query', 'BankPayments', 'due = 3');
  await lake.fails(2, /texts stand in single quotes/, 'items', 'query', 'BankPayments', 'PK == x');
  await lake.fails(2, /has no index 'none'; there are: by-status/, 'items', 'query', 'BankPayments', "a = 'b'", '--index', 'none');
  await lake.fails(2, /holds 10 items; to remove them as well add --with-items/, 'items', 'drop', 'BankPayments');
  await lake.fails(2, /--key must be NAME:TYPE/, 'items', 'create', 'other', '--key', 'PK:X');
  await lake.fails(1, /already exists/, 'items', 'create', 'BankPayments', '--key', 'PK');
});

test('a table goes into a bucket as DynamoDB exports it, and comes back', async (t) => {
  const lake = await payments(t);
  await lake.ok('objects', 'mb', 's3://lake');
  const told = await lake.run('items', 'export', 'BankPayments', 's3://lake/exports');
  assert.equal(told.code, 0, told.stderr);
  const [, summary] = /(s3:\S+manifest-summary\.json)/.exec(told.stderr);
  const manifest = JSON.parse(await lake.ok('objects', 'get', summary, '-'));
  assert.equal(manifest.itemCount, 10);
  const files = (await lake.ok('objects', 'get', `s3://lake/${manifest.manifestFilesS3Key}`, '-')).trim().split('\n').map(JSON.parse);
  assert.deepEqual(files.map(({ itemCount }) => itemCount), [10]);
  await lake.ok('items', 'create', 'copy', '--key', 'PK:S,SK:S');
  await lake.ok('items', 'import', 'copy', summary.replace('manifest-summary.json', 'data/'));
  assert.equal(await lake.ok('items', 'export', 'copy', '-'), await lake.ok('items', 'export', 'BankPayments', '-'));
  await lake.fails(1, /nothing to import below s3:\/\/lake\/none/, 'items', 'import', 'copy', 's3://lake/none');
});
