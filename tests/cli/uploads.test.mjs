// SPDX-License-Identifier: Apache-2.0
// `caudal objects uploads`: what was begun in parts and never completed is shown, and given up when that is asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, UploadPartCommand } from '@aws-sdk/client-s3';

import { Server, refused } from '../lib/s3.mjs';

test('uploads that were never completed are shown and given up', async (t) => {
  const server = await Server.start(t);
  const { lake } = server;
  const Bucket = await server.bucket();
  const { UploadId } = await server.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'raw/a' }));
  await server.s3.send(new UploadPartCommand({ Bucket, Key: 'raw/a', UploadId, PartNumber: 3, Body: 'hello' }));
  await server.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'b' }));
  await server.stop();
  const [b, a] = await lake.json('objects', 'uploads');
  assert.deepEqual([b.key, Number(b.parts)], ['b', 0]);
  assert.deepEqual([a.bucket, a.key, a.upload, Number(a.parts), Number(a.size_bytes)], [Bucket, 'raw/a', UploadId, 1, 5]);
  assert.equal((await lake.json('doctor')).find((row) => row.check === 'uploads').state, 'ok');
  await lake.ok('objects', 'uploads', '--abort-older-than', '1');
  assert.equal((await lake.json('objects', 'uploads')).length, 2, 'they are younger than a day');
  await lake.ok('objects', 'uploads', `s3://${Bucket}/raw/`, '--abort-older-than', '0');
  assert.deepEqual((await lake.json('objects', 'uploads')).map((row) => row.key), ['b']);
  await lake.fails(2, /--abort-older-than/, 'objects', 'uploads', '--abort-older-than', '-1');
  await server.open();
  assert.equal((await server.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads.length, 1);
  await refused(server.s3.send(new UploadPartCommand({ Bucket, Key: 'raw/a', UploadId, PartNumber: 1, Body: 'x' })), 'NoSuchUpload', 404);
});
