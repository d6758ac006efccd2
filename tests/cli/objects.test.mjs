// SPDX-License-Identifier: Apache-2.0
// Objects by command: what goes in comes out, byte for byte, and nothing half done stays.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';

import { Lake } from '../lib/caudal.mjs';

async function lakeWithBucket(t) {
  const lake = await Lake.create(t);
  await lake.ok('objects', 'mb', 's3://lake');
  return lake;
}

test('bytes come back as they went in, small and large, by file and by pipe', async (t) => {
  const lake = await lakeWithBucket(t);
  for (const size of [0, 1, 16 << 10, (3 << 20) + 7]) {
    const bytes = randomBytes(size);
    const file = await lake.write(`in-${size}`, bytes);
    await lake.ok('objects', 'put', file, 's3://lake/a/');
    await lake.ok('objects', 'get', `s3://lake/a/in-${size}`, 'out');
    assert.deepEqual(await readFile(path.join(lake.work, 'out')), bytes);
    const piped = await lake.runWith({ input: bytes }, 'objects', 'put', '-', 's3://lake/piped');
    assert.equal(piped.code, 0, piped.stderr);
    const out = await lake.runWith({ binaryOutput: true }, 'objects', 'get', 's3://lake/piped', '-');
    assert.deepEqual(Buffer.from(out.stdout), bytes);
  }
});

test('get writes a range, and refuses one that makes no sense', async (t) => {
  const lake = await lakeWithBucket(t);
  const file = await lake.write('f', '0123456789');
  await lake.ok('objects', 'put', file, 's3://lake/f');
  assert.equal(await lake.ok('objects', 'get', 's3://lake/f', '-', '--range', '2-4'), '234');
  assert.equal(await lake.ok('objects', 'get', 's3://lake/f', '-', '--range', '7-'), '789');
  assert.equal(await lake.ok('objects', 'get', 's3://lake/f', '-', '--range=-3'), '789');
  await lake.fails(2, /--range must be 0-99, 100- or -50/, 'objects', 'get', 's3://lake/f', '-', '--range', 'x');
});

test('ls rolls up at slashes and goes below with --recursive', async (t) => {
  const lake = await lakeWithBucket(t);
  const file = await lake.write('f', 'abc');
  for (const key of ['raw/a', 'raw/b/c', 'raw/b/d', 'top']) await lake.ok('objects', 'put', file, `s3://lake/${key}`);
  const keys = (rows) => rows.map((row) => row.key);
  assert.deepEqual(keys(await lake.json('objects', 'ls', 's3://lake')), ['raw/', 'top']);
  assert.deepEqual(keys(await lake.json('objects', 'ls', 's3://lake/raw/')), ['raw/a', 'raw/b/']);
  const all = await lake.json('objects', 'ls', '--recursive', 's3://lake');
  assert.deepEqual(keys(all), ['raw/a', 'raw/b/c', 'raw/b/d', 'top']);
  assert.deepEqual([...new Set(all.map((row) => row.size_bytes))], [3]);
  assert.equal(all[0].etag, '900150983cd24fb0d6963f7d28e17f72');
});

test('versions are kept when the bucket keeps them, and one can be fetched and removed', async (t) => {
  const lake = await lakeWithBucket(t);
  await lake.ok('objects', 'versions', 's3://lake', '--keep');
  for (const text of ['one', 'two']) await lake.ok('objects', 'put', await lake.write('f', text), 's3://lake/f');
  await lake.ok('objects', 'rm', 's3://lake/f');
  const versions = await lake.json('objects', 'versions', 's3://lake/f');
  assert.deepEqual(versions.map((row) => [row.latest, row.deleted, row.size_bytes]), [[true, true, null], [false, false, 3], [false, false, 3]]);
  await lake.fails(1, /s3:\/\/lake\/f/, 'objects', 'get', 's3://lake/f', '-');
  assert.equal(await lake.ok('objects', 'get', 's3://lake/f', '-', '--version', versions[2].version), 'one');
  await lake.ok('objects', 'rm', 's3://lake/f', '--version', versions[0].version);
  assert.equal(await lake.ok('objects', 'get', 's3://lake/f', '-'), 'two');
});

