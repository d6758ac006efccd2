// SPDX-License-Identifier: Apache-2.0
// What a person meets first: help, mistyped commands, exit codes, configuration, pipes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Lake, binary, repository } from '../lib/caudal.mjs';

test('without arguments it shows three commands to try first', async (t) => {
  const lake = await Lake.create(t);
  const { code, stdout, stderr } = await lake.runWith({ noData: true });
  assert.equal(code, 0);
  assert.match(stdout, /Try first:\n(  caudal .*\n){3}/);
  assert.equal(stderr, '');
  // As a shell reads them, each without what it is for.
  const commands = stdout.match(/^  caudal .*$/gm).map((line) => line.trim().replace(/ {2,}.*$/, ''));
  const shell = spawnSync('sh', ['-ec', commands.join('\n')], { cwd: lake.work, encoding: 'utf8', env: {
    ...lake.env, PATH: `${path.dirname(binary)}:${process.env.PATH}`, CAUDAL_DATA: lake.data, CAUDAL_FLOWS: path.join(repository, 'flows') } });
  assert.equal(shell.status, 0, shell.stderr);
  assert.match(shell.stdout, /U12M/);
});

test('the version starts in under 50 ms', async (t) => {
  const lake = await Lake.create(t);
  assert.match(await lake.ok('version'), /^caudal \d+\.\d+\.\d+\n$/);
  // Processor time, and the least of many: how busy the machine is must not decide a test.
  const times = [];
  for (let round = 0; round < 15; ++round) {
    const ran = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S %R"; time "$0" version', binary], { encoding: 'utf8' });
    const [user, system, real] = ran.stderr.trim().split(' ').map(Number);
    times.push({ used: (user + system) * 1000, real: real * 1000 });
  }
  const least = Math.min(...times.map((time) => time.used));
  t.diagnostic(`${least} ms of processor time, ${Math.min(...times.map((time) => time.real))} ms by the clock`);
  assert.ok(least < 50, `the quickest of 15 starts took ${least} ms`);
});

test('mistakes on the command line are exit code 2 and name the nearest', async (t) => {
  const lake = await Lake.create(t);
  await lake.fails(2, /'obejcts' is no command of `caudal` \(did you mean 'objects'\?\)/, 'obejcts', 'ls');
  await lake.fails(2, /has no option --recusive \(did you mean '--recursive'\?\)/, 'objects', 'ls', '--recusive');
  await lake.fails(2, /`caudal objects` needs one of its commands/, 'objects');
  await lake.fails(2, /--output must be one of table, csv, json, found 'jsn' \(did you mean 'json'\?\)/, 'objects', 'ls', '--output', 'jsn');
});

test('every command has help with an example, on standard output', async (t) => {
  const lake = await Lake.create(t);
  const reference = await lake.ok('docs', 'cli');
  const commands = [...reference.matchAll(/^## caudal (.+)$/gm)].map((match) => match[1].split(' '));
  assert.ok(commands.length > 15, `only ${commands.length} commands in the reference`);
  for (const words of commands) {
    const help = await lake.ok(...words, '--help');
    assert.match(help, new RegExp(`Usage: caudal ${words.join(' ')}`));
    assert.match(help, /Examples:\n  \S/, `no example for ${words.join(' ')}`);
  }
});

test('settings come from flags over environment over file, and mistakes name their place', async (t) => {
  const lake = await Lake.create(t);
  await lake.ok('objects', 'mb', 's3://lake');
  const file = await lake.write('caudal.yaml', 'output: csv\n');
  assert.equal((await lake.ok('objects', 'ls')).split('\n')[0], 'bucket,versions,created');
  const json = await lake.runWith({ env: { CAUDAL_OUTPUT: 'json' } }, 'objects', 'ls');
  assert.equal(JSON.parse(json.stdout)[0].bucket, 'lake');
  const flag = await lake.runWith({ env: { CAUDAL_OUTPUT: 'json' } }, 'objects', 'ls', '--output', 'table');
  assert.match(flag.stdout, /^bucket {2,}versions/);

  await lake.write('caudal.yaml', 'output: csv\nnotices:\n  emial:\n    host: x\n');
  await lake.fails(2, /caudal\.yaml:3:3: unknown key 'notices\.emial' \(did you mean 'notices\.email'\?\)/, 'objects', 'ls');
  await lake.fails(2, /nowhere\.yaml/, '--config', path.join(path.dirname(file), 'nowhere.yaml'), 'objects', 'ls');
});

test('the data directory is that of the flag, the environment, or the home', async (t) => {
  const lake = await Lake.create(t);
  const elsewhere = path.join(lake.folder, 'elsewhere');
  const made = await lake.runWith({ noData: true, env: { CAUDAL_DATA: elsewhere } }, 'objects', 'mb', 's3://one');
  assert.equal(made.code, 0, made.stderr);
  const flag = await lake.runWith({ noData: true, env: { CAUDAL_DATA: lake.data } }, '--data', elsewhere, 'objects', 'ls', '--output', 'csv');
  assert.match(flag.stdout, /^one,/m);
  const home = await lake.runWith({ noData: true }, 'objects', 'ls', '--output', 'json');
  assert.deepEqual(JSON.parse(home.stdout), []);
});

test('a reader that goes away ends the command quietly', async (t) => {
  const lake = await Lake.create(t);
  await lake.ok('objects', 'mb', 's3://lake');
  const file = await lake.write('big', Buffer.alloc(8 << 20, 'x'));
  await lake.ok('objects', 'put', file, 's3://lake/big');
  const ran = spawnSync('bash', ['-c', `set -o pipefail; "$0" --data "$1" objects get s3://lake/big - | head -c 10`, binary, lake.data],
    { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stdout, 'xxxxxxxxxx');
  assert.equal(ran.stderr, '');
});

test('a second process on the data directory is told who has it', async (t) => {
  const lake = await Lake.create(t);
  await lake.ok('objects', 'mb', 's3://lake');
  const first = lake.start(['objects', 'put', '-', 's3://lake/slow'], { keepInput: true, input: 'begun' });
  const lock = path.join(lake.data, 'LOCK');
  while ((await readFile(lock, 'utf8')).trim() !== String(first.pid)) await new Promise((resolve) => setTimeout(resolve, 5));
  await lake.fails(1, new RegExp(`data directory ${lake.data} is in use by process ${first.pid} .*objects put`), 'objects', 'ls');
  first.child.stdin.end();
  assert.equal((await first.ended).code, 0);
  assert.equal(await lake.ok('objects', 'get', 's3://lake/slow', '-'), 'begun');
});
