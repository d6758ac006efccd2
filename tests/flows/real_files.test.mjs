// SPDX-License-Identifier: Apache-2.0
// The 13 months of a card issuer: the book of the portfolio is right to the cent, and month by month gives the same as
// one backfill. The files are not in the repository; CAUDAL_REAL_DATA says where they are.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';

import { repository } from '../lib/caudal.mjs';
import { InvoiceLake } from '../lib/invoices.mjs';

const folder = process.env.CAUDAL_REAL_DATA ?? path.join(repository, '../shared/data/pod_cartoes');
const skip = existsSync(path.join(folder, 'tb_faturas.csv')) ? false : `no files in ${folder} (CAUDAL_REAL_DATA names another folder)`;
const files = ['tb_faturas', 'tb_pagamentos'].map((table) => path.join(folder, `${table}.csv`));

// periodo, then the columns asked for below.
const expected = [
  ['U1M', '10000', '351003527.73', '29.730000', '41.120000', '7027', '17.418244', '22', '143617679.21', '29.305540', '7001', '122458498.31'],
  ['U3M', '30000', '1055799890.52', '29.763333', '33.580000', '21071', '30.806084', '83', '355486879.98', '33.143129', '21057', '370399905.20'],
  ['U6M', '60000', '2103215380.86', '29.786667', '31.585000', '42128', '50.147645', '175', '665536146.68', '34.222721', '42171', '739990921.22'],
  ['U12M', '120000', '4202250501.78', '29.784167', '30.989167', '84259', '90.451702', '356', '1300833005.81', '34.577913', '83895', '1471905078.56'],
];
const book = `select periodo, total_faturas, valor_total_faturas, percentual_pagamento_prazo, percentual_inadimplencia, total_atrasos,
  media_dias_atraso, max_dias_atraso, valor_inadimplente, percentual_valor_pago, total_pagamentos, valor_total_pagamentos
  from refined.book_variaveis where dt_base = date '2024-02-01' order by dt_inicio desc`;

async function lines(lake, statement) {
  const text = await lake.ok('sql', statement, '--output', 'csv');
  return text.trim().split(/\r?\n/).slice(1);
}

test('one backfill gives the book to the cent, and every row and amount is accounted for', { skip }, async (t) => {
  const lake = await InvoiceLake.create(t);
  await lake.ok('flows', 'backfill', 'invoices', ...files);
  assert.deepEqual((await lines(lake, book)).map((line) => line.split(',')), expected);
  const rows = Object.fromEntries((await lake.assertReconciled()).filter((row) => row.amount_column !== 'valor_pagamento_minimo')
    .map((row) => [row.table_name, [row.rows_read, row.rows_curated, row.amount_read, row.amount_curated].map(String)]));
  assert.deepEqual(rows.tb_faturas, ['130000', '130000', '4551889715.23', '4551889715.23']);
  assert.deepEqual(rows.tb_pagamentos, ['90774', '90774', '1589987928.47', '1589987928.47']);
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
