// SPDX-License-Identifier: Apache-2.0
// The 13 months of a card issuer, and what is true of them. The files are not in the repository; CAUDAL_REAL_DATA says
// where they are.
import { existsSync } from 'node:fs';
import path from 'node:path';

import { repository } from './caudal.mjs';

export const folder = process.env.CAUDAL_REAL_DATA ?? path.join(repository, '../shared/data/pod_cartoes');
// For the option `skip` of a test.
export const skip = existsSync(path.join(folder, 'tb_faturas.csv')) ? false : `no files in ${folder} (CAUDAL_REAL_DATA names another folder)`;
export const files = ['tb_faturas', 'tb_pagamentos'].map((table) => path.join(folder, `${table}.csv`));

// Rows and the sum of their amounts; none is refused and none repeated.
export const totals = { tb_faturas: ['130000', '4551889715.23'], tb_pagamentos: ['90774', '1589987928.47'] };

// The book of the portfolio for 2024-02-01, the last reference date.
export const bookColumns = ['periodo', 'total_faturas', 'valor_total_faturas', 'percentual_pagamento_prazo', 'percentual_inadimplencia',
  'total_atrasos', 'media_dias_atraso', 'max_dias_atraso', 'valor_inadimplente', 'percentual_valor_pago', 'total_pagamentos',
  'valor_total_pagamentos'];
export const book = [
  ['U1M', '10000', '351003527.73', '29.730000', '41.120000', '7027', '17.418244', '22', '143617679.21', '29.305540', '7001', '122458498.31'],
  ['U3M', '30000', '1055799890.52', '29.763333', '33.580000', '21071', '30.806084', '83', '355486879.98', '33.143129', '21057', '370399905.20'],
  ['U6M', '60000', '2103215380.86', '29.786667', '31.585000', '42128', '50.147645', '175', '665536146.68', '34.222721', '42171', '739990921.22'],
  ['U12M', '120000', '4202250501.78', '29.784167', '30.989167', '84259', '90.451702', '356', '1300833005.81', '34.577913', '83895', '1471905078.56'],
];
