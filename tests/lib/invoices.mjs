// SPDX-License-Identifier: Apache-2.0
// Deliveries of the invoice flow, written by hand in a test, and what became of them.
//
//   const lake = await InvoiceLake.create(t);
//   await lake.deliver('tb_faturas_202401.csv', invoices([invoice(1), invoice(2, { valor_fatura: 'abc' })]));
//   await lake.runMonth('2024-01');
//   await lake.quarantined('tb_faturas');   // [{ _linha: 3, _motivo: "valor_fatura: decimal invalido 'abc'", ... }]
import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { Lake, repository } from './caudal.mjs';

export const invoiceColumns = [
  'id_fatura', 'id_cliente', 'data_emissao', 'data_vencimento', 'valor_fatura', 'valor_pagamento_minimo'];
export const paymentColumns = ['id_pagamento', 'id_fatura', 'id_cliente', 'data_pagamento', 'valor_pagamento'];

// The n-th good invoice of January 2024, changed by `fields`.
export const invoice = (n, fields = {}) => ({
  id_fatura: `${n}-1`, id_cliente: `${n}`, data_emissao: '2024-01-05', data_vencimento: '2024-01-20',
  valor_fatura: `${100 + n}.50`, valor_pagamento_minimo: '15.00', ...fields });

// The payment that settles invoice n, changed by `fields`.
export const payment = (n, fields = {}) => ({
  id_pagamento: `PG-${n}-1`, id_fatura: `${n}-1`, id_cliente: `${n}`, data_pagamento: '2024-01-18',
  valor_pagamento: `${100 + n}.50`, ...fields });

// CSV text. Options: columns (their order), delimiter, newline, header (its names, when they are to differ).
export function csv(rows, columns, options = {}) {
  const { delimiter = ',', newline = '\n', header = columns } = options;
  const lines = rows.map((row) => (typeof row === 'string' ? row : columns.map((name) => row[name]).join(delimiter)));
  return [header.join(delimiter), ...lines].map((line) => line + newline).join('');
}
export const invoices = (rows, options = {}) => csv(rows, options.columns ?? invoiceColumns, options);
export const payments = (rows, options = {}) => csv(rows, options.columns ?? paymentColumns, options);

export class InvoiceLake extends Lake {
  // With the flow that ships, except that a failing step is not tried again (which waits for seconds).
  static async create(t, options = {}) {
    const lake = await Lake.create(t, options);
    Object.setPrototypeOf(lake, InvoiceLake.prototype);
    lake.flows = path.join(lake.folder, 'flows');
    lake.env.CAUDAL_FLOWS = lake.flows;
    await cp(path.join(repository, 'flows'), lake.flows, { recursive: true });
    await lake.editFlow('flow.yaml', /^retries: .*$/m, 'retries: {attempts: 1}');
    if (!options.copied) await lake.ok('objects', 'mb', 's3://lake');
    return lake;
  }

  async editFlow(file, pattern, replacement) {
    const name = path.join(this.flows, 'invoices', file);
    const text = await readFile(name, 'utf8');
    assert.match(text, pattern);
    await writeFile(name, text.replace(pattern, replacement));
  }

  // Puts a file where partners put theirs.
  async deliver(name, content) {
    const file = await this.write(path.join('delivered', `${(this.deliveries = (this.deliveries ?? 0) + 1)}`, 'file'), content);
    await this.ok('objects', 'put', file, `s3://lake/raw/ingestion/${name}`);
  }

  // A month's two files; either may be a list of rows or the bytes themselves.
  async deliverMonth(month, invoiceRows, paymentRows = []) {
    const compact = month.replace('-', '');
    await this.deliver(`tb_faturas_${compact}.csv`, Array.isArray(invoiceRows) ? invoices(invoiceRows) : invoiceRows);
    await this.deliver(`tb_pagamentos_${compact}.csv`, Array.isArray(paymentRows) ? payments(paymentRows) : paymentRows);
  }

  runMonth(month) {
    return this.ok('flows', 'run', 'invoices', '--month', month);
  }

  curated(table) {
    return this.sql(`select * from curated.${table} order by 1`);
  }

  quarantined(table) {
    return this.sql(`select * from quarantine.${table} order by _arquivo, _linha`);
  }

  // Every file's row counts and amounts close, whatever was in it.
  async assertReconciled() {
    const rows = await this.sql('select * from caudal.reconciliation');
    assert.ok(rows.length > 0, 'nothing was reconciled');
    for (const row of rows) {
      assert.equal(row.balanced, true, JSON.stringify(row));
      assert.equal(Number(row.rows_read), Number(row.rows_curated) + Number(row.rows_quarantined) + Number(row.rows_duplicated),
        JSON.stringify(row));
    }
    return rows;
  }
}
