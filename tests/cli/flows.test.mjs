// SPDX-License-Identifier: Apache-2.0
// The commands of `caudal flows` from a made-up lender's files to its books: what they print, refuse and leave behind.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Lake, repository } from '../lib/caudal.mjs';

async function lakeWithFlows(t) {
  return Lake.create(t, { env: { CAUDAL_FLOWS: path.join(repository, 'flows') } });
}

// A lender's files, and its manifest.
async function sample(lake, options = {}) {
  const { clients = 60, months = 3, dirty = '0', seed = 7 } = options;
  await lake.ok('sample', 'make', '--clients', clients, '--months', months, '--seed', seed, '--dirty', dirty, '--out', 'lender');
  const folder = path.join(lake.work, 'lender');
  const files = (await readdir(folder)).filter((name) => name.startsWith('tb_')).sort().map((name) => path.join(folder, name));
  return { folder, files, manifest: JSON.parse(await readFile(path.join(folder, 'esperado.json'), 'utf8')) };
}

test('list, check and show tell what the flows are, without a data directory', async (t) => {
  const lake = await lakeWithFlows(t);
  const flows = await lake.json('flows', 'list');
  assert.equal(flows.find((row) => row.flow === 'invoices').state, 'ok');
  const checked = await lake.run('flows', 'check');
  assert.match(checked.stderr, /invoices: 2 inputs, \d+ steps, nothing wrong/);
  assert.match(checked.stderr, /invoices: nobody is told of failed, late, recovered, refused by chat or email, which are not configured; set notices\.chat\.url and notices\.email\.host/);
  const heard = await lake.runWith({ env: { CAUDAL_NOTICES_CHAT_URL: 'http://127.0.0.1:9/x' } }, 'flows', 'check');
  assert.match(heard.stderr, /nobody is told of .* by email, which is not configured/);
  const steps = await lake.json('flows', 'show', 'invoices');
  assert.ok(steps.some((row) => row.kind === 'curate' && row.writes === 'curated.tb_faturas'));
  await assert.rejects(readdir(lake.data), 'looking at flows makes no data directory');
});

test('an unknown flow is refused with the nearest, and a missing folder with what to set', async (t) => {
  const lake = await lakeWithFlows(t);
  await lake.fails(2, /there is no flow 'invoces' in .*\(did you mean 'invoices'\?\)/, 'flows', 'show', 'invoces');
  await lake.fails(2, /there is no flow 'invoces' \(did you mean 'invoices'\?\); there are: .*invoices/, 'flows', 'runs', 'invoces');
  await lake.fails(2, /there is no flow 'invoces' \(did you mean 'invoices'\?\)/, 'flows', 'logs', 'invoces');
  assert.deepEqual(await lake.json('flows', 'runs', 'invoices'), [], 'a flow that never ran is known');
  const nowhere = await lake.runWith({ env: { CAUDAL_FLOWS: '/nonexistent' } }, 'flows', 'run', 'invoices', '--month', '2024-01');
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.stderr, /no flows are in \/nonexistent; set `flows` in the configuration, or CAUDAL_FLOWS/);
  const nothing = await lake.runWith({ env: { CAUDAL_FLOWS: '/nonexistent' } }, 'flows', 'check');
  assert.equal(nothing.code, 2, 'nothing that was looked at is nothing to be glad of');
  assert.match(nothing.stderr, /no flows are in \/nonexistent/);
});

test('check tells every mistake with file and line, as text and as JSON, before anything runs', async (t) => {
  const lake = await lakeWithFlows(t);
  const folder = path.join(lake.work, 'flows', 'invoices');
  await cp(path.join(repository, 'flows', 'invoices'), folder, { recursive: true });
  const yaml = await readFile(path.join(folder, 'flow.yaml'), 'utf8');
  await lake.write('flows/invoices/flow.yaml', yaml.replace('time_zone:', 'time_zoone:').replace('kind: reconcile', 'kind: reconsile'));
  const env = { CAUDAL_FLOWS: path.join(lake.work, 'flows') };
  const checked = await lake.runWith({ env }, 'flows', 'check');
  assert.equal(checked.code, 2);
  assert.match(checked.stderr, /flow\.yaml:\d+:\d+: .*time_zoone.*\(did you mean 'time_zone'\?\)/);
  assert.match(checked.stderr, /flow\.yaml:\d+:\d+: .*reconsile/);
  const rows = JSON.parse((await lake.runWith({ env }, 'flows', 'check', '--output', 'json')).stdout);
  assert.ok(rows.length >= 2 && rows.every((row) => row.line > 0 && row.mistake.length > 10));
  const ran = await lake.runWith({ env }, 'flows', 'run', 'invoices', '--month', '2024-01');
  assert.equal(ran.code, 2);
  await assert.rejects(readdir(lake.data), 'nothing was begun');
});

