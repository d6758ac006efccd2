// SPDX-License-Identifier: Apache-2.0
// What `make demo` and `make demo DATA=folder` run: on a lender that is invented, on two files of many months, and on
// the real files where they are. What is shown is what is in the files, to the cent, and what it says to type works.
import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';

import { Running, binary, repository, temporaryFolder } from '../lib/caudal.mjs';
import * as real from '../lib/real_files.mjs';

// Runs tools/demo with `args` in a folder of its own; answers its end, and that folder.
async function demo(t, args, environment = {}) {
  const folder = await temporaryFolder(t);
  const env = { ...process.env, CAUDAL_BINARY: binary, CAUDAL_DEMO: path.join(folder, 'demo'), NO_COLOR: '1', ...environment };
  return { folder, ...(await new Running(path.join(repository, 'tools/demo'), args, { env, cwd: environment.cwd ?? folder }).ended) };
}

// The rows of the table below the line that begins with `title`.
function shown(stdout, title) {
  const lines = stdout.slice(stdout.indexOf(`\n${title}`) + 1).split('\n').slice(1);
  const [header, ...rows] = lines.slice(0, lines.indexOf('')).map((line) => line.trim().split(/ {2,}/));
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

const cents = (text) => BigInt(Math.round(Number(text) * 100));
const money = (amount) => `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`;
const sum = (rows, value) => rows.reduce((total, row) => total + value(row), 0n);
// `factor` times a over b, rounded half up at the sixth place.
function share(a, b, factor) {
  const scaled = (2n * factor * 1_000_000n * BigInt(a) + BigInt(b)) / (2n * BigInt(b));
  return `${scaled / 1_000_000n}.${String(scaled % 1_000_000n).padStart(6, '0')}`;
}

// The rows of a lender's files of one table, each as an object, and their header.
async function read(folder, table) {
  const names = (await readdir(folder)).filter((name) => name.startsWith(table)).sort();
  const files = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  const header = files[0].split('\n', 1)[0];
  const rows = files.flatMap((text) => text.trimEnd().split('\n').slice(1));
  const named = rows.map((row) => Object.fromEntries(row.split(',').map((value, i) => [header.split(',')[i], value])));
  return { header, rows, named };
}

// The book's row of `months` before dtBase, worked out here from the files' rows.
function bookRow(periodo, months, dtBase, invoices, payments) {
  const begin = new Date(Date.parse(dtBase));
  begin.setUTCMonth(begin.getUTCMonth() - months);
  const of = new Map();
  for (const row of payments.filter(({ data_pagamento }) => data_pagamento < dtBase)) of.set(row.id_fatura, [...(of.get(row.id_fatura) ?? []), row]);
  const taken = invoices.filter((row) => row.data_emissao >= begin.toISOString().slice(0, 10) && row.data_emissao < dtBase)
    .map((row) => {
      const paid = of.get(row.id_fatura) ?? [];
      const first = paid.map((payment) => payment.data_pagamento).sort()[0];
      const days = Math.max(0, (Date.parse(first ?? dtBase) - Date.parse(row.data_vencimento)) / 86_400_000);
      return { ...row, first, days, value: cents(row.valor_fatura), paid: sum(paid, (payment) => cents(payment.valor_pagamento)) };
    });
  const unpaid = taken.filter((row) => !row.first && row.data_vencimento < dtBase);
  const late = taken.filter((row) => row.days > 0);
  const value = sum(taken, (row) => row.value);
  return {
    periodo, total_faturas: String(taken.length), valor_total_faturas: money(value),
    percentual_pagamento_prazo: share(taken.filter((row) => row.first <= row.data_vencimento).length, taken.length, 100n),
    percentual_inadimplencia: share(unpaid.length, taken.length, 100n), total_atrasos: String(late.length),
    media_dias_atraso: share(sum(late, (row) => BigInt(row.days)), late.length, 1n),
    valor_inadimplente: money(sum(unpaid, (row) => row.value)), percentual_valor_pago: share(sum(taken, (row) => row.paid), value, 100n) };
}

test('the demonstration shows reconciled tables and the book, of an invented lender', async (t) => {
  const { code, stdout, stderr } = await demo(t, [], { CAUDAL_DEMO_CLIENTS: '60' });
  assert.equal(code, 0, stdout + stderr);
  for (const table of ['tb_faturas', 'tb_pagamentos']) assert.match(stdout, new RegExp(`${table}.* true`));
  for (const period of ['U1M', 'U3M', 'U6M', 'U12M']) assert.match(stdout, new RegExp(`^ *${period}`, 'm'));
  assert.match(stdout, /caudal flows quarantine invoices/);
});

test('a folder with two files of many months is shown to the cent, and what it says to type works', async (t) => {
  const folder = await temporaryFolder(t);
  const lender = path.join(folder, 'lender');
  const made = await new Running(binary, ['sample', 'make', '--clients', 40, '--months', 13, '--seed', 5, '--dirty', 0, '--out', lender], { cwd: folder }).ended;
  assert.equal(made.code, 0, made.stderr);
  const invoices = await read(lender, 'tb_faturas');
  const payments = await read(lender, 'tb_pagamentos');
  // One row that cannot be read, one that comes twice, and a payment of nothing.
  const spoiled = ['ruim-1,1,2023-05-05,2023-05-15,abc,1.00', invoices.rows[0]];
  const orphan = 'PG-ruim,nenhuma-1,1,2023-05-05,10.00';
  const bytes = ({ header, rows }, more) => [header, ...rows, ...more, ''].join('\n');
  await writeFile(path.join(folder, 'tb_faturas.csv'), bytes(invoices, spoiled));
  await writeFile(path.join(folder, 'tb_pagamentos.csv'), bytes(payments, [orphan]));

  const { code, stdout, stderr, folder: own } = await demo(t, ['.'], { cwd: folder });
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /Its 2 files become tables/);
  const [invoiced, paid] = [sum(invoices.named, (row) => cents(row.valor_fatura)), sum(payments.named, (row) => cents(row.valor_pagamento))];
  assert.deepEqual(shown(stdout, 'Every row is accounted for'), [
    { table_name: 'tb_faturas', read: String(invoices.rows.length + 2), curated: String(invoices.rows.length), quarantined: '1', repeated: '1',
      amount_read: money(invoiced + cents(invoices.named[0].valor_fatura)), amount_curated: money(invoiced), balanced: 'true' },
    { table_name: 'tb_pagamentos', read: String(payments.rows.length + 1), curated: String(payments.rows.length), quarantined: '1', repeated: '0',
      amount_read: money(paid + 1000n), amount_curated: money(paid), balanced: 'true' }]);
  assert.deepEqual(shown(stdout, 'Why rows are in quarantine'), [
    { _motivo: 'orfao: id_fatura sem linha em tb_faturas', n: '1' }, { _motivo: "valor_fatura: decimal invalido 'abc'", n: '1' }]);
  const windows = { U1M: 1, U3M: 3, U6M: 6, U12M: 12 };
  assert.deepEqual(shown(stdout, 'The book of the portfolio'),
    Object.entries(windows).map(([periodo, months]) => bookRow(periodo, months, '2024-02-01', invoices.named, payments.named)));

  const [setting, ...commands] = stdout.slice(stdout.indexOf('\nWhat to type next')).trim().split('\n').slice(1);
  assert.equal(commands.length, 4);
  for (const command of commands) {
    const typed = await new Running('bash', ['-c', `${setting}\n${command.split(/ {2,}/)[0]}`], { cwd: repository, env: { PATH: process.env.PATH } }).ended;
    assert.equal(typed.code, 0, `${command}\n${typed.stderr}`);
    assert.ok(typed.stdout.trim().split('\n').length > 1, `${command} shows nothing`);
  }
  assert.deepEqual(await readdir(own), ['demo'], 'nothing is made elsewhere');
});

