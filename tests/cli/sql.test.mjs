// SPDX-License-Identifier: Apache-2.0
// `caudal sql` and `caudal doctor` as a user meets them.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Lake } from '../lib/caudal.mjs';

test('answers as a table, CSV or JSON, with decimals exact and NULL told from empty', async (t) => {
  const lake = await Lake.create(t);
  const statement = `select cast(4551889715.23 as decimal(18,2)) as valor, '' as vazio, null as nulo, true as pago,
    cast('99999999999999999999999999999999999.999' as decimal(38,3)) as grande, 'São Paulo' as cidade`;
  assert.equal(await lake.ok('sql', statement, '--output', 'csv'),
    'valor,vazio,nulo,pago,grande,cidade\n4551889715.23,"",,true,99999999999999999999999999999999999.999,São Paulo\n');
  assert.equal(await lake.ok('sql', statement, '--output', 'json'),
    '[\n {"valor": 4551889715.23, "vazio": "", "nulo": null, "pago": true, "grande": 99999999999999999999999999999999999.999, "cidade": "São Paulo"}\n]\n');
  const table = (await lake.ok('sql', statement)).split('\n');
  assert.match(table[0], /^ +valor  vazio  nulo  pago +grande  cidade$/);
  assert.match(table[1], /^4551889715\.23 {2,}true  9+\.999  São Paulo$/);
});

test('takes the statement from standard input, and writes to a file that appears when complete', async (t) => {
  const lake = await Lake.create(t);
  const piped = await lake.runWith({ input: 'select 6 * 7 as answer' }, 'sql', '--output', 'csv');
  assert.equal(piped.stdout, 'answer\n42\n');
  await lake.ok('sql', 'select 1 as one', '--output', 'csv', '--file', 'one.csv');
  assert.equal(await readFile(path.join(lake.work, 'one.csv'), 'utf8'), 'one\n1\n');
  await lake.fails(1, /Conversion Error/, 'sql', "select cast(x as int) from (values ('1'), ('b')) t(x)", '--file', 'one.csv');
  assert.equal(await readFile(path.join(lake.work, 'one.csv'), 'utf8'), 'one\n1\n');
});

test('a result of any size streams', async (t) => {
  const lake = await Lake.create(t);
  const csv = await lake.ok('sql', 'select i from range(300000) r(i) order by i', '--output', 'csv');
  assert.equal(csv.length, [...Array(300000).keys()].join('\n').length + 'i\n\n'.length);
  assert.ok(csv.endsWith('\n299999\n'));
});

test('says what is wrong with a statement, with exit code 2', async (t) => {
  const lake = await Lake.create(t);
  await lake.fails(2, [/syntax error/, /\^/], 'sql', 'selec 1');
  await lake.fails(1, /curated/, 'sql', 'select * from curated.tb_faturas');
  await lake.fails(2, /only SELECT/, 'sql', 'create table x (a int)');
});

test('reaches nothing outside the lake', async (t) => {
  const lake = await Lake.create(t);
  const secret = path.join(lake.folder, 'secret.csv');
  await writeFile(secret, 'a\nsecret\n');
  for (const statement of [
    `select * from read_csv('${secret}')`, `select * from '${secret}'`, `copy (select 1) to '${lake.folder}/out.csv'`,
    `attach '${lake.folder}/x.db'`, 'install httpfs', "set threads = 1", "pragma database_list", `select * from glob('${lake.folder}/*')`,
    "select getenv('HOME')", 'select 1; select 2']) {
    const { code, stdout, stderr } = await lake.run('sql', statement);
    assert.notEqual(code, 0, `${statement} was run: ${stdout}`);
    assert.ok(!stdout.includes('secret'), statement);
    assert.match(stderr, /^caudal: /);
  }
});