test('check tells mistakes in SQL with file and line, and a run begins with none', async (t) => {
  const lake = await lakeWithFlows(t);
  const folder = path.join(lake.work, 'flows', 'invoices');
  await cp(path.join(repository, 'flows', 'invoices'), folder, { recursive: true });
  const sql = await readFile(path.join(folder, 'faturas_pagas.sql'), 'utf8');
  const line = sql.split('\n').findIndex((text) => text.includes('WHERE f.data_emissao')) + 1;
  await lake.write('flows/invoices/faturas_pagas.sql', sql.replace('WHERE f.data_emissao', 'WHERE f.data_emisao'));
  const env = { CAUDAL_FLOWS: path.join(lake.work, 'flows') };
  for (const command of [['check'], ['run', 'invoices', '--month', '2024-01']]) {
    const { code, stderr } = await lake.runWith({ env }, 'flows', ...command);
    assert.equal(code, 2, stderr);
    assert.match(stderr, new RegExp(`faturas_pagas\\.sql:${line}:7: .*"data_emisao".*"data_emissao"`));
  }
  await assert.rejects(readdir(lake.data), 'nothing was begun');
});

test('a clean lender goes through to the books, and its records tell so', async (t) => {
  const lake = await lakeWithFlows(t);
  const { files, manifest } = await sample(lake);
  const steps = await lake.json('flows', 'backfill', 'invoices', ...files);
  assert.ok(steps.length > 5 && steps.every((row) => ['succeeded', 'skipped'].includes(row.state)), JSON.stringify(steps));
  for (const [table, amount] of [['tb_faturas', 'valor_fatura'], ['tb_pagamentos', 'valor_pagamento']]) {
    const csv = await lake.ok('sql', `select count(*), sum(${amount}) from curated.${table}`, '--output', 'csv');
    const { linhas, valor } = manifest.totais[table];
    assert.equal(csv.split('\n')[1], `${linhas},${valor}`);
  }
  const [run] = await lake.json('flows', 'runs');
  assert.deepEqual([run.flow, run.kind, run.state], ['invoices', 'backfill', 'succeeded']);
  assert.ok((await lake.json('flows', 'logs', 'invoices')).length > 0);
  assert.ok((await lake.json('flows', 'logs', 'invoices', run.run.slice(-6))).length > 0);
  const [reconciled] = await lake.sql('select count(*) as files, sum(case when balanced then 1 else 0 end) as balanced from caudal.reconciliation');
  assert.equal(reconciled.files, reconciled.balanced);
  assert.ok((await lake.sql('select * from refined.book_variaveis')).length >= 4);
  assert.deepEqual((await lake.json('catalog', 'databases')).map((row) => row.database), ['curated', 'quarantine', 'refined']);
});

test('a file that cannot be taken is a mistake in the command: it is named, and no run begins', async (t) => {
  const lake = await lakeWithFlows(t);
  const good = await lake.write('tb_pagamentos_202401.csv', 'id_pagamento,id_fatura,id_cliente,data_pagamento,valor_pagamento\n');
  await mkdir(path.join(lake.work, 'tb_faturas_202401.csv'));
  execFileSync('mkfifo', [path.join(lake.work, 'tb_faturas_202402.csv')]);
  const within = (name) => path.join(lake.work, name).replaceAll('.', '\\.');
  const refused = {
    'nowhere/tb_faturas_202401.csv': `cannot open ${within('nowhere/tb_faturas_202401.csv')}: No such file or directory`,
    'tb_faturas_202401.csv': `${within('tb_faturas_202401.csv')} is a folder; name a file`,
    'tb_faturas_202402.csv': `${within('tb_faturas_202402.csv')} is no regular file; name one`, // and is not waited for
    'tb_pagamentos_202401.csv/tb_faturas.csv': `cannot open ${within('tb_pagamentos_202401.csv/tb_faturas.csv')}: Not a directory`,
  };
  for (const [file, message] of Object.entries(refused)) {
    await lake.fails(2, new RegExp(`^caudal: ${message}$`, 'm'), 'flows', 'backfill', 'invoices', good, file);
  }
  await assert.rejects(readdir(lake.data), 'nothing was begun');
  await lake.fails(2, /there is no bucket .*nowhere/, 'flows', 'backfill', 'invoices', good, 's3://nowhere/tb_faturas_202401.csv');
  await lake.ok('objects', 'mb', 's3://lake');
  await lake.fails(2, /there is no object s3:\/\/lake\/tb_faturas_202401\.csv/, 'flows', 'backfill', 'invoices', 's3://lake/tb_faturas_202401.csv', good);
  assert.deepEqual(await lake.json('flows', 'runs', 'invoices'), []);
});

