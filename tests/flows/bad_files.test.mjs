// SPDX-License-Identifier: Apache-2.0
// Files that cannot be taken at all: the run ends with exit code 3 and says why, nothing of it is published, the bytes
// stay in raw, and quarantine.arquivos names the file. What was published before stands. And files of other forms, which
// are taken whole or not at all.
import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import test from 'node:test';
import { gzipSync } from 'node:zlib';

import { InvoiceLake, invoice, invoiceColumns, invoices, payment, payments } from '../lib/invoices.mjs';

const good = [invoice(1), invoice(2)];
const without = (name) => invoiceColumns.filter((column) => column !== name);
const manyInvoices = invoices(Array.from({ length: 500 }, (_, i) => invoice(i + 1)));
const renamed = invoiceColumns.map((column) => (column === 'valor_fatura' ? 'valor_faturas' : column));

// What is wrong: the file's bytes, what is said of it, and its name where that is another.
const refused = {
  'a column is missing': [invoices(good, { columns: without('valor_pagamento_minimo') }), [/missing valor_pagamento_minimo/]],
  'a column is new': [invoices(good.map((row) => ({ ...row, extra: 1 })), { columns: [...invoiceColumns, 'extra'] }), [/unexpected extra/]],
  'a column has another name': [invoices(good, { header: renamed }), [/missing valor_fatura\b/, /valor_faturas \(renamed from valor_fatura\?\)/]],
  'a column comes twice': [invoices(good, { columns: [...invoiceColumns, 'id_fatura'] }), [/repeated id_fatura/]],
  'there is not even a header': ['', [/the file is empty \(0 bytes\)/]],
  'there are only blank lines': ['\n\r\n\n', [/only blank lines/]],
  'it is UTF-16': [Buffer.from('\ufeff' + invoices(good), 'utf16le'), [/UTF-16/]],
  'it has no structure at all': [Buffer.from('hello, world\n'), [/the columns are not those of the contract tb_faturas/]],
  'its gz is cut off': [gzipSync(invoices(good)).subarray(0, -12), [/truncated/]],
  'its gz is cut off, and its name says gz': [gzipSync(manyInvoices).subarray(0, -2000), [/truncated/], 'tb_faturas_202401.csv.gz'],
  'its gz is cut off in its head': [gzipSync(invoices(good)).subarray(0, 5), [/truncated/], 'tb_faturas_202401.csv.gz'],
  'its gz is corrupt': [corrupted(gzipSync(manyInvoices)), [/corrupt/]],
};

function corrupted(bytes) {
  const copy = Buffer.from(bytes);
  copy.fill(0xff, 100, 140);
  return copy;
}

for (const [what, [bytes, reasons, name = 'tb_faturas_202401.csv']] of Object.entries(refused)) {
  test(`a file is refused when ${what}`, async (t) => {
    const lake = await InvoiceLake.create(t);
    await lake.deliver(name, bytes);
    await lake.deliver('tb_pagamentos_202401.csv', payments([payment(1)]));
    await lake.fails(3, [/tb_faturas_202401\.csv/, ...reasons], 'flows', 'run', 'invoices', '--month', '2024-01');
    const [file, ...others] = await lake.sql('select * from quarantine.arquivos');
    assert.deepEqual(others, []);
    assert.equal(file.nome, name);
    assert.equal(file.tabela, 'tb_faturas');
    for (const reason of reasons) assert.match(file._motivo, reason);
    const shown = await lake.json('flows', 'quarantine', 'invoices');
    assert.deepEqual(shown.map((row) => row._motivo), [file._motivo]);
    await assertUntouched(lake, file._arquivo, bytes);
    const tables = (await lake.sql('show tables')).filter((row) => row.database !== 'caudal');
    assert.deepEqual(tables, [{ database: 'quarantine', table: 'arquivos' }], 'no table is left behind, not even empty');
  });
}

// The refused bytes can be fetched again exactly as they came.
async function assertUntouched(lake, uri, bytes) {
  const { code, stdout } = await lake.runWith({ binaryOutput: true }, 'objects', 'get', uri, '-');
  assert.equal(code, 0);
  assert.deepEqual(Buffer.from(stdout), Buffer.from(bytes));
}

async function publishedTables(lake) {
  const databases = (await lake.json('catalog', 'databases')).map((row) => row.name ?? row.database);
  const tables = [];
  for (const database of ['curated', 'refined'].filter((name) => databases.includes(name))) {
    for (const { table, name } of await lake.json('catalog', 'tables', database)) {
      const [{ n }] = await lake.sql(`select count(*) as n from ${database}.${table ?? name}`);
      if (Number(n) > 0) tables.push(`${database}.${table ?? name}`);
    }
  }
  return tables;
}

// Text of the invoices' ids that Latin-1 writes with other bytes than UTF-8.
const accented = [invoice(1, { id_fatura: 'São João-1' }), invoice(2, { id_fatura: 'maçã-2', valor_fatura: 'três' }), invoice(3)];

