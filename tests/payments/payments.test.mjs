// SPDX-License-Identifier: Apache-2.0
// Scheduled payments through the commands: from a file to the long term.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Lake } from '../lib/caudal.mjs';

const later = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const header = 'account,reference,date,amount,currency,beneficiary\n';
const add = ['payments', 'add', '--account', '0001-42', '--reference', 'rent-1', '--amount', '1234.50', '--beneficiary', 'landlord'];

test('a payment is scheduled, handed over, processed and archived', async (t) => {
  const lake = await Lake.create(t);
  const [made] = await lake.json(...add, '--date', later(3), '--why', 'rent');
  assert.deepEqual({ ...made, payment: undefined }, {
    payment: undefined, status: 'SCHEDULED', date: later(3), amount: 1234.5, currency: 'BRL', beneficiary: 'landlord',
    reference: 'rent-1', version: 1, attempts: 0, transaction: null, reason: null, purpose: null });
  assert.deepEqual(await lake.json('payments', 'list', '--account', '0001-42', '--days', '90'), [made]);
  assert.deepEqual(await lake.json('payments', 'list', '--account', '0001-42', '--days', '2'), []);

  const counts = async (...args) => Object.fromEntries((await lake.json('payments', ...args)).map((row) => [row.what, row.payments]));
  assert.equal((await counts('run'))['handed over'], 0);
  const run = await counts('run', '--early', '--date', later(3));
  assert.deepEqual([run['handed over'], run.processed, run.failed, run.unanswered], [1, 1, 0, 0]);
  const [processed] = await lake.json('payments', 'show', made.payment);
  assert.equal(processed.status, 'PROCESSED');
  assert.deepEqual(await lake.json('payments', 'show', '--transaction', processed.transaction), [processed]);
  assert.deepEqual(await lake.json('payments', 'show', '--account', '0001-42', '--reference', 'rent-1'), [processed]);

  assert.equal((await counts('archive')).archived, 1);
  const [archived] = await lake.json('payments', 'show', '--transaction', processed.transaction);
  assert.deepEqual([archived.payment, archived.status, archived.amount], [made.payment, 'ARCHIVED', 1234.5]);
  assert.equal((await lake.json('payments', 'list', '--archived', '--account', '0001-42')).length, 1);
  const history = await lake.json('payments', 'show', made.payment, '--history');
  assert.deepEqual(history.map(({ from, to }) => [from, to]),
    [[null, 'SCHEDULED'], ['SCHEDULED', 'PENDING'], ['PENDING', 'PROCESSED'], ['PROCESSED', 'ARCHIVED']]);
  assert.equal(history[0].why, 'rent');
  assert.ok(history.every(({ by }) => by.startsWith('command line')));
  const status = await lake.json('payments', 'status');
  assert.equal(status.find((row) => row.status === 'ARCHIVED').payments, 1);
});

test('the same again changes nothing, and another under its reference is refused', async (t) => {
  const lake = await Lake.create(t);
  const [made] = await lake.json(...add, '--date', later(3));
  const again = await lake.runWith({}, ...add, '--date', later(3), '--output', 'json');
  assert.match(again.stderr, /was there already; nothing was changed/);
  assert.deepEqual(JSON.parse(again.stdout), [made]);
  await lake.fails(1, /account 0001-42 used the reference 'rent-1' for another payment/, ...add, '--date', later(4));
  await lake.fails(2, /the date 2020-01-01 is past/, ...add.with(5, 'rent-0'), '--date', '2020-01-01');
  await lake.fails(2, /the amount 1\.001 is finer than BRL/, ...add.with(5, 'rent-2').with(7, '1.001'), '--date', later(3));
});

test('what is not due yet is paid early only by whoever says so', async (t) => {
  const lake = await Lake.create(t);
  await lake.ok(...add, '--date', later(3));
  await lake.fails(2, /is after today, .* paid early, and that cannot be undone; add --early/, 'payments', 'run', '--date', later(3));
  await lake.fails(2, /does not go with --date/, 'payments', 'run', '--timetable', '--date', later(3));
  await lake.fails(2, /the dates end, .*, before they begin/, 'payments', 'list', '--from', later(3), '--to', later(2));
  assert.equal((await lake.json('payments', 'list', '--status', 'SCHEDULED')).length, 1);
});

test('a payment is cancelled before it is handed over, and not after', async (t) => {
  const lake = await Lake.create(t);
  const [made] = await lake.json(...add, '--date', later(3));
  await lake.fails(1, /is at version 1 by now, not 7/, 'payments', 'cancel', made.payment, '--version', '7');
  const [cancelled] = await lake.json('payments', 'cancel', made.payment, '--why', 'the client called');
  assert.equal(cancelled.status, 'CANCELLED');
  await lake.ok('payments', 'run', '--early', '--date', later(3));
  assert.equal((await lake.json('payments', 'show', made.payment))[0].status, 'CANCELLED');

  const [other] = await lake.json(...add.with(5, 'rent-2'), '--date', later(3));
  await lake.ok('payments', 'run', '--early', '--date', later(3));
  await lake.fails(1, /is PROCESSED; only what is SCHEDULED can be cancelled/, 'payments', 'cancel', other.payment);
  await lake.fails(1, /there is no payment 0001-42:1/, 'payments', 'cancel', '0001-42:1');
});