test('a file that may not be read is refused likewise, with what to check',
  { skip: process.getuid() === 0 ? false : 'needs root, to become another user' }, async (t) => {
    const lake = await lakeWithFlows(t);
    const file = await lake.write('tb_faturas_202401.csv', 'id_fatura\n');
    await chmod(lake.folder, 0o755);
    await chmod(file, 0o600);
    const prefix = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const { code, stderr } = await lake.runWith({ prefix }, 'flows', 'backfill', 'invoices', file);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /cannot open \S+\/tb_faturas_202401\.csv: Permission denied; check the owner and mode/);
    await assert.rejects(readdir(lake.data), 'nothing was begun');
  });

test('one month runs from where its files are waited for, and a missing file says what was expected', async (t) => {
  const lake = await lakeWithFlows(t);
  const { folder } = await sample(lake, { months: 1 });
  await lake.fails(1, /expected s3:\/\/lake\/raw\/ingestion\/tb_faturas_202301/, 'flows', 'run', 'invoices', '--month', '2023-01');
  await lake.ok('objects', 'mb', 's3://lake');
  for (const table of ['tb_faturas', 'tb_pagamentos']) {
    await lake.ok('objects', 'put', path.join(folder, `${table}_202301.csv`), 's3://lake/raw/ingestion/');
  }
  await lake.ok('flows', 'run', 'invoices', '--month', '2023-01');
  await lake.ok('flows', 'run', 'invoices', '--step', 'book', '--dt-base', '2023-02-01');
  assert.ok((await lake.sql("select * from refined.book_variaveis where dt_base = date '2023-02-01'")).length >= 4);
  assert.deepEqual((await lake.json('flows', 'runs')).map((row) => row.kind), ['step', 'month']);
});

test('dirty rows are in quarantine with their reasons, and everything is accounted for', async (t) => {
  const lake = await lakeWithFlows(t);
  const { files, manifest } = await sample(lake, { clients: 200, dirty: '5%' });
  await lake.ok('flows', 'backfill', 'invoices', ...files);
  // A file has one record for each of its amounts; rows are counted once.
  const [{ lidas, somadas }] = await lake.sql(`select sum(rows_read) as lidas,
    sum(rows_curated + rows_quarantined + rows_duplicated) as somadas from caudal.reconciliation
    where amount_column in ('valor_fatura', 'valor_pagamento')`);
  assert.equal(lidas, manifest.totais.tb_faturas.linhas + manifest.totais.tb_pagamentos.linhas);
  assert.equal(lidas, somadas);
  // Row for row what the lender's manifest says: all files at once, so orphans whose invoice comes later are curated.
  for (const row of await lake.sql(`select table_name, sum(rows_curated) as c, sum(rows_quarantined) as q,
      sum(rows_duplicated) as d from caudal.reconciliation where amount_column in ('valor_fatura', 'valor_pagamento') group by 1`)) {
    const fates = { aceita: 0, quarentena: 0, repetida: 0, curada_no_mes_seguinte: 0 };
    for (const file of manifest.arquivos.filter((one) => one.tabela === row.table_name)) {
      for (const { linhas, destino } of Object.values(file.tipos)) fates[destino] += linhas;
    }
    assert.deepEqual([row.c, row.q, row.d], [fates.aceita + fates.curada_no_mes_seguinte, fates.quarentena, fates.repetida], row.table_name);
  }
  const refused = await lake.json('flows', 'quarantine', 'invoices', '--limit', '1000000');
  assert.ok(refused.length > 20 && refused.every((row) => row._motivo.length > 3 && row._linha > 1), `${refused.length} rows`);
  const reasons = await lake.json('flows', 'quarantine', 'invoices', '--summary');
  assert.equal(reasons.reduce((sum, row) => sum + row.linhas, 0), refused.length);
});