test('a Latin-1 file is taken as the text that it is, in quarantine too', async (t) => {
  const lake = await InvoiceLake.create(t);
  const bytes = Buffer.from(invoices(accented), 'latin1');
  await lake.deliverMonth('2024-01', bytes, [payment(1, { id_fatura: 'São João-1' })]);
  await lake.runMonth('2024-01');
  assert.deepEqual((await lake.curated('tb_faturas')).map((row) => row.id_fatura).sort(), ['3-1', 'São João-1']);
  assert.equal((await lake.curated('tb_pagamentos')).length, 1, 'a UTF-8 file of payments finds it');
  const [row, ...others] = await lake.quarantined('tb_faturas');
  assert.deepEqual(others, []);
  assert.deepEqual([row._linha, row.id_fatura, row._motivo], [3, 'maçã-2', "valor_fatura: decimal invalido 'três'"]);
  await assertUntouched(lake, row._arquivo, bytes);
  await lake.assertReconciled();
});

test('of a Latin-1 file where UTF-8 is declared, the rows that are none are in quarantine', async (t) => {
  const lake = await InvoiceLake.create(t);
  await lake.editFlow('contracts/tb_faturas.yaml', /encoding: auto/, 'encoding: utf-8');
  await lake.deliverMonth('2024-01', Buffer.from(invoices(accented), 'latin1'));
  await lake.runMonth('2024-01');
  assert.deepEqual((await lake.curated('tb_faturas')).map((row) => row.id_fatura), ['3-1']);
  const rows = await lake.quarantined('tb_faturas');
  assert.deepEqual(rows.map((row) => row._linha), [2, 3]);
  for (const row of rows) assert.match(row._motivo, /utf-8/i);
  await lake.assertReconciled();
});

test('gz is known by its content, whatever the name, and gives what the plain file gives', async (t) => {
  const plain = await InvoiceLake.create(t);
  await plain.deliver('tb_faturas_202401.csv.gz', manyInvoices);
  await plain.deliver('tb_pagamentos_202401.csv', payments([payment(1)]));
  await plain.runMonth('2024-01');
  const packed = await InvoiceLake.create(t);
  // Two members after one another are one file, as `cat a.gz b.gz` makes it.
  const half = manyInvoices.indexOf('\n', manyInvoices.length / 2) + 1;
  await packed.deliver('tb_faturas_202401.csv.gz', Buffer.concat([gzipSync(manyInvoices.slice(0, half)), gzipSync(manyInvoices.slice(half))]));
  await packed.deliver('tb_pagamentos_202401.csv', gzipSync(payments([payment(1)])));
  await packed.runMonth('2024-01');
  const counts = (rows) => rows.map((row) => [row.table_name, row.amount_column, row.rows_read, row.rows_curated, row.amount_curated]).sort();
  const reconciled = counts(await packed.assertReconciled());
  assert.deepEqual(reconciled.map((row) => row[2]), [500, 500, 1]);
  assert.deepEqual(reconciled, counts(await plain.assertReconciled()));
  const rows = (lake) => lake.ok('sql', 'select * from curated.tb_faturas order by id_fatura', '--output', 'csv');
  assert.equal(await rows(packed), await rows(plain));
});

test('a gz that came cut off is refused, what was published stands, and the whole one is taken', async (t) => {
  const lake = await InvoiceLake.create(t);
  await lake.deliverMonth('2024-01', good, [payment(1)]);
  await lake.runMonth('2024-01');
  const before = await lake.curated('tb_faturas');
  const whole = gzipSync(manyInvoices);
  await lake.deliver('tb_faturas_202401.csv', whole.subarray(0, whole.length / 2));
  await lake.fails(3, /tb_faturas_202401\.csv.*truncated/s, 'flows', 'run', 'invoices', '--month', '2024-01');
  assert.deepEqual(await lake.curated('tb_faturas'), before, 'not even the rows that could be read');
  assert.deepEqual(await lake.quarantined('tb_faturas'), []);
  await lake.deliver('tb_faturas_202401.csv', whole);
  await lake.runMonth('2024-01');
  assert.equal((await lake.curated('tb_faturas')).length, 500);
});

test('a file that is still being written is not taken before it has settled', async (t) => {
  const lake = await InvoiceLake.create(t);
  await lake.editFlow('flow.yaml', /deadline: .*$/gm, '$&\n    settle: 3s');
  const file = await lake.write('inbox/tb_faturas_202401.csv', invoices([]));
  await lake.write('inbox/tb_pagamentos_202401.csv', payments([payment(1)]));
  const watch = lake.start(['flows', 'watch', '--poll', '1', '--inbox', 'inbox']);
  // Rows in two halves, for as long as a file beside it needs to settle: whatever is taken too early is no whole file.
  let settled = false;
  const beside = watch.until(/taken from the inbox: tb_pagamentos_202401\.csv/).finally(() => (settled = true));
  let rows = 0;
  while (!settled) {
    const [, row] = invoices([invoice(++rows)]).split('\n');
    await appendFile(file, row.slice(0, row.length / 2));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await appendFile(file, row.slice(row.length / 2) + '\n');
  }
  await beside;
  assert.doesNotMatch(watch.stderr, /tb_faturas_202401\.csv/);
  await watch.until(/run \S+ of invoices for 2024-01 succeeded/, 60_000);
  assert.equal((await watch.kill('SIGTERM')).code, 0);
  assert.deepEqual((await lake.json('flows', 'runs', 'invoices')).map((run) => run.state), ['succeeded']);
  assert.equal((await lake.curated('tb_faturas')).length, rows);
  assert.deepEqual(await lake.quarantined('tb_faturas'), []);
});

