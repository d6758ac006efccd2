// SPDX-License-Identifier: Apache-2.0
// Settings of buckets through the AWS SDK: encryption at rest, tags, ownership; kept over a restart.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import {
  CopyObjectCommand, DeleteBucketEncryptionCommand, DeleteBucketTaggingCommand, GetBucketEncryptionCommand, GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand, GetObjectCommand, HeadObjectCommand, PutBucketEncryptionCommand, PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand, PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

import { Server, bytesOf, md5, refused } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;

const aes = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] };

// Whether the bytes lie anywhere below the data directory as they are.
async function liesInClear(bytes) {
  for (const entry of await readdir(server.lake.data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    if ((await readFile(path.join(entry.parentPath ?? entry.path, entry.name))).includes(bytes)) return true;
  }
  return false;
}

test('what is put into a bucket that encrypts does not lie on the disk in clear, and comes back', async () => {
  const Bucket = await server.bucket();
  const put = (Key, Body, rest = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...rest }));
  const plain = randomBytes(100_000);
  await put('plain', plain);
  assert.ok(await liesInClear(plain.subarray(1000, 1100)), 'the test finds what lies in clear');
  await refused(s3.send(new GetBucketEncryptionCommand({ Bucket })), 'ServerSideEncryptionConfigurationNotFoundError', 404);
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: aes }));
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  assert.equal(ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm, 'AES256');
  for (const size of [40, 200_000]) {
    const secret = randomBytes(size);
    const done = await put(`secret-${size}`, secret);
    assert.equal(done.ServerSideEncryption, 'AES256');
    assert.equal(await liesInClear(secret.subarray(0, 30)), false);
    const output = await s3.send(new GetObjectCommand({ Bucket, Key: `secret-${size}` }));
    assert.deepEqual([output.ServerSideEncryption, output.ContentLength, output.ETag], ['AES256', size, `"${md5(secret)}"`]);
    assert.ok((await bytesOf(output)).equals(secret));
    const range = await s3.send(new GetObjectCommand({ Bucket, Key: `secret-${size}`, Range: 'bytes=7-29' }));
    assert.ok((await bytesOf(range)).equals(secret.subarray(7, 30)));
  }
  const parts = randomBytes((11 << 20) + 3);
  const upload = await new Upload({ client: s3, partSize: 5 << 20, params: { Bucket, Key: 'parts', Body: parts } }).done();
  assert.equal(upload.ServerSideEncryption, 'AES256');
  assert.equal(await liesInClear(parts.subarray(6 << 20, (6 << 20) + 40)), false);
  assert.equal(md5(await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key: 'parts' })))), md5(parts));
  const across = await s3.send(new GetObjectCommand({ Bucket, Key: 'parts', Range: `bytes=${(5 << 20) - 5}-${(5 << 20) + 5}` }));
  assert.ok((await bytesOf(across)).equals(parts.subarray((5 << 20) - 5, (5 << 20) + 6)));
  // A copy is encrypted by where it goes, not by where it comes from.
  assert.equal((await s3.send(new HeadObjectCommand({ Bucket, Key: 'plain' }))).ServerSideEncryption, undefined);
  const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/plain` }));
  assert.equal(copied.ServerSideEncryption, 'AES256');
  assert.ok((await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key: 'copied' })))).equals(plain));
  await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
  assert.equal((await put('later', 'x')).ServerSideEncryption, undefined);
  assert.equal((await put('asked', 'x', { ServerSideEncryption: 'AES256' })).ServerSideEncryption, 'AES256');
});

test('keys of a key service are not offered', async () => {
  const Bucket = await server.bucket();
  server.expected.push(/"status":501,"error":"NotImplemented"/);
  await refused(s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration:
    { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'k' } }] } })), 'NotImplemented', 501);
});

test('a bucket has tags', async () => {
  const Bucket = await server.bucket();
  const put = (TagSet) => s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  await refused(s3.send(new GetBucketTaggingCommand({ Bucket })), 'NoSuchTagSet', 404);
  const tags = [{ Key: 'team', Value: 'crédito & <risk>' }, { Key: 'year', Value: '' }];
  await put(tags);
  assert.deepEqual((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, tags);
  await refused(put([...tags, tags[0]]), 'InvalidTag', 400);
  await refused(put(Array.from({ length: 51 }, (_, i) => ({ Key: `t${i}`, Value: '' }))), 'BadRequest', 400);
  assert.deepEqual((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, tags);
  await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
  await refused(s3.send(new GetBucketTaggingCommand({ Bucket })), 'NoSuchTagSet', 404);
});

test('the bucket\'s owner owns what is in it', async () => {
  const Bucket = await server.bucket();
  const enforced = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] };
  assert.deepEqual((await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls, enforced);
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: enforced }));
  server.expected.push(/"status":501/);
  const other = new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } });
  await refused(s3.send(other), 'NotImplemented', 501);
});

test('buckets, objects, settings and keys are there again after a restart', async () => {
  const Bucket = await server.bucket();
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: aes }));
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'a', Value: '1' }] } }));
  const body = randomBytes(300_000);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: body, Metadata: { month: '2024-01' } }));
  await server.stop();
  await server.open();
  const output = await server.s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  assert.ok((await bytesOf(output)).equals(body));
  assert.deepEqual([output.Metadata, output.ServerSideEncryption], [{ month: '2024-01' }, 'AES256']);
  assert.deepEqual((await server.s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, [{ Key: 'a', Value: '1' }]);
});
