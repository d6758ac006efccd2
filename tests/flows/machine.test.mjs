// SPDX-License-Identifier: Apache-2.0
// What the machine does to a run: a disk that fills, a folder that may not be written, Ctrl-C, a second process, kill.
// Afterwards the lake shows the state before the run or the state after it, and the run can be resumed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';

import { binary, randomFrom, seedFor } from '../lib/caudal.mjs';
import { InvoiceLake, invoice, payment } from '../lib/invoices.mjs';

const isRoot = process.getuid() === 0;
const canMount = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;
const many = (n) => Array.from({ length: n }, (_, i) => invoice(i + 1));
const manyPayments = (n) => Array.from({ length: n }, (_, i) => payment(i + 1));

async function deliveredLake(t, rows = 3000) {
  const lake = await InvoiceLake.create(t);
  await lake.deliverMonth('2024-01', many(rows), manyPayments(rows));
  return lake;
}

// Everything that the month's run is to produce, as text.
async function content(lake) {
  const tables = ['curated.tb_faturas', 'curated.tb_pagamentos', 'refined.book_variaveis', 'refined.book_cliente'];
  const rows = [];
  for (const table of tables) rows.push(await lake.ok('sql', `select * from ${table} order by all`, '--output', 'csv'));
  return rows;
}

async function tableExists(lake, table) {
  return (await lake.run('sql', `select count(*) from ${table}`)).code === 0;
}

test('a second process is refused and told who holds the data directory', async (t) => {
  const lake = await deliveredLake(t, 10);
  const watch = lake.start(['flows', 'watch']);
  await watch.until(/watch/i);
  await lake.fails(1, new RegExp(`\\b${watch.pid}\\b`), 'flows', 'run', 'invoices', '--month', '2024-01');
  await watch.kill('SIGTERM');
  await lake.runMonth('2024-01');
});

test('Ctrl-C ends a run with 130, publishes nothing, and the run can be resumed', async (t) => {
  const lake = await deliveredLake(t, 200_000);
  const run = lake.start(['flows', 'run', 'invoices', '--month', '2024-01']);
  await run.until(/curate|curad/i);
  const { code, stderr } = await run.kill('SIGINT');
  assert.equal(code, 130, stderr);
  assert.ok(!(await tableExists(lake, 'refined.book_variaveis')), 'nothing is published');
  const [{ run: id, state }] = await lake.json('flows', 'runs', 'invoices');
  assert.equal(state, 'cancelled');
  await lake.ok('flows', 'resume', 'invoices', id);
  const [{ n }] = await lake.sql('select count(*) as n from curated.tb_faturas');
  assert.equal(Number(n), 200_000);
});

test('a run that is killed at any moment resumes to what an undisturbed run gives', async (t) => {
  const random = randomFrom(seedFor(t));
  const lake = await deliveredLake(t);
  const undisturbed = await lake.copy();
  const started = Date.now();
  await undisturbed.runMonth('2024-01');
  const duration = Date.now() - started;
  const expected = await content(undisturbed);
  for (let kill = 0; kill < 12; ++kill) {
    const victim = await lake.copy();
    const run = victim.start(['flows', 'run', 'invoices', '--month', '2024-01']);
    await new Promise((resolve) => setTimeout(resolve, random() * duration));
    await run.kill('SIGKILL');
    const [last] = (await victim.run('flows', 'runs', 'invoices', '--output', 'json')).code === 0 ? await victim.json('flows', 'runs', 'invoices') : [];
    if (!last) {
      await victim.runMonth('2024-01'); // killed before the run was on record
    } else if (last.state !== 'succeeded') {
      assert.equal(last.state, 'interrupted');
      await victim.ok('flows', 'resume', 'invoices', last.run);
    }
    assert.deepEqual(await content(victim), expected, `kill ${kill}`);
  }
});

test('a disk that fills stops the run with a message, and the run resumes when there is room',
  { skip: canMount ? false : 'needs root and mount namespaces, to mount a small file system' }, async (t) => {
    // Numbers without a pattern, so that the tables do not shrink to nothing as Parquet.
    const lake = await InvoiceLake.create(t);
    const rows = Array.from({ length: 60_000 }, (_, i) => i * 7_919_999 % 1_000_003 + 1);
    await lake.deliverMonth('2024-01', rows.map((n) => invoice(n)), rows.map((n) => payment(n)));
    const folder = path.join(lake.folder, 'small');
    await mkdir(folder);
    // The script runs in a mount namespace of its own; $small becomes a file system with `kilobytes` of room that holds a copy of the data directory.
    const inSmall = (kilobytes, script) => spawnSync('unshare', ['-m', 'sh', '-c', `
      mount -t tmpfs -o size=${kilobytes}k tmpfs "$small" && cp -a "$data/." "$small/" || exit 99
      ${script}`], { env: { ...lake.env, small: folder, data: lake.data, caudal: binary }, cwd: lake.work, encoding: 'utf8' });
    const run = '"$caudal" --data "$small" flows run invoices --month 2024-01';
    const used = 'du -sk "$small" | cut -f1';
    // What an undisturbed run adds, so that the small disk fills in the middle whatever the formats need today.
    const undisturbed = inSmall(2 << 20, `${used}; ${run} >/dev/null || exit 98; ${used}`);
    assert.equal(undisturbed.status, 0, undisturbed.stderr);
    const [before, after] = undisturbed.stdout.trim().split('\n').map(Number);
    t.diagnostic(`the run adds ${after - before} KiB to ${before}`);
    const result = inSmall(Math.round((before + after) / 2), `
      ${run}
      code=$?
      mount -o remount,size=2g "$small" || exit 97
      runs=$("$caudal" --data "$small" flows runs invoices --output json)
      printf '%s\\n' "$runs"
      "$caudal" --data "$small" flows resume invoices "$(printf '%s' "$runs" | "${process.execPath}" -p 'JSON.parse(require("fs").readFileSync(0))[0].run')" >&2 || exit 96
      "$caudal" --data "$small" sql 'select count(*) as n from curated.tb_faturas' --output csv
      exit $code`);
    assert.equal(result.status, 1, `${result.stdout}\n${result.stderr}`);
    assert.match(result.stderr, /no space|space left|disk is full/i);
    // A disk without a byte left keeps the run from recording its own end: the next command finds it interrupted.
    assert.match(result.stdout, /"state": "(failed|interrupted)"/);
    assert.match(result.stdout, /^n\n60000$/m);
  });

test('a data directory that may not be written is named, with what to do',
  { skip: isRoot ? false : 'needs root, to become another user' }, async (t) => {
    const lake = await deliveredLake(t, 10);
    await chmod(lake.folder, 0o755);
    await chmod(lake.data, 0o755);
    await chown(lake.work, 65534, 65534);
    const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const result = await lake.runWith({ prefix: asNobody }, 'flows', 'run', 'invoices', '--month', '2024-01');
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stderr, /permission/i);
    assert.ok(result.stderr.includes(lake.data), result.stderr);
  });