test('a file that came cut off within a row has that row in quarantine, and is taken when it comes whole', async (t) => {
  const lake = await InvoiceLake.create(t);
  const text = invoices([...good, invoice(3)]);
  await lake.deliverMonth('2024-01', text.slice(0, text.lastIndexOf('2024-01-20') + 4), [payment(1)]);
  await lake.runMonth('2024-01');
  assert.equal((await lake.curated('tb_faturas')).length, 2);
  const refusedRows = await lake.quarantined('tb_faturas');
  assert.deepEqual(refusedRows.map((row) => [row._linha, row._motivo, row._registro]), [[4, 'registro: 4 campos, esperados 6', '3-1,3,2024-01-05,2024']]);
  await lake.deliverMonth('2024-01', text, [payment(1)]);
  await lake.runMonth('2024-01');
  assert.equal((await lake.curated('tb_faturas')).length, 3);
  assert.deepEqual(await lake.quarantined('tb_faturas'), refusedRows, 'what was wrong with the first file stays on record');
  await lake.assertReconciled();
});

test('a header without rows is a month without invoices, not an error', async (t) => {
  const lake = await InvoiceLake.create(t);
  await lake.deliverMonth('2024-01', good, []);
  await lake.runMonth('2024-01');
  assert.deepEqual(await lake.curated('tb_pagamentos'), []);
  assert.equal((await lake.curated('tb_faturas')).length, 2);
});

test('a refused file leaves what was published before, and the corrected file is taken', async (t) => {
  const lake = await InvoiceLake.create(t);
  await lake.deliverMonth('2024-01', good, [payment(1)]);
  await lake.runMonth('2024-01');
  const before = await lake.curated('tb_faturas');
  await lake.deliver('tb_faturas_202401.csv', invoices(good, { columns: without('valor_fatura') }));
  await lake.fails(3, /missing valor_fatura/, 'flows', 'run', 'invoices', '--month', '2024-01');
  assert.deepEqual(await lake.curated('tb_faturas'), before);
  await lake.deliver('tb_faturas_202401.csv', invoices([...good, invoice(3)]));
  await lake.runMonth('2024-01');
  assert.equal((await lake.curated('tb_faturas')).length, 3);
});

test('rows of another month than the name says are taken and reported', async (t) => {
  const lake = await InvoiceLake.create(t);
  const late = invoice(3, { data_emissao: '2023-12-28', data_vencimento: '2024-01-10' });
  await lake.deliverMonth('2024-01', [...good, late], [payment(1)]);
  await lake.runMonth('2024-01');
  const months = await lake.sql('select ano, mes, count(*) as n from curated.tb_faturas group by 1, 2 order by 1, 2');
  assert.deepEqual(months.map((row) => [row.ano, row.mes, row.n].map(Number)), [[2023, 12, 1], [2024, 1, 2]]);
  const logged = (await lake.json('flows', 'logs', 'invoices')).filter((line) => line.step === 'faturas');
  assert.ok(logged.some((line) => line.text.includes("3 rows read, 3 curated, 0 quarantined, 0 repeats; 1 of another month than their file's")),
    JSON.stringify(logged));
});

for (const name of ['../tb_faturas_202401.csv', 'tb_faturas_2024\n01.csv', 'tb_faturas_202413.csv', 'faturas.csv', `tb_faturas_${'x'.repeat(300)}.csv`]) {
  test(`a file named ${JSON.stringify(name).slice(0, 40)} is not taken`, async (t) => {
    const lake = await InvoiceLake.create(t);
    const file = await lake.write('file.csv', invoices(good));
    const put = await lake.run('objects', 'put', file, `s3://lake/raw/ingestion/${name}`);
    assert.ok([0, 1, 2].includes(put.code), put.stderr);
    const run = await lake.run('flows', 'run', 'invoices', '--month', '2024-01');
    assert.notEqual(run.code, 0);
    assert.match(run.stderr, /tb_faturas_202401\.csv/);
    assert.deepEqual(await publishedTables(lake), []);
  });
}

test('a month that nobody delivered is an error that says how to deliver it', async (t) => {
  const lake = await InvoiceLake.create(t);
  await lake.fails(1, /the file of tb_faturas for 2024-01 is not there: expected .*tb_faturas_202401\.csv/,
    'flows', 'run', 'invoices', '--month', '2024-01');
});
