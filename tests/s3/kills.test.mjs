// SPDX-License-Identifier: Apache-2.0
// A server that is killed at any moment, again and again, on the same data: what a client was told is there is there and
// whole, what it was not told of is there whole or not at all, and nothing is left behind on the disk.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand,
  DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';

import { randomFrom, seedFor } from '../lib/caudal.mjs';
import { Server, bytesOf, md5 } from '../lib/s3.mjs';

const kills = Number(process.env.CAUDAL_KILLS ?? 200);
const workers = 6;
const keysOfWorker = 4;
// What is put under this prefix has expired already: the server's sweep, which runs at its start and each second, takes it
// away at some time.
const expired = 'expired/';
const housekeeping = { env: { CAUDAL_SERVER_LIFECYCLE_EVERY: '1', CAUDAL_SERVER_LOG: 'none' } };

// What a key may hold: a digest, or null for nothing. While a request is under way, both what was and what will be.
class Expected {
  constructor() {
    this.keys = new Map();
  }
  of(key) {
    return this.keys.get(key) ?? [null];
  }
  begin(key, digest) {
    this.keys.set(key, [...new Set([...this.of(key), digest])]);
  }
  done(key, digest) {
    this.keys.set(key, key.startsWith(expired) && digest !== null ? [digest, null] : [digest]);
  }
}

function bodyFrom(random, size) {
  const body = Buffer.alloc(size, Math.floor(random() * 256));
  for (let i = 0; i < 16 && size > 0; ++i) body[Math.floor(random() * size)] = Math.floor(random() * 256);
  return body;
}

async function upload(s3, where, body) {
  const part = 5 << 20;
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(where));
  const Parts = [];
  for (let at = 0; at < body.length; at += part) {
    const PartNumber = Parts.length + 1;
    const { ETag } = await s3.send(new UploadPartCommand({ ...where, UploadId, PartNumber, Body: body.subarray(at, at + part) }));
    Parts.push({ PartNumber, ETag });
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts } }));
}

// Requests without end, until the server is gone; then the name of the one that was cut off is counted in `cut`.
async function work(client, Bucket, worker, random, expected, cut) {
  let asked = ''; // what is under way
  const s3 = { send: (command) => {
    asked = command.constructor.name.replace('Command', '');
    return client.send(command);
  } };
  for (;;) {
    const any = () => `${random() < 0.25 ? expired : ''}${worker}/${Math.floor(random() * keysOfWorker)}`;
    const Key = any();
    const kind = random();
    try {
      if (kind < 0.05) {
        const several = [...new Set([Key, any(), any()])];
        for (const key of several) expected.begin(key, null);
        const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: several.map((key) => ({ Key: key })) } }));
        assert.deepEqual(Errors, []);
        for (const key of several) expected.done(key, null);
        continue;
      }
      if (kind < 0.15) {
        expected.begin(Key, null);
        await s3.send(new DeleteObjectCommand({ Bucket, Key }));
        expected.done(Key, null);
        continue;
      }
      if (kind < 0.3) {
        const from = any();
        const [digest, ...others] = expected.of(from);
        if (digest === null || others.length > 0 || from === Key) continue;
        expected.begin(Key, digest);
        await s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${from}` }));
        expected.done(Key, digest);
        continue;
      }
      const size = kind < 0.7 ? Math.floor(random() * 20_000) : kind < 0.92 ? 300_000 : (5 << 20) + 100_000;
      const Body = bodyFrom(random, size);
      expected.begin(Key, md5(Body));
      if (size > 5 << 20) await upload(s3, { Bucket, Key }, Body);
      else await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
      expected.done(Key, md5(Body));
    } catch (error) {
      // An answer that says no is a failure; a connection that broke is the kill.
      if (error.$metadata?.httpStatusCode || error instanceof assert.AssertionError) throw error;
      cut.set(asked, (cut.get(asked) ?? 0) + 1);
      return;
    }
  }
}

// Answers how many objects had expired and are gone.
async function check(s3, Bucket, expected, when) {
  let swept = 0;
  for (const [key, possible] of expected.keys) {
    let digest = null;
    try {
      digest = md5(await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key: key }))));
    } catch (error) {
      assert.equal(error.name, 'NoSuchKey', `${when}: ${key}: ${error.name} ${error.message}`);
    }
    assert.ok(possible.includes(digest), `${when}: ${key} holds ${digest}, which is none of ${possible}`);
    if (key.startsWith(expired) && possible[0] !== null && digest === null) ++swept;
    expected.done(key, digest);
  }
  return swept;
}

async function files(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

test('a server that is killed at any moment loses nothing and leaves nothing behind', async (t) => {
  const random = randomFrom(seedFor(t));
  const expected = new Expected();
  const server = await Server.start(t, housekeeping);
  server.expected.push(/^lifecycle: /);
  const Bucket = await server.bucket();
  const Rules = [{ ID: 'gone', Status: 'Enabled', Filter: { Prefix: expired }, Expiration: { Date: new Date('2020-01-01') } }];
  await server.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const cut = new Map();
  let swept = 0;
  for (let kill = 0; kill < kills; ++kill) {
    const when = `kill ${kill}`;
    const all = Array.from({ length: workers }, (_, n) => work(server.s3, Bucket, n, randomFrom(Math.floor(random() * 2 ** 31)), expected, cut));
    await new Promise((resolve) => setTimeout(resolve, 20 + random() * 380));
    await server.crash();
    await Promise.all(all);
    await server.open(housekeeping);
    swept += await check(server.s3, Bucket, expected, when);
  }
  t.diagnostic(`cut off: ${[...cut].map(([name, count]) => `${count} ${name}`).join(', ')}; ${swept} taken away by the sweep, or removed`);
  assert.ok(swept > 0, 'the sweep was at work as well');
  const kinds = ['PutObject', 'UploadPart', 'CompleteMultipartUpload', 'CopyObject', 'DeleteObject', 'DeleteObjects'];
  if (kills >= 200) assert.deepEqual(kinds.filter((name) => !cut.has(name)), [], 'each was cut off in its middle at least once');
  // Everything is taken away: then no blob may be left, neither of objects nor of uploads that a kill cut off.
  const { Uploads = [] } = await server.s3.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) await server.s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  const { Contents = [] } = await server.s3.send(new ListObjectsV2Command({ Bucket }));
  if (Contents.length > 0) {
    await server.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: Contents.map(({ Key }) => ({ Key })) } }));
  }
  await server.stop();
  await server.open();
  await server.stop();
  assert.deepEqual(await files(path.join(server.lake.data, 'blobs')), []);
});