test('cp shares an object and rm --recursive removes a prefix', async (t) => {
  const lake = await lakeWithBucket(t);
  await lake.ok('objects', 'put', await lake.write('f', 'abc'), 's3://lake/f');
  await lake.ok('objects', 'cp', 's3://lake/f', 's3://lake/old/');
  await lake.ok('objects', 'rm', 's3://lake/f');
  assert.equal(await lake.ok('objects', 'get', 's3://lake/old/f', '-'), 'abc');
  await lake.ok('objects', 'rm', '--recursive', 's3://lake/old/');
  assert.deepEqual(await lake.json('objects', 'ls', 's3://lake'), []);
  await lake.ok('objects', 'rb', 's3://lake');
});

test('what is wrong is said, with what to do', async (t) => {
  const lake = await lakeWithBucket(t);
  const file = await lake.write('f', 'abc');
  await lake.fails(1, /make it with `caudal objects mb s3:\/\/other`/, 'objects', 'put', file, 's3://other/f');
  await lake.fails(1, /f\.missing/, 'objects', 'put', 'f.missing', 's3://lake/f');
  await lake.fails(2, /is a folder; name a file/, 'objects', 'put', '.', 's3://lake/f');
  await lake.fails(2, /is no s3:\/\/ address; files go in with `caudal objects put`/, 'objects', 'cp', file, 's3://lake/f');
  await lake.fails(2, /s3:\/\//, 'objects', 'put', file, 'lake/f');
  await lake.fails(1, /s3:\/\/lake\/nothing/, 'objects', 'get', 's3://lake/nothing', 'out');
  assert.deepEqual((await readdir(lake.work)).sort(), ['f']);
});

test('an interrupted put is exit code 130 and leaves nothing', async (t) => {
  const lake = await lakeWithBucket(t);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    const running = lake.start(['objects', 'put', '-', 's3://lake/big'], { keepInput: true, input: Buffer.alloc(4 << 20, 'x') });
    const incoming = path.join(lake.data, 'blobs', 'incoming');
    while ((await readdir(incoming).catch(() => [])).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const ended = await running.kill(signal);
    assert.equal(ended.code, 130, ended.stderr);
    assert.match(ended.stderr, /interrupted; nothing of it was stored/);
    assert.deepEqual(await lake.json('objects', 'ls', 's3://lake'), []);
    assert.deepEqual(await readdir(incoming), []);
  }
});

test('tables are printed to the terminal or written to a file, exactly', async (t) => {
  const lake = await lakeWithBucket(t);
  await lake.ok('objects', 'put', await lake.write('f', 'abc'), 's3://lake/café,"x"');
  const csv = await lake.ok('objects', 'ls', 's3://lake', '--output', 'csv');
  assert.match(csv, /^key,size_bytes,modified,etag\n"café,""x""",3,\d{4}-/);
  assert.equal(await lake.ok('objects', 'ls', 's3://lake', '--output', 'csv', '--file', 'out.csv'), '');
  assert.equal(await readFile(path.join(lake.work, 'out.csv'), 'utf8'), csv);
});

// What a process had in memory at its most, which /proc tells while it lives.
async function peakMemoryBytes(running) {
  let peak = 0;
  let over = false;
  void running.ended.then(() => (over = true));
  while (!over) {
    const status = await readFile(`/proc/${running.pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const { code, stderr } = await running.ended;
  assert.equal(code, 0, stderr);
  assert.ok(peak > 10e6, 'it was looked at');
  return peak;
}

// All threads and buffers that a body of any size gets are at work with one of a gigabyte.
test('a body of any size needs no more than 64 MB of memory, by file and by pipe', async (t) => {
  const lake = await Lake.create(t);
  await lake.ok('objects', 'mb', 's3://bucket');
  const file = await lake.write('large', '');
  await truncate(file, 2 ** 30);
  const most = async (...args) => {
    const peak = await peakMemoryBytes(lake.start(args));
    assert.ok(peak < 64 << 20, `caudal ${args.join(' ')} had ${(peak / 1e6).toFixed(1)} MB`);
  };
  await most('objects', 'put', file, 's3://bucket/of-a-file');
  await most('objects', 'get', 's3://bucket/of-a-file', path.join(lake.work, 'copy'));
  assert.equal((await stat(path.join(lake.work, 'copy'))).size, 2 ** 30);
  const piped = lake.start(['objects', 'put', '-', 's3://bucket/of-a-pipe'], { keepInput: true });
  void pipeline(createReadStream(file), piped.child.stdin);
  assert.ok((await peakMemoryBytes(piped)) < 64 << 20);
});