test('rollback puts the tables back, and can itself be undone', async (t) => {
  const lake = await lakeWithFlows(t);
  const { files } = await sample(lake, { months: 2 });
  const of = (month) => files.filter((file) => file.includes(month));
  const count = async () => (await lake.sql('select count(*) as n from curated.tb_faturas'))[0].n;
  await lake.ok('flows', 'backfill', 'invoices', ...of('202301'));
  const first = await count();
  await lake.ok('flows', 'backfill', 'invoices', ...of('202302'));
  const both = await count();
  assert.ok(both > first);
  const [second, initial] = await lake.json('flows', 'runs');
  const rolled = await lake.run('flows', 'rollback', 'invoices', '--to', initial.run, '--output', 'json');
  assert.equal(rolled.code, 0, rolled.stderr);
  const moved = JSON.parse(rolled.stdout);
  const of_month = (month) => moved.find((row) => row.table === 'curated.tb_faturas' && row.partition === `ano=2023/mes=${month}`);
  // The second month's partition is there no more; the first month's was not touched, so it is not listed.
  assert.deepEqual(of_month('02'), {
    table: 'curated.tb_faturas', partition: 'ano=2023/mes=02', from_run: second.run, to_run: null, rows_before: both - first, rows: null,
  });
  assert.equal(of_month('01'), undefined);
  assert.match(rolled.stderr, new RegExp(`${moved.length} partitions of \\d+ tables as after run ${initial.run} again`));
  assert.match(rolled.stderr, new RegExp(`\`caudal flows rollback invoices --to ${second.run}\` undoes it`));
  assert.equal(await count(), first);
  const undone = await lake.json('flows', 'rollback', 'invoices', '--to', second.run);
  const back = undone.find((row) => row.table === 'curated.tb_faturas');
  assert.deepEqual([back.partition, back.to_run, back.rows_before, back.rows], ['ano=2023/mes=02', second.run, null, both - first]);
  assert.equal(await count(), both);
});

test('Ctrl-C is exit code 130, publishes nothing, and the run can be resumed', async (t) => {
  const lake = await lakeWithFlows(t);
  const { files, manifest } = await sample(lake, { clients: 3000, months: 3 });
  const running = lake.start(['flows', 'backfill', 'invoices', ...files]);
  await running.until(/raw_faturas/);
  const ended = await running.kill('SIGINT');
  if (ended.code === 0) return t.skip('the run was done before the signal came');
  assert.equal(ended.code, 130, ended.stderr);
  assert.match(ended.stderr, /`caudal flows resume invoices \d{8}T\d{6}-[0-9a-f]{6}` goes on where it stopped/);
  const published = () => lake.json('catalog', 'partitions', 'curated.tb_faturas');
  assert.deepEqual((await lake.json('catalog', 'tables')).filter((table) => table.database !== 'caudal'), [], 'not even an empty table');
  await lake.ok('flows', 'resume', 'invoices');
  assert.equal((await published()).length, 3);
  const [{ n }] = await lake.sql('select count(*) as n from curated.tb_faturas');
  assert.equal(n, manifest.totais.tb_faturas.linhas);
});

test('watch runs a month when its files come, through the inbox, and ends when told to', async (t) => {
  const lake = await lakeWithFlows(t);
  const folder = path.join(lake.work, 'flows', 'invoices');
  await cp(path.join(repository, 'flows', 'invoices'), folder, { recursive: true });
  const yaml = await readFile(path.join(folder, 'flow.yaml'), 'utf8');
  await lake.write('flows/invoices/flow.yaml', yaml.replaceAll(/settle: \S+/g, 'settle: 1s'));
  const { files } = await sample(lake, { months: 1 });
  const inbox = path.join(lake.work, 'inbox');
  for (const file of files) await cp(file, path.join(inbox, path.basename(file)));
  const running = lake.start(['flows', 'watch', '--inbox', inbox, '--poll', '1'], { env: { CAUDAL_FLOWS: path.join(lake.work, 'flows') } });
  await running.until(/run \S+ of invoices for 2023-01 succeeded/, 120_000);
  const status = await readFile(`/proc/${running.pid}/status`, 'utf8');
  t.diagnostic(`resident ${/VmRSS:\s+(\d+)/.exec(status)[1]} KiB after a run`);
  const ended = await running.kill('SIGTERM');
  assert.equal(ended.code, 0, ended.stderr);
  assert.equal((await lake.json('flows', 'runs'))[0].state, 'succeeded');
});
