// SPDX-License-Identifier: Apache-2.0
// Rows that a partner should not have sent: each stands in quarantine with its reason, its line and its text, the good
// rows around it are curated, and the counts close.
import assert from 'node:assert/strict';
import test from 'node:test';

import { InvoiceLake, invoice, invoices, payment, payments } from '../lib/invoices.mjs';

// Each case: rows of the invoices' file between a good first and a good last row, the reasons that their quarantine
// must show (one for each refused row, in the order of their lines), and how many of them are curated after all.
const cases = {
  'text where an amount belongs': { rows: [invoice(2, { valor_fatura: 'abc' })], reasons: [/valor_fatura: decimal invalido 'abc'/] },
  'text where an integer belongs': { rows: [invoice(2, { id_cliente: '2x' })], reasons: [/id_cliente: inteiro invalido '2x'/] },
  'an integer that does not fit': { rows: [invoice(2, { id_cliente: '99999999999' })], reasons: [/id_cliente: inteiro fora do limite de int/] },
  'a date that no calendar has': { rows: [invoice(2, { data_emissao: '2024-02-30' })], reasons: [/data_emissao: data impossivel.*'2024-02-30'/] },
  'a thirteenth month': { rows: [invoice(2, { data_vencimento: '2024-13-01' })], reasons: [/data_vencimento: data impossivel.*'2024-13-01'/] },
  'a date in the order of another file': { rows: [invoice(2, { data_emissao: '05/01/2024' })], reasons: [/data_emissao: data .*'05\/01\/2024'/] },
  'a decimal comma in a file of points': { rows: [invoice(2, { valor_fatura: '"12,34"' })], reasons: [/valor_fatura: decimal invalido '12,34'/] },
  'more digits than the cents': { rows: [invoice(2, { valor_fatura: '1.005' })], reasons: [/valor_fatura: decimal com mais de 2 casas '1.005'/] },
  'an amount that overflows': { rows: [invoice(2, { valor_fatura: '99999999999999999.99' })], reasons: [/valor_fatura: decimal fora do limite de decimal\(18,2\)/] },
  'an amount of a billion': { rows: [invoice(2, { valor_fatura: '1000000000.00' }), invoice(3, { valor_fatura: '9999999999999999.99' }), invoice(4, { valor_fatura: '999999999.99' })],
    reasons: [/valor_fatura_abaixo_de_um_bilhao/, /valor_fatura_abaixo_de_um_bilhao/], curated: 1 },
  'a negative amount': { rows: [invoice(2, { valor_fatura: '-0.01' })], reasons: [/valor_fatura_nao_negativo/] },
  'an identifier longer than any partner uses': { rows: [invoice(2, { id_fatura: 'x'.repeat(65) })], reasons: [/id_fatura_curto/] },
  'nothing in the key': { rows: [invoice(2, { id_fatura: '' })], reasons: [/id_fatura: obrigatorio, veio vazio/] },
  'too few fields': { rows: ['2-1,2,2024-01-05'], reasons: [/registro: 3 campos, esperados 6/] },
  'too many fields': { rows: ['2-1,2,2024-01-05,2024-01-20,10.00,1.00,extra'], reasons: [/registro: 7 campos, esperados 6/] },
  'a quote out of place': { rows: ['2-1,2,2024-01-05,2024-01-20,"10.00"x,1.00'], reasons: [/registro: aspas fora de lugar/] },
  'a NUL byte': { rows: [invoice(2, { id_fatura: '2\0-1' })], reasons: [/registro: byte NUL/] },
  'two things wrong in one row': {
    rows: [invoice(2, { id_cliente: 'x', valor_fatura: 'y' })],
    reasons: [/id_cliente: inteiro invalido 'x'; .*valor_fatura: decimal invalido 'y'/] },
  'a quoted line break inside a row': { rows: [invoice(2, { id_fatura: '"2\n-1"' }), invoice(3, { id_cliente: 'x' })], reasons: [/inteiro invalido 'x'/], curated: 1 },
  'a repeat that differs, inside one file': { rows: [invoice(2), invoice(2, { valor_fatura: '1.00' })], reasons: [/chave repetida/, /chave repetida/] },
};

