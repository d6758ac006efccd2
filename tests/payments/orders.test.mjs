// SPDX-License-Identifier: Apache-2.0
// Standing orders of another bank become monthly schedules by a mapping that declares its columns: a small file of the same shape
// always, the real one of the PKDD'99 bank where it is there (CAUDAL_REAL_ORDERS names another).
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Lake, repository } from '../lib/caudal.mjs';

const next = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, 1)).toISOString().slice(0, 7);
const after = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 2, 1)).toISOString().slice(0, 7);
const mapping = (months) => `columns:
  account: account_id
  reference: order_id
  amount: amount
  beneficiary: "{bank_to}-{account_to}"
  purpose: k_symbol
currency: CZK
monthly: {day: 15, from: ${next}, months: ${months}}
`;
const header = '"order_id";"account_id";"bank_to";"account_to";"amount";"k_symbol"\n';
const cents = (text) => BigInt(text.replace('.', ''));
// Sum by SQL-free means: what the command lists, in cents.
const sum = (rows) => rows.reduce((all, row) => all + BigInt(Math.round(Number(row.amount) * 100)), 0n);

test('each order is a payment a month, and loading the same again changes nothing', async (t) => {
  const lake = await Lake.create(t);
  const file = await lake.write('order.asc', `${header}29401;1;"YZ";"87144583";2452.00;"SIPO"\n29402;2;"ST";"89597016";3372.70;"UVER"\n29403;2;"QR";"13943797";0.05;" "\n`);
  const map = await lake.write('orders.yaml', mapping(2));
  await lake.fails(2, /its name must end in \.csv, \.jsonl, \.ndjson or \.parquet, or its format be given/, 'payments', 'load', file);
  await lake.fails(2, /there are no columns for: account, date, beneficiary/, 'payments', 'load', file, '--format', 'csv');
  const load = await lake.run('payments', 'load', file, '--format', 'csv', '--mapping', map);
  assert.equal(load.code, 0, load.stderr);
  assert.match(load.stderr, /6 inserted, 0 there already, 0 refused/);
  const rows = await lake.json('payments', 'list', '--account', '2', '--from', `${next}-01`, '--to', `${after}-28`);
  assert.deepEqual(rows.map(({ date, amount, currency, beneficiary, reference, purpose }) => [date, amount, currency, beneficiary, reference, purpose]).sort(), [
    [`${next}-15`, 0.05, 'CZK', 'QR-13943797', `29403:${next}`, null], [`${next}-15`, 3372.7, 'CZK', 'ST-89597016', `29402:${next}`, 'UVER'],
    [`${after}-15`, 0.05, 'CZK', 'QR-13943797', `29403:${after}`, null], [`${after}-15`, 3372.7, 'CZK', 'ST-89597016', `29402:${after}`, 'UVER']].sort());

  // Three months of the same orders: only the third is new.
  const longer = await lake.run('payments', 'load', file, '--format', 'csv', '--mapping', await lake.write('longer.yaml', mapping(3)));
  assert.match(longer.stderr, /3 inserted, 6 there already, 0 refused/);
});

test('a mapping that is wrong is refused with its line', async (t) => {
  const lake = await Lake.create(t);
  const file = await lake.write('order.csv', header);
  const load = async (text) => (await lake.run('payments', 'load', file, '--mapping', await lake.write('m.yaml', text)));
  const wrong = await load('columns: {acount: a}\n');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /m\.yaml:1:\d+: .*acount.*did you mean 'account'/);
  assert.match((await load(mapping(1).replace('account_to', 'acount_to'))).stderr,
    /there is no column 'acount_to', which the mapping names for the beneficiary \(did you mean 'account_to'\?\)/);
});

const real = process.env.CAUDAL_REAL_ORDERS ?? path.join(repository, '../shared/data/berka/order.asc');
const skip = existsSync(real) ? false : `no ${real} (CAUDAL_REAL_ORDERS names another)`;
test('the standing orders of a real bank are scheduled to the cent', { skip }, async (t) => {
  const lake = await Lake.create(t);
  const lines = (await readFile(real, 'utf8')).trim().split(/\r?\n/).slice(1).map((line) => line.split(';').map((field) => field.replaceAll('"', '')));
  const load = await lake.run('payments', 'load', real, '--format', 'csv', '--mapping', await lake.write('orders.yaml', mapping(1)));
  assert.equal(load.code, 0, load.stderr);
  assert.match(load.stderr, new RegExp(`${lines.length} inserted, 0 there already, 0 refused`));
  const rows = await lake.json('payments', 'list', '--from', `${next}-15`, '--to', `${next}-15`, '--limit', '100000');
  assert.equal(rows.length, lines.length);
  assert.equal(sum(rows), lines.reduce((all, [, , , , amount]) => all + cents(amount), 0n));
  const [{ beneficiary, amount, purpose }] = await lake.json('payments', 'show', '--account', '1', '--reference', `29401:${next}`);
  assert.deepEqual([beneficiary, amount, purpose], ['YZ-87144583', 2452, 'SIPO']);
  const count = (all) => all.reduce((counts, one) => counts.set(one, (counts.get(one) ?? 0) + 1), new Map());
  assert.deepEqual([...count(rows.map((row) => row.purpose ?? ''))].sort(), [...count(lines.map((line) => line[5].trim()))].sort());
});
