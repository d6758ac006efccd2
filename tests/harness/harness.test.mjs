// SPDX-License-Identifier: Apache-2.0
// The harness itself: a helper that reports success whatever happens would make every black-box test worthless.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test from 'node:test';

import { Lake, Running, randomFrom, temporaryFolder } from '../lib/caudal.mjs';

const node = (script, options = {}) => new Running(process.execPath, ['-e', script], options);

test('a finished process answers with its code and both outputs', async () => {
  const result = await node('console.log("out"); console.error("err"); process.exit(3)').ended;
  assert.deepEqual(result, { stdout: 'out\n', stderr: 'err\n', code: 3, signal: null });
});

test('input reaches the process, and bytes come back unchanged when asked for', async () => {
  const echo = 'process.stdin.pipe(process.stdout)';
  assert.equal((await node(echo, { input: 'olá' }).ended).stdout, 'olá');
  const bytes = Buffer.from([0, 255, 10, 128]);
  assert.deepEqual((await node(echo, { input: bytes, binaryOutput: true }).ended).stdout, bytes);
});

test('a killed process says so', async () => {
  const process = node('setInterval(() => {}, 1000); console.log("ready")');
  await process.until(/ready/);
  assert.equal((await process.kill('SIGKILL')).signal, 'SIGKILL');
});

test('waiting for output that never comes fails and shows what came instead', async () => {
  await assert.rejects(node('console.log("other")').until(/ready/), /ended before writing \/ready\/[^]*other/);
  await assert.rejects(node('setTimeout(() => {}, 500)').until(/ready/, 50), /timed out/);
});

test('a program that cannot be started is an error', async () => {
  await assert.rejects(new Running('/nonexistent/program', [], {}).ended, /ENOENT/);
});

test('helpers fail on the wrong exit code, the wrong message and on what is no JSON', async (t) => {
  const lake = await Lake.create(t);
  lake.start = (args) => node(`console.log("text"); console.error("why"); process.exit(${Number(args[0])})`);
  await lake.ok('0');
  await assert.rejects(lake.ok('1'), /ended with 1\nwhy/);
  await lake.fails(2, /why/, '2');
  await assert.rejects(lake.fails(2, /why/, '3'), /3 !== 2/);
  await assert.rejects(lake.fails(2, /because/, '2'), /because/);
  await assert.rejects(lake.json('0'), /wrote no JSON/);
});

test('a temporary folder is gone after its test', async (t) => {
  let folder;
  await t.test('inner', async (inner) => {
    folder = await temporaryFolder(inner);
    assert.ok(existsSync(folder));
  });
  assert.ok(!existsSync(folder));
});

test('the same seed gives the same numbers', () => {
  const draw = (seed) => Array.from({ length: 4 }, randomFrom(seed));
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  for (const value of draw(9)) assert.ok(value >= 0 && value < 1);
});