for (const [name, { rows, reasons, curated = 0 }] of Object.entries(cases)) {
  test(name, async (t) => {
    const lake = await InvoiceLake.create(t);
    await lake.deliverMonth('2024-01', [invoice(1), ...rows, invoice(9)], [payment(1)]);
    await lake.runMonth('2024-01');
    const refused = await lake.quarantined('tb_faturas');
    assert.equal(refused.length, reasons.length, JSON.stringify(refused));
    reasons.forEach((reason, i) => assert.match(refused[i]._motivo, reason));
    for (const row of refused) {
      assert.match(String(row._arquivo), /tb_faturas_202401\.csv/);
      assert.ok(Number(row._linha) > 2 && Number(row._linha) <= 2 + rows.length + 1, `line ${row._linha}`);
      assert.ok(row._execucao, 'the run that refused it');
    }
    const good = await lake.curated('tb_faturas');
    assert.equal(good.length, 2 + curated, JSON.stringify(good));
    await lake.assertReconciled();
  });
}

test('a share paid that no column holds is NULL in both books', async (t) => {
  const lake = await InvoiceLake.create(t);
  const paid = payment(1, { valor_pagamento: '999999999.99' });
  await lake.deliverMonth('2024-01', [invoice(1, { valor_fatura: '0.01', valor_pagamento_minimo: '0.01' })], [paid]);
  await lake.runMonth('2024-01');
  const [portfolio] = await lake.sql("select percentual_valor_pago as pct, valor_total_pagamentos as pago from refined.book_variaveis where periodo = 'U1M'");
  assert.equal(portfolio.pct, null);
  assert.equal(Number(portfolio.pago), 999999999.99);
  const [client] = await lake.sql('select * from refined.book_cliente');
  const shares = Object.keys(client).filter((name) => name.startsWith('pct_fatura_paga_'));
  assert.ok(shares.length > 0);
  assert.ok(shares.every((name) => client[name] === null), 'no share is told');
});

test('a repeat that says the same is one row and no refusal', async (t) => {
  const lake = await InvoiceLake.create(t);
  await lake.deliverMonth('2024-01', [invoice(1), invoice(2), invoice(2)], [payment(1)]);
  await lake.runMonth('2024-01');
  assert.equal((await lake.curated('tb_faturas')).length, 2);
  assert.deepEqual(await lake.quarantined('tb_faturas'), []);
  const [file] = (await lake.assertReconciled()).filter((row) => row.table_name === 'tb_faturas');
  assert.equal(Number(file.rows_duplicated), 1);
});

test('a payment without its invoice waits in quarantine and leaves it when the invoice comes', async (t) => {
  const lake = await InvoiceLake.create(t);
  await lake.deliverMonth('2024-01', [invoice(1)], [payment(1), payment(7)]);
  await lake.runMonth('2024-01');
  const [orphan, ...others] = await lake.quarantined('tb_pagamentos');
  assert.deepEqual(others, []);
  assert.equal(orphan.id_pagamento, 'PG-7-1');
  assert.match(orphan._motivo, /orfao: id_fatura sem linha em tb_faturas/);
  assert.deepEqual((await lake.curated('tb_pagamentos')).map((row) => row.id_pagamento), ['PG-1-1']);

  await lake.deliverMonth('2024-02', [invoice(7, { data_emissao: '2024-02-05', data_vencimento: '2024-02-20' })], []);
  await lake.runMonth('2024-02');
  assert.deepEqual(await lake.quarantined('tb_pagamentos'), []);
  assert.deepEqual((await lake.curated('tb_pagamentos')).map((row) => row.id_pagamento), ['PG-1-1', 'PG-7-1']);
});

