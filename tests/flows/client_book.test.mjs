// SPDX-License-Identifier: Apache-2.0
// The book of the client as its readers meet it: drift that is reported with the run, the data dictionary beside the
// table, and a variable that is added by a line of YAML.
import assert from 'node:assert/strict';
import test from 'node:test';

import { InvoiceLake, invoice } from '../lib/invoices.mjs';

const january = Array.from({ length: 10 }, (_, i) => invoice(i + 1, { valor_fatura: `${(i + 1) * 100}.00` }));
const february = Array.from({ length: 5 }, (_, i) => invoice(i + 1, {
  id_fatura: `${i + 1}-2`, valor_fatura: '1000.00', data_emissao: '2024-02-05', data_vencimento: '2024-02-20' }));

// Two months of a lake in which nobody pays.
async function twoMonths(t) {
  const lake = await InvoiceLake.create(t);
  await lake.deliverMonth('2024-01', january);
  await lake.runMonth('2024-01');
  await lake.deliverMonth('2024-02', february);
  await lake.runMonth('2024-02');
  return lake;
}

test('drift of each variable is its population stability index against the month before', async (t) => {
  const lake = await twoMonths(t);
  const rows = await lake.sql(`select variable, psi, level from caudal.drift
    where table_name = 'refined.book_cliente' and dt_base_before = date '2024-02-01' and dt_base = date '2024-03-01'`);
  const [{ n }] = await lake.sql(`select count(*) as n from refined.book_cliente_dicionario where variavel <> 'id_cliente'`);
  assert.equal(rows.length, Number(n), 'every variable is measured');
  // In January each of ten clients stands in a tenth of its own. In February five are in the last, and five have no
  // invoice, which is a share of its own. A share of nobody counts as 0.0001.
  const part = (current, base) => (current - base) * Math.log(current / base);
  const expected = 9 * part(0.0001, 0.1) + part(0.5, 0.1) + part(0.5, 0.0001);
  const of = (variable) => rows.find((row) => row.variable === variable);
  const shifted = of('valor_fatura_sum_u1m_sem_pagamento');
  assert.ok(Math.abs(shifted.psi - expected) < 1e-6, `${shifted.psi} is not ${expected}`);
  assert.equal(shifted.level, 'strong');
  const unmoved = of('valor_fatura_sum_u12m_pagamento_atrasado');
  assert.deepEqual([Number(unmoved.psi), unmoved.level], [0, 'stable'], 'nobody was late in either month');
  const [{ message }] = await lake.sql(`select message from caudal.steps where step like 'drift_cliente%' order by run_id desc limit 1`);
  const strong = rows.filter((row) => row.level === 'strong').length;
  assert.equal(message, `${strong} of ${rows.length} variables shifted by more than 0.25 since 2024-02-01`);
});

test('the dictionary has a row for each column of the book, and a line of YAML adds variables to both', async (t) => {
  const lake = await twoMonths(t);
  const columns = async () => (await lake.json('catalog', 'show', 'refined.book_cliente')).map((row) => row.column ?? row.name);
  const dictionary = () => lake.sql('select * from refined.book_cliente_dicionario order by posicao');
  const before = await dictionary();
  assert.ok(before.length > 500, `${before.length} variables`);
  assert.deepEqual((await columns()).filter((name) => name !== 'dt_base'), before.map((row) => row.variavel));
  const one = before.find((row) => row.variavel === 'valor_fatura_avg_u3m_pagamento_atrasado');
  assert.deepEqual([one.medida, one.agregacao, one.janela, Number(one.meses), one.valor],
    ['valor_fatura', 'avg', 'U3M', 3, 'PAGAMENTO_ATRASADO']);
  assert.match(one.descricao, /faturas pagas depois do vencimento/);

  await lake.editFlow('book_cliente.yaml', /^windows: \[U1M, /m, 'windows: [U1M, U2M, ');
  await lake.ok('flows', 'run', 'invoices', '--step', 'book', '--dt-base', '2024-03-01');
  const after = await dictionary();
  assert.equal(after.length - 1, (before.length - 1) * 6 / 5, 'one window more of five');
  assert.deepEqual((await columns()).filter((name) => name !== 'dt_base').sort(), after.map((row) => row.variavel).sort());
  const [client] = await lake.sql(`select valor_fatura_sum_u1m_sem_pagamento as u1m, valor_fatura_sum_u2m_sem_pagamento as u2m
    from refined.book_cliente where id_cliente = 3 and dt_base = date '2024-03-01'`);
  assert.deepEqual([client.u1m, client.u2m].map(Number), [1000, 1300]);
});
