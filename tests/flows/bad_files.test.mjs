// SPDX-License-Identifier: Apache-2.0
// Files that cannot be taken at all: the run ends with exit code 3 and says why, nothing of it is published, the bytes
// stay in raw, and quarantine.arquivos names the file. What was published before stands.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';

import { InvoiceLake, invoice, invoiceColumns, invoices, payment, payments } from '../lib/invoices.mjs';

const good = [invoice(1), invoice(2)];
const without = (name) => invoiceColumns.filter((column) => column !== name);
const renamed = invoiceColumns.map((column) => (column === 'valor_fatura' ? 'valor_faturas' : column));

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
  'its gz is corrupt': [corrupted(gzipSync(invoices(Array.from({ length: 500 }, (_, i) => invoice(i + 1))))), [/corrupt/]],
};

function corrupted(bytes) {
  const copy = Buffer.from(bytes);
  copy.fill(0xff, 100, 140);
  return copy;
}

for (const [name, [bytes, reasons]] of Object.entries(refused)) {
  test(`a file is refused when ${name}`, async (t) => {
    const lake = await InvoiceLake.create(t);
    await lake.deliver('tb_faturas_202401.csv', bytes);
    await lake.deliver('tb_pagamentos_202401.csv', payments([payment(1)]));
    await lake.fails(3, [/tb_faturas_202401\.csv/, ...reasons], 'flows', 'run', 'invoices', '--month', '2024-01');
    const [file, ...others] = await lake.sql('select * from quarantine.arquivos');
    assert.deepEqual(others, []);
    assert.equal(file.nome, 'tb_faturas_202401.csv');
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