test('a line of 10 MB is read, and one beyond the limit is refused without losing the rest', async (t) => {
  const lake = await InvoiceLake.create(t);
  await lake.editFlow('contracts/tb_faturas.yaml', / <= 64'/, " <= 99999999'");
  const long = invoice(2, { id_fatura: 'x'.repeat(10 << 20) });
  const tooLong = invoice(3, { id_fatura: 'y'.repeat(17 << 20) });
  await lake.deliverMonth('2024-01', [invoice(1), long, tooLong, invoice(4)], [payment(1)]);
  await lake.runMonth('2024-01');
  const lengths = await lake.sql('select length(id_fatura) as n from curated.tb_faturas order by 1');
  assert.deepEqual(lengths.map((row) => Number(row.n)), [3, 3, 10 << 20]);
  const refused = await lake.sql('select _linha, _motivo from quarantine.tb_faturas');
  assert.equal(refused.length, 1);
  assert.equal(Number(refused[0]._linha), 4);
  assert.match(refused[0]._motivo, /registro: mais de 16777216 bytes/);
});

test('rules joined by and, or: rows are set aside, parts are told', async (t) => {
  const lake = await InvoiceLake.create(t);
  const contract = 'contracts/tb_faturas.yaml';
  await lake.editFlow(contract, /^rules:$/m, `rules:
  - {rule: '(ColumnValues "valor_fatura" <= 1000) or (ColumnValues "valor_pagamento_minimo" >= 100)', action: quarantine, name: minimo_das_grandes}
  - {rule: '(RowCount > 0) and ((IsUnique "id_cliente") or (Sum "valor_fatura" < 100))', action: warn, name: um_por_cliente}`);
  const large = invoice(2, { valor_fatura: '5000.00', valor_pagamento_minimo: '15.00' });
  const largeWithMinimum = invoice(3, { valor_fatura: '5000.00', valor_pagamento_minimo: '500.00' });
  await lake.deliverMonth('2024-01', [invoice(1), large, largeWithMinimum, invoice(4, { id_cliente: '1' })], [payment(1)]);
  const ran = await lake.run('flows', 'run', 'invoices', '--month', '2024-01');
  assert.equal(ran.code, 0, ran.stderr);
  const [, logs] = /1 warning; `caudal (flows logs invoices \S+)` shows it/.exec(ran.stderr) ?? assert.fail(ran.stderr);
  const warnings = (await lake.json(...logs.split(' '))).filter((line) => line.level === 'warning');
  assert.match(warnings[0].text, /\(RowCount > 0\) and .* does not hold \(measured \(3: holds\) and/);
  const refused = await lake.quarantined('tb_faturas');
  assert.deepEqual(refused.map((row) => [row.id_fatura, row._motivo]), [['2-1', 'minimo_das_grandes']]);
  assert.deepEqual((await lake.curated('tb_faturas')).map((row) => row.id_fatura), ['1-1', '3-1', '4-1']);
  const [warned] = await lake.sql("select outcome, measured, rows_total from caudal.quality where name = 'um_por_cliente'");
  assert.deepEqual([warned.outcome, warned.measured, Number(warned.rows_total)],
    ['failed', '(3: holds) and ((0.333333: fails) or (5206.00: fails): fails)', 3]);

  await lake.editFlow(contract, /\(RowCount > 0\) and /, 'RowCount > 0 and ');
  await lake.fails(2, /tb_faturas\.yaml:\d+:12: rule 'RowCount > 0 and .*', character 14: rules that are joined stand in brackets/,
    'flows', 'check', 'invoices');
});

// The same three rows in every dress that the contract accepts give the same table.
const dresses = {
  'columns in another order': (rows) => invoices(rows, { columns: ['valor_fatura', 'id_cliente', 'data_vencimento', 'id_fatura', 'valor_pagamento_minimo', 'data_emissao'] }),
  'semicolons, decimal commas and day first': (rows) => invoices(rows.map((row) => ({
    ...row, valor_fatura: row.valor_fatura.replace('.', ','), valor_pagamento_minimo: row.valor_pagamento_minimo.replace('.', ','),
    data_emissao: row.data_emissao.split('-').reverse().join('/'), data_vencimento: row.data_vencimento.split('-').reverse().join('/') })), { delimiter: ';' }),
  'CRLF': (rows) => invoices(rows, { newline: '\r\n' }),
  'a byte order mark': (rows) => '\ufeff' + invoices(rows),
  'quotes around everything': (rows) => invoices(rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, `"${v}"`])))),
  'no line break at the end': (rows) => invoices(rows).trimEnd(),
};
for (const [name, dress] of Object.entries(dresses)) {
  test(`the same rows with ${name} give the same table`, async (t) => {
    const rows = [invoice(1), invoice(2, { data_emissao: '2024-01-25', data_vencimento: '2024-01-31' }), invoice(3)];
    const lake = await InvoiceLake.create(t);
    await lake.deliverMonth('2024-01', dress(rows), payments([]));
    await lake.runMonth('2024-01');
    const table = await lake.sql(`select id_fatura, id_cliente, cast(data_emissao as varchar) as emissao,
      cast(data_vencimento as varchar) as vencimento, cast(valor_fatura as varchar) as valor from curated.tb_faturas order by 1`);
    assert.deepEqual(table.map(Object.values).map((row) => row.map(String)), rows.map((row) => [
      row.id_fatura, row.id_cliente, row.data_emissao, row.data_vencimento, row.valor_fatura]));
    assert.deepEqual(await lake.quarantined('tb_faturas'), []);
  });
}