test('Ctrl-C ends a long query with exit code 130', async (t) => {
  const lake = await Lake.create(t);
  const running = lake.start(['sql', 'select count(*) from range(10000000000) a(i), range(1000) b(j) where i * j % 7 = 3']);
  const lock = path.join(lake.data, 'LOCK');
  while ((await readFile(lock, 'utf8').catch(() => '')).trim() !== String(running.pid)) await new Promise((resolve) => setTimeout(resolve, 5));
  const ended = await running.kill('SIGINT');
  assert.equal(ended.code, 130, ended.stderr);
  assert.equal(ended.stdout, '');
});

test('SHOW tells of the catalog, and what would not is refused with what does', async (t) => {
  const lake = await Lake.create(t);
  assert.ok((await lake.sql('show databases')).some((row) => row.database === 'caudal'));
  assert.ok((await lake.sql('SHOW TABLES IN caudal')).some((row) => row.table === 'runs'));
  assert.deepEqual(await lake.sql("show tables in caudal like 'run*|ste*'"), [
    { database: 'caudal', table: 'runs' },
    { database: 'caudal', table: 'steps' },
  ]);
  assert.ok((await lake.sql('show columns in caudal.runs')).some((row) => row.field === 'run_id'));
  await lake.fails(2, /\* for any characters, as in Athena, not %: write 'run\*'/, 'sql', "show tables like 'run%'");
  await lake.fails(2, /caudal\.runs is not partitioned/, 'sql', 'show partitions caudal.runs');
  await lake.fails(2, /information_schema shows nothing of the catalog; SHOW DATABASES/, 'sql', 'select * from information_schema.tables');
});

test('doctor shows what is in effect and where it came from', async (t) => {
  const lake = await Lake.create(t);
  const before = await lake.json('doctor');
  assert.match(before.find((row) => row.check === 'data format').detail, /none yet/);
  await lake.ok('objects', 'mb', 's3://lake');
  await lake.write('caudal.yaml', 'threads: 2\nnotices: {email: {password: hunter2}}\n');
  const result = await lake.runWith({ env: { CAUDAL_MEMORY_LIMIT: '1GB' } }, 'doctor', '--deep', '--output', 'json');
  assert.equal(result.code, 0, result.stderr);
  const rows = new Map(JSON.parse(result.stdout).map((row) => [row.check, row]));
  assert.equal(rows.get('setting threads').detail, '2 (caudal.yaml:1:10)');
  assert.equal(rows.get('setting memory_limit').detail, '1GB (CAUDAL_MEMORY_LIMIT)');
  assert.match(rows.get('memory').detail, /^953 MiB for a query or a step, of \d+ MiB$/);
  assert.equal(rows.get('setting data').detail, `${lake.data} (--data)`);
  assert.match(rows.get('version').detail, /DuckDB v1\.\d+\.\d+, RocksDB \d/);
  assert.equal(rows.get('data format').detail, 'caudal data directory, format 1');
  for (const check of ['lock', 'catalog', 'staged', 'sql', 'bodies', 'time zones']) assert.equal(rows.get(check).state, 'ok', check);
  assert.ok(!result.stdout.includes('hunter2'));
});

test('doctor finds a damaged object, with exit code 1', async (t) => {
  const lake = await Lake.create(t);
  await lake.ok('objects', 'mb', 's3://lake');
  await lake.ok('objects', 'put', await lake.write('big', Buffer.alloc(100_000, 'x')), 's3://lake/big');
  const { readdir } = await import('node:fs/promises');
  const blobs = (await readdir(path.join(lake.data, 'blobs'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  assert.equal(blobs.length, 1);
  await writeFile(path.join(blobs[0].parentPath ?? blobs[0].path, blobs[0].name), Buffer.alloc(100_000, 'y'));
  await lake.ok('doctor');
  const { stdout } = await lake.fails(1, /1 problem found/, 'doctor', '--deep');
  assert.match(stdout, /bodies +problem +1 of 1 objects are damaged: s3:\/\/lake\/big is not what was written/);
});