test('the real files are shown to the cent', { skip: real.skip }, async (t) => {
  const { code, stdout, stderr } = await demo(t, [real.folder]);
  assert.equal(code, 0, stdout + stderr);
  assert.deepEqual(shown(stdout, 'Every row is accounted for'), Object.entries(real.totals).map(([table_name, [rows, amount]]) => ({
    table_name, read: rows, curated: rows, quarantined: '0', repeated: '0', amount_read: amount, amount_curated: amount, balanced: 'true' })));
  assert.deepEqual(shown(stdout, 'Why rows are in quarantine'), []);
  const rows = shown(stdout, 'The book of the portfolio');
  assert.ok(Object.keys(rows[0]).length > 8);
  const expected = real.book.map((row) => Object.fromEntries(real.bookColumns.map((name, i) => [name, row[i]])));
  assert.deepEqual(rows, expected.map((row) => Object.fromEntries(Object.keys(rows[0]).map((name) => [name, row[name]]))));
});

test('make hands over the folder that is given, whatever its name, and none when none is given', async () => {
  const recipe = async (...args) => (await new Running('make', ['--dry-run', '--no-print-directory', ...args], { cwd: repository, env: { PATH: process.env.PATH } }).ended).stdout.trimEnd().split('\n');
  assert.equal((await recipe('demo')).at(-1).trim(), 'tools/demo');
  const given = await recipe('demo', 'DATA=../two files');
  assert.equal(given.at(-1), 'tools/demo "../two files"');
  assert.ok(given.some((line) => /--target caudal$/.test(line)), 'after the binary is built');
});

test('a folder that is not there is a usage error, and so is one without files', async (t) => {
  const missing = await demo(t, ['nowhere']);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /no folder nowhere/);
  const empty = await demo(t, ['.']);
  assert.equal(empty.code, 2);
  assert.match(empty.stderr, /no tb_faturas\*\.csv or tb_pagamentos\*\.csv in /);
});
