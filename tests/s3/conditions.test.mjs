// SPDX-License-Identifier: Apache-2.0
// Conditional reads, writes and removals through the AWS SDK, also by many at once.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CompleteMultipartUploadCommand, CreateMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand,
  PutObjectCommand, UploadPartCommand,
} from '@aws-sdk/client-s3';

import { Server, bytesOf, refused } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;
const Bucket = await server.bucket();

const put = (Key, Body, rest = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...rest }));
const get = (Key, rest = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...rest }));
const head = (Key, rest = {}) => s3.send(new HeadObjectCommand({ Bucket, Key, ...rest }));
const textOf = async (Key) => (await bytesOf(await get(Key))).toString();

// Those that were done and the names of the errors of the others.
async function outcomes(promises) {
  const settled = await Promise.allSettled(promises);
  const errors = settled.filter((one) => one.status === 'rejected').map((one) => `${one.reason.$metadata?.httpStatusCode} ${one.reason.name}`);
  return { done: settled.filter((one) => one.status === 'fulfilled').map((one) => one.value), errors };
}

test('a reader who has the object gets 304, and one who wants another 412', async () => {
  const { ETag } = await put('read', 'x');
  const { LastModified } = await head('read');
  const before = new Date(LastModified.getTime() - 1000);
  for (const ask of [get, head]) {
    for (const same of [{ IfMatch: ETag }, { IfMatch: '*' }, { IfNoneMatch: '"other"' }, { IfModifiedSince: before },
      { IfUnmodifiedSince: LastModified }, { IfMatch: `"other", ${ETag}` },
      // Entity tags are stronger than times (RFC 9110, 13.2.2).
      { IfMatch: ETag, IfUnmodifiedSince: before }, { IfNoneMatch: '"other"', IfModifiedSince: LastModified }]) {
      assert.equal((await ask('read', same)).$metadata.httpStatusCode, 200, JSON.stringify(same));
    }
    for (const unchanged of [{ IfNoneMatch: ETag }, { IfNoneMatch: '*' }, { IfModifiedSince: LastModified }]) {
      const error = await ask('read', unchanged).then(() => assert.fail('was answered'), (caught) => caught);
      assert.equal(error.$metadata.httpStatusCode, 304, JSON.stringify(unchanged));
      assert.equal(error.$response.headers.etag, ETag);
    }
    for (const changed of [{ IfMatch: '"other"' }, { IfUnmodifiedSince: before }]) {
      const error = await ask('read', changed).then(() => assert.fail('was answered'), (caught) => caught);
      assert.equal(error.$metadata.httpStatusCode, 412, JSON.stringify(changed));
      if (ask === get) assert.equal(error.name, 'PreconditionFailed');
    }
  }
});

test('a writer may insist that there is nothing, or just what it knows', async () => {
  const { ETag } = await put('write', 'one', { IfNoneMatch: '*' });
  const error = await refused(put('write', 'two', { IfNoneMatch: '*' }), 'PreconditionFailed', 412);
  assert.equal(error.Condition, 'If-None-Match');
  await refused(put('write', 'two', { IfMatch: '"0123456789abcdef0123456789abcdef"' }), 'PreconditionFailed', 412);
  assert.equal(await textOf('write'), 'one');
  await put('write', 'two', { IfMatch: ETag });
  await refused(put('write', 'three', { IfMatch: ETag }), 'PreconditionFailed', 412);
  await refused(put('never-there', 'x', { IfMatch: ETag }), 'NoSuchKey', 404);
  assert.equal(await textOf('write'), 'two');
});

test('of 32 that create one object at once, one is told 200 and 31 are told 412', async () => {
  for (const size of [10, 300_000]) {
    const bodies = Array.from({ length: 32 }, (_, i) => String.fromCharCode(65 + i).repeat(size));
    const { done, errors } = await outcomes(bodies.map((body) => put(`created-${size}`, body, { IfNoneMatch: '*' })));
    assert.equal(done.length, 1);
    assert.deepEqual(errors, Array(31).fill('412 PreconditionFailed'));
    const stored = await get(`created-${size}`);
    assert.equal(stored.ETag, done[0].ETag);
    assert.ok(bodies.includes((await bytesOf(stored)).toString()));
  }
});

test('of 32 that change one object at once, one does', async () => {
  const { ETag } = await put('changed', 'start');
  const { done, errors } = await outcomes(Array.from({ length: 32 }, (_, i) => put('changed', `by ${i}`, { IfMatch: ETag })));
  assert.equal(done.length, 1);
  assert.deepEqual(new Set(errors), new Set(['412 PreconditionFailed']));
  assert.equal((await head('changed')).ETag, done[0].ETag);
});

test('a multipart upload may insist that there is nothing when it is completed', async () => {
  const started = async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'completed' }));
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key: 'completed', UploadId, PartNumber: 1, Body: 'x' }));
    return new CompleteMultipartUploadCommand({
      Bucket, Key: 'completed', UploadId, IfNoneMatch: '*', MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } });
  };
  const completions = await Promise.all(Array.from({ length: 8 }, started));
  const { done, errors } = await outcomes(completions.map((completion) => s3.send(completion)));
  assert.equal(done.length, 1);
  assert.deepEqual(errors, Array(7).fill('412 PreconditionFailed'));
});

test('who removes may insist on what it knows', async () => {
  const { ETag } = await put('removed', 'x');
  await refused(s3.send(new DeleteObjectCommand({ Bucket, Key: 'removed', IfMatch: '"other"' })), 'PreconditionFailed', 412);
  assert.equal(await textOf('removed'), 'x');
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'removed', IfMatch: ETag }));
  await refused(get('removed'), 'NoSuchKey', 404);
});
