// SPDX-License-Identifier: Apache-2.0
// A 200 is sent when what it tells of is on the disk, and not before: the system calls of the server, as strace sees them.
// A kill would not show it, since what the kernel has it keeps.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {
  CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand, DeleteObjectCommand, PutObjectCommand, UploadPartCommand,
} from '@aws-sdk/client-s3';

import { Lake } from '../lib/caudal.mjs';
import { Server } from '../lib/s3.mjs';

const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

// The calls of a trace in the order in which they began: {name, text, begun, ended}, the two being lines of it. What one
// thread has not finished when another comes in between is told in two lines.
function callsOf(trace) {
  const calls = [];
  const open = new Map();
  for (const [line, whole] of trace.split('\n').entries()) {
    const [, thread, text] = /^(\d+) +(.*)$/.exec(whole) ?? [];
    if (text === undefined) continue;
    if (text.startsWith('<... ')) {
      const call = open.get(thread);
      if (call) Object.assign(call, { text: call.text + text, ended: line });
      continue;
    }
    const call = { name: /^\w*/.exec(text)[0], text, begun: line, ended: text.endsWith('<unfinished ...>') ? Infinity : line };
    if (call.ended === Infinity) open.set(thread, call);
    calls.push(call);
  }
  return calls;
}

// The file, folder or socket that a call is about.
const fileOf = (call) => /^\w+\(\d+<([^>]*)>/.exec(call.text)?.[1] ?? '';

class Trace {
  constructor(text) {
    this.calls = callsOf(text);
  }

  // When the request came whose line begins with `line`, and when the answer to it went out.
  exchange(line) {
    const asked = this.calls.find((call) => call.name === 'recvfrom' && call.text.includes(`"${line}`));
    assert.ok(asked, `${line} is in the trace`);
    const answered = this.calls.find((call) => call.begun > asked.begun && call.name.startsWith('send') && fileOf(call) === fileOf(asked));
    assert.match(answered.text, /HTTP\/1\.1 20[04] /, line);
    return { asked: asked.begun, answered: answered.begun };
  }

  // That `file` is synced after `from` and before `to`; answers when that was done.
  synced(file, from, to, what) {
    const sync = this.calls.find((call) => ['fsync', 'fdatasync'].includes(call.name) && file.test(fileOf(call)) && call.begun > from && call.ended < to);
    assert.ok(sync, `${what}: ${file} is synced before the answer`);
    assert.match(sync.text, /= 0$/, what);
    return sync.ended;
  }

  // That what the request changed is on the disk before its answer. `mark`: text of the row that it writes.
  durable(line, mark, { hasFile = false } = {}) {
    const { asked, answered } = this.exchange(line);
    const written = this.calls.find((call) => call.name === 'write' && /\/kv\/\d+\.log$/.test(fileOf(call)) && call.begun > asked && call.text.includes(mark));
    assert.ok(written && written.ended < answered, `${line}: its row is written before the answer`);
    this.synced(new RegExp(`^${fileOf(written)}$`), written.ended, answered, line);
    if (!hasFile) return;
    // The body first: a row must never name what is not there.
    const body = this.synced(/\/blobs\/incoming\//, asked, written.begun, line);
    this.synced(/\/blobs\/blobs\/\w\w$/, body, written.begun, line);
  }
}

test('what is changed is on the disk before the 200 is sent', { skip: canTrace ? false : 'needs strace, and leave to trace' }, async (t) => {
  const lake = await Lake.create(t);
  const file = path.join(lake.work, 'trace');
  const traced = 'recvfrom,sendto,sendmsg,write,writev,pwrite64,fsync,fdatasync,rename,renameat,renameat2';
  const server = await Server.start(t, { lake, prefix: ['strace', '-D', '-f', '-y', '-s', '40000', '-o', file, '-e', `trace=${traced}`, '-e', 'signal=none'] });
  const Bucket = await server.bucket();
  const send = (command) => server.s3.send(command);
  const put = (Key, size) => send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(size, 'x') }));
  await put('small', 4096);
  await put('large', 300_000);
  await send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/small` }));
  await send(new DeleteObjectCommand({ Bucket, Key: 'copied' }));
  const { UploadId } = await send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
  const { ETag } = await send(new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: Buffer.alloc(300_000, 'y') }));
  await send(new CompleteMultipartUploadCommand({ Bucket, Key: 'parts', UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }));
  const many = Array.from({ length: 64 }, (_, n) => `many-${n}-`); // which share syncs
  await Promise.all(many.map((Key) => put(Key, 100)));
  await server.stop();

  const trace = new Trace(await readFile(file, 'latin1'));
  const at = (method, key) => `${method} /${Bucket}/${key}?`;
  trace.durable(at('PUT', 'small'), 'small');
  trace.durable(at('PUT', 'large'), 'large', { hasFile: true });
  trace.durable(at('PUT', 'copied'), 'copied');
  trace.durable(at('DELETE', 'copied'), 'copied');
  trace.durable(at('PUT', 'parts'), UploadId, { hasFile: true });
  trace.durable(`POST /${Bucket}/parts?uploadId=`, 'parts');
  for (const key of many) trace.durable(at('PUT', key), key);
  // The test would find an answer that came too early.
  const early = new Trace('1 recvfrom(9<socket:[1]>, "PUT /b/k?", 9) = 9\n2 write(5</d/kv/1.log>, "k") = 1\n2 fdatasync(5</d/kv/1.log> <unfinished ...>\n' +
    '1 sendmsg(9<socket:[1]>, "HTTP/1.1 200 OK") = 9\n2 <... fdatasync resumed>) = 0\n');
  assert.throws(() => early.durable('PUT /b/k?', 'k'), /synced before the answer/);
});
