// SPDX-License-Identifier: Apache-2.0
// Scheduled payments in the lake: the flow that ships publishes each date's payments that came to their end, the cents agree with the
// store, and what was tampered with is told.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Lake, repository } from '../lib/caudal.mjs';

const later = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const [first, second] = [later(3), later(4)];
const months = ['--from', first.slice(0, 7), '--to', second.slice(0, 7)];
const table = 'curated.pagamentos_programados';

// A lake with 40 payments of the first date (one of them of `amount`), 3 of the second, a cancelled one and a refused line of none.
async function lakeOfPayments(t, amount = '0.01', env = {}) {
  const lake = await Lake.create(t, { env: { CAUDAL_FLOWS: path.join(repository, 'flows'), ...env } });
  const lines = Array.from({ length: 39 }, (_, n) => `a-${n % 5},r-${n},${first},${n + 1}.37,BRL,b-${n}\n`);
  const others = Array.from({ length: 3 }, (_, n) => `a-9,s-${n},${second},100,CLP,b\n`);
  const file = await lake.write('p.csv', `account,reference,date,amount,currency,beneficiary\n${lines.join('')}a-7,cent,${first},${amount},BRL,b\n${others.join('')}`);
  await lake.ok('payments', 'load', file);
  const [{ payment }] = await lake.json('payments', 'show', '--account', 'a-0', '--reference', 'r-0');
  await lake.ok('payments', 'cancel', payment);
  return lake;
}

const archive = async (lake, date) => {
  await lake.ok('payments', 'run', '--early', '--date', date);
  await lake.ok('payments', 'archive');
};
const publish = (lake, ...more) => lake.run('flows', 'run', 'payments', ...months, ...more);
const sums = async (lake) => (await lake.sql(`select cast(data_agendada as varchar) as dia, situacao, moeda, count(*) as n, cast(sum(valor) as varchar) as soma
  from ${table} group by all order by all`)).map(({ dia, situacao, moeda, n, soma }) => [dia, situacao, moeda, Number(n), soma]);

test('each date that is archived is published to the cent, and again when something comes late', async (t) => {
  const lake = await lakeOfPayments(t);
  await archive(lake, first);
  let run = await publish(lake);
  assert.equal(run.code, 0, run.stderr);
  // 2.37 + ... + 39.37, and the cent.
  assert.deepEqual(await sums(lake), [[first, 'ARCHIVED', 'BRL', 39, '793.070'], [first, 'CANCELLED', 'BRL', 1, '1.370']]);
  const rows = await lake.sql(`select conta, referencia, id_transacao, id_pagamento from ${table} where referencia = 'cent'`);
  const [{ payment, transaction }] = await lake.json('payments', 'show', '--account', 'a-7', '--reference', 'cent');
  assert.deepEqual(rows, [{ conta: 'a-7', referencia: 'cent', id_transacao: transaction, id_pagamento: payment }]);

  // Again: nothing is written, and the same is there.
  const steps = await lake.json('flows', 'run', 'payments', ...months);
  assert.match(steps[0].message, /^1 days looked at, 0 published$/);
  assert.match(steps[1].message, /^0 files and 1 days reconciled$/);

  // The second date comes, and one more payment of the first.
  await lake.ok('payments', 'add', '--account', 'a-1', '--reference', 'late', '--date', first, '--amount', '5.00', '--beneficiary', 'b');
  await archive(lake, second);
  run = await publish(lake);
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(await sums(lake), [[first, 'ARCHIVED', 'BRL', 40, '798.070'], [first, 'CANCELLED', 'BRL', 1, '1.370'],
    [second, 'ARCHIVED', 'CLP', 3, '300.000']]);
  const reconciled = await lake.sql('select amount_column, rows_read, rows_curated, amount_read, amount_curated, balanced from caudal.reconciliation order by all');
  assert.ok(reconciled.length >= 3 && reconciled.every((row) => row.balanced && row.amount_read === row.amount_curated), JSON.stringify(reconciled));
});

test('a cent that was changed in the lake refuses the run and says where; --force publishes the day again', async (t) => {
  const lake = await lakeOfPayments(t);
  await archive(lake, first);
  assert.equal((await publish(lake)).code, 0);
  const good = await sums(lake);

  // The same payments but for a cent, published elsewhere: their file takes the place of the one here.
  const other = await lakeOfPayments(t, '0.02');
  await archive(other, first);
  assert.equal((await publish(other)).code, 0);
  const partOf = async (one) => (await one.json('objects', 'ls', '--recursive', 's3://lake/curated/pagamentos_programados/'))
    .map((row) => row.uri ?? `s3://lake/${row.key}`).find((uri) => uri.endsWith('.parquet'));
  const file = path.join(lake.work, 'part.parquet');
  await other.ok('objects', 'get', await partOf(other), file);
  assert.equal((await readFile(file)).subarray(0, 4).toString(), 'PAR1');
  await lake.ok('objects', 'put', file, await partOf(lake));

  const refused = await publish(lake);
  assert.equal(refused.code, 3, refused.stderr);
  assert.match(refused.stderr, new RegExp(`${table} of ${first} ARCHIVED BRL: payments has 39 rows, 793\\.07; the lake has 39, 793\\.080`));
  assert.doesNotMatch(refused.stderr, /CANCELLED/);

  const forced = await publish(lake, '--force');
  assert.equal(forced.code, 0, forced.stderr);
  assert.deepEqual(await sums(lake), good);
});

test('what the archive lost is told, and nothing is published', async (t) => {
  const lake = await lakeOfPayments(t);
  await archive(lake, first);
  const [{ transaction }] = await lake.json('payments', 'show', '--account', 'a-7', '--reference', 'cent');
  await lake.ok('items', 'delete', 'BankPaymentsProcessed', transaction);
  const refused = await publish(lake);
  assert.equal(refused.code, 3, refused.stderr);
  assert.match(refused.stderr, /ARCHIVED BRL: payments has 39 rows, 793\.07; the lake has 38, 793\.060/);
  const tables = (await lake.json('catalog', 'tables')).map((table) => `${table.database}.${table.table ?? table.name}`);
  assert.ok(!tables.includes('curated.pagamentos_programados'), tables.join());
});

test('what the archive lost after it was published is told, and which payment', async (t) => {
  const lake = await lakeOfPayments(t);
  await archive(lake, first);
  assert.equal((await publish(lake)).code, 0);
  const good = await sums(lake);
  const [{ payment, transaction }] = await lake.json('payments', 'show', '--account', 'a-7', '--reference', 'cent');
  await lake.ok('items', 'delete', 'BankPaymentsProcessed', transaction);
  const refused = await publish(lake);
  assert.equal(refused.code, 3, refused.stderr);
  assert.ok(refused.stderr.includes(`${table} of ${first}: 1 rows are otherwise in the lake than in what payments publishes from: ${payment}`), refused.stderr);
  assert.deepEqual(await sums(lake), good);
});

test('a lake without payments gets none of their tables', async (t) => {
  const lake = await Lake.create(t, { env: { CAUDAL_FLOWS: path.join(repository, 'flows') } });
  await lake.fails(2, /file of no input|is of no input|no input/, 'flows', 'backfill', 'payments', await lake.write('x.csv', 'a\n'));
  assert.deepEqual(await lake.json('items', 'tables'), []);
  assert.equal((await publish(lake)).code, 0);
});