test('a file is loaded; its refused lines are told, and loading it again changes nothing', async (t) => {
  const lake = await Lake.create(t);
  const lines = Array.from({ length: 300 }, (_, n) => `a-${n % 9},r-${n},${later(3)},${n + 1}.25,BRL,b-${n}\n`);
  lines[99] = `a-1,r-99,${later(3)},abc,BRL,b\n`;
  lines[199] = `a-1,r-199,2020-01-01,1,BRL,b\n`;
  const file = await lake.write('january.csv', header + lines.join(''));
  const result = await lake.runWith({}, 'payments', 'load', file, '--output', 'json');
  assert.equal(result.code, 3, result.stderr);
  assert.match(result.stderr, /298 inserted, 0 there already, 2 refused/);
  assert.deepEqual(JSON.parse(result.stdout).map(({ line, reason }) => [line, reason.slice(0, 22)]),
    [[101, "the amount 'abc' is no"], [201, 'the date 2020-01-01 is']]);
  assert.equal((await lake.json('payments', 'list', '--from', later(3), '--to', later(3), '--limit', '1000')).length, 298);

  await lake.ok('payments', 'run', '--early', '--date', later(3));
  lines[99] = `a-1,r-99,${later(3)},7.00,BRL,b\n`;
  lines[199] = `a-1,r-199,${later(4)},1,BRL,b\n`;
  const mended = await lake.write('january.csv', header + lines.join(''));
  const again = await lake.run('payments', 'load', mended);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /2 inserted, 298 there already, 0 refused/);
  assert.match((await lake.run('payments', 'load', mended)).stderr, /loaded before, and nothing was changed now; then: 2 inserted/);
  const status = Object.fromEntries((await lake.json('payments', 'status')).map((row) => [row.status, row.payments]));
  assert.deepEqual([status.SCHEDULED, status.PENDING, status.PROCESSED], [2, 0, 298]);
});

test('a load that was killed goes on where it was, and neither repeats nor loses', async (t) => {
  const lake = await Lake.create(t);
  const count = 30_000;
  const lines = Array.from({ length: count }, (_, n) => `{"account":"a-${n % 999}","reference":"r-${n}","date":"${later(3)}","amount":${n + 1}.25,"beneficiary":"b"}\n`);
  const file = await lake.write('many.jsonl', lines.join(''));
  const first = lake.start(['payments', 'load', file]);
  setTimeout(() => void first.kill('SIGKILL'), 700);
  const killed = await first.ended;
  const result = await lake.run('payments', 'load', file);
  assert.equal(result.code, 0, result.stderr);
  t.diagnostic(`first: ${killed.signal ?? killed.code}; then: ${result.stderr.trim().replaceAll('\n', '; ')}`);
  const [, inserted, repeated] = /(\d+) inserted, (\d+) there already, 0 refused; read up to line 30000/.exec(result.stderr);
  assert.equal(Number(inserted) + Number(repeated), count);
  const status = await lake.json('payments', 'status');
  assert.equal(status.find((row) => row.status === 'SCHEDULED').payments, count);
});

test('what the transaction service refuses, loses and delays comes to its end', async (t) => {
  const lake = await Lake.create(t, { env: {
    CAUDAL_PAYMENTS_BUILT_IN_REFUSED: '100', CAUDAL_PAYMENTS_BUILT_IN_UNANSWERED: '200', CAUDAL_PAYMENTS_BUILT_IN_REPEATED: '200',
    CAUDAL_PAYMENTS_LEASE: '1' } });
  const lines = Array.from({ length: 400 }, (_, n) => `a-${n % 9},r-${n},${later(3)},${n + 1}.25,BRL,b\n`);
  await lake.ok('payments', 'load', await lake.write('a.csv', header + lines.join('')));
  const counts = async () => Object.fromEntries((await lake.json('payments', 'status')).map((row) => [row.status, row.payments]));
  await lake.ok('payments', 'run', '--early', '--date', later(3));
  const before = await counts();
  assert.ok(before.PENDING > 20 && before.FAILED > 10, JSON.stringify(before));
  for (let round = 0; round < 20 && (await counts()).PENDING > 0; ++round) await lake.ok('payments', 'run', '--early', '--date', later(3));
  const after = await counts();
  assert.equal(after.PENDING, 0);
  assert.equal(after.PROCESSED + after.FAILED, 400);
  const [failed] = await lake.json('payments', 'list', '--status', 'FAILED', '--limit', '1');
  assert.equal(failed.reason, "the beneficiary's bank refuses it");
});
