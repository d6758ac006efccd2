// SPDX-License-Identifier: Apache-2.0
// The 13 months of a card issuer: the book of the portfolio is right to the cent, and month by month gives the same as
// one backfill.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';

import { InvoiceLake } from '../lib/invoices.mjs';
import { book, bookColumns, files, skip, totals } from '../lib/real_files.mjs';

const bookQuery = `select ${bookColumns} from refined.book_variaveis where dt_base = date '2024-02-01' order by dt_inicio desc`;

async function lines(lake, statement) {
  const text = await lake.ok('sql', statement, '--output', 'csv');
  return text.trim().split(/\r?\n/).slice(1);
}

test('one backfill gives the book to the cent, and every row and amount is accounted for', { skip }, async (t) => {
  const lake = await InvoiceLake.create(t);
  await lake.ok('flows', 'backfill', 'invoices', ...files);
  assert.deepEqual((await lines(lake, bookQuery)).map((line) => line.split(',')), book);
  const rows = Object.fromEntries((await lake.assertReconciled()).filter((row) => row.amount_column !== 'valor_pagamento_minimo')
    .map((row) => [row.table_name, [row.rows_read, row.rows_curated, row.amount_read, row.amount_curated].map(String)]));
  for (const [table, [count, amount]] of Object.entries(totals)) assert.deepEqual(rows[table], [count, count, amount, amount], table);
});

test('month by month gives the same as one backfill', { skip }, async (t) => {
  const whole = await InvoiceLake.create(t);
  await whole.ok('flows', 'backfill', 'invoices', ...files);
  const byMonth = await InvoiceLake.create(t);
  const months = new Map();
  for (const [file, column] of [[files[0], 2], [files[1], 3]]) {
    const [header, ...rows] = (await readFile(file, 'utf8')).trimEnd().split(/\r?\n/);
    for (const row of rows) {
      const name = `${path.basename(file, '.csv')}_${row.split(',')[column].slice(0, 7).replace('-', '')}.csv`;
      if (!months.has(name)) months.set(name, [header]);
      months.get(name).push(row);
    }
  }
  // Payments go on for a few days after the last invoices: that month's invoice file has a header and no rows.
  const header = (await readFile(files[0], 'utf8')).split(/\r?\n/, 1);
  for (const name of [...months.keys()]) {
    const invoiceFile = name.replace('tb_pagamentos', 'tb_faturas');
    if (!months.has(invoiceFile)) months.set(invoiceFile, header);
  }
  for (const [name, rows] of months) await byMonth.deliver(name, rows.join('\n') + '\n');
  for (const name of [...months.keys()].filter((key) => key.startsWith('tb_faturas')).sort()) {
    await byMonth.runMonth(name.slice(-10, -6) + '-' + name.slice(-6, -4));
  }
  const tables = ['curated.tb_faturas', 'curated.tb_pagamentos', 'refined.book_variaveis', 'refined.book_cliente'];
  for (const table of tables) {
    const statement = `select * from ${table}${table.startsWith('refined') ? " where dt_base = date '2024-02-01'" : ''} order by all`;
    assert.deepEqual(await lines(byMonth, statement), await lines(whole, statement), table);
  }
});
