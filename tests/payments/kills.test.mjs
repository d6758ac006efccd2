// SPDX-License-Identifier: Apache-2.0
// Commands that hand payments over and archive them, killed at any moment, again and again: in the end each payment's money
// has moved once, every cent of it, and the journal tells how.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Lake, randomFrom, seedFor } from '../lib/caudal.mjs';

const kills = Number(process.env.CAUDAL_KILLS ?? 40);
const count = 1500;
const date = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);

test('payments that are killed at any moment move their money once', async (t) => {
  const random = randomFrom(seedFor(t));
  const lake = await Lake.create(t, { env: {
    CAUDAL_PAYMENTS_LEASE: '1', CAUDAL_PAYMENTS_BUILT_IN_REFUSED_FOR_NOW: '50', CAUDAL_PAYMENTS_RETRIES_FIRST_DELAY: '0',
    CAUDAL_PAYMENTS_BUILT_IN_UNANSWERED: '50', CAUDAL_PAYMENTS_BUILT_IN_REFUSED: '20' } });
  const lines = Array.from({ length: count }, (_, n) => `a-${n % 97},r-${n},${date},${n + 1}.01,BRL,b-${n}\n`);
  const file = await lake.write('p.csv', `account,reference,date,amount,currency,beneficiary\n${lines.join('')}`);
  const commands = [['load', file], ['run', '--early', '--date', date], ['run', '--early', '--date', date], ['archive']];
  // How long each takes here when nobody ends it: as it is found out, for machines differ.
  const lasts = new Map(commands.map((command) => [command, 250]));
  let killed = 0;
  for (let n = 0; n < kills; ++n) {
    // The first time the file is read, so that there is something from the beginning.
    const command = n === 0 ? commands[0] : commands[Math.floor(random() * commands.length)];
    const begun = performance.now();
    const running = lake.start(['payments', ...command]);
    const timer = setTimeout(() => void running.kill('SIGKILL'), random() * lasts.get(command));
    const { signal } = await running.ended;
    clearTimeout(timer);
    if (signal === 'SIGKILL') ++killed;
    else lasts.set(command, performance.now() - begun);
  }
  assert.ok(killed > kills / 2, `${killed} of ${kills} were killed`);

  await lake.ok('payments', 'load', file);
  const statuses = async () => Object.fromEntries((await lake.json('payments', 'status')).map((row) => [row.status, row.payments]));
  const isOver = ({ SCHEDULED, PENDING, PROCESSED }) => SCHEDULED + PENDING + PROCESSED === 0;
  for (let round = 0; round < 30 && !isOver(await statuses()); ++round) {
    await lake.ok('payments', 'run', '--early', '--date', date);
    await lake.ok('payments', 'archive');
  }
  const { ARCHIVED, FAILED, ...others } = await statuses();
  assert.deepEqual(others, { SCHEDULED: 0, PENDING: 0, PROCESSED: 0, CANCELLED: 0 });
  assert.equal(ARCHIVED + FAILED, count);
  assert.ok(ARCHIVED > count / 2 && FAILED > 0, `${ARCHIVED} archived, ${FAILED} failed`);

  // What the bank's ledger says of each, and what the tables do.
  const moved = new Map();
  for (const { id, TransactionId, Amount } of await lake.json('items', 'scan', 'BankTransactions')) {
    if (!TransactionId) continue;
    const payment = id.slice(0, id.lastIndexOf(':'));
    assert.ok(!moved.has(payment), `${payment} moved its money by ${moved.get(payment)?.TransactionId} and ${TransactionId}`);
    moved.set(payment, { TransactionId, cents: Math.round(Amount * 100) });
  }
  const archived = await lake.json('payments', 'list', '--from', date, '--to', date, '--status', 'ARCHIVED', '--limit', String(count));
  assert.equal(archived.length, ARCHIVED);
  assert.equal(moved.size, ARCHIVED, 'no money moved for what failed');
  for (const { payment, reference, transaction, amount } of archived) {
    assert.deepEqual(moved.get(payment), { TransactionId: transaction, cents: Math.round(amount * 100) }, payment);
    assert.equal(amount, Number(reference.slice(2)) + 1.01);
  }
  const longTerm = await lake.json('items', 'scan', 'BankPaymentsProcessed');
  assert.deepEqual(longTerm.map(({ id }) => id).sort(), archived.map(({ transaction }) => transaction).sort());
  const journal = await lake.json('items', 'scan', 'BankPaymentsJournal');
  for (const { transaction } of archived.slice(0, 50)) {
    assert.equal(journal.filter(({ To, Transaction }) => To === 'PROCESSED' && Transaction === transaction).length, 1, transaction);
  }
});
