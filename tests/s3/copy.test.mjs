// SPDX-License-Identifier: Apache-2.0
// Copies through the AWS SDK: what goes along and what is given anew, under which conditions, from which version.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand,
  PutBucketVersioningCommand, PutObjectCommand,
} from '@aws-sdk/client-s3';

import { Server, bytesOf, refused } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;
const Bucket = await server.bucket();

const put = (Key, Body, rest = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...rest }));
const get = (Key, rest = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...rest }));
const head = (Key, rest = {}) => s3.send(new HeadObjectCommand({ Bucket, Key, ...rest }));
const copy = (CopySource, Key, rest = {}) => s3.send(new CopyObjectCommand({ Bucket, CopySource, Key, ...rest }));
const tags = async (Key) =>
  Object.fromEntries((await s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet.map(({ Key: key, Value }) => [key, Value]));

const said = { ContentType: 'text/csv', CacheControl: 'no-cache', Metadata: { month: '2024-01' } };

test('a copy has the bytes, headers, metadata and tags of its source', async () => {
  for (const size of [3, 100_000]) {
    const body = 'x'.repeat(size);
    const { ETag } = await put('source', body, { ...said, Tagging: 'class=raw&empty=' });
    const { CopyObjectResult } = await copy(`${Bucket}/source`, 'a copy');
    assert.equal(CopyObjectResult.ETag, ETag);
    const output = await get('a copy');
    assert.equal((await bytesOf(output)).toString(), body);
    for (const [name, value] of Object.entries(said)) assert.deepEqual(output[name], value, name);
    assert.ok(Math.abs(output.LastModified - CopyObjectResult.LastModified) < 1000);
    assert.deepEqual(await tags('a copy'), { class: 'raw', empty: '' });
  }
  // The copy is a thing of its own.
  await put('source', 'other');
  assert.equal((await head('a copy')).ContentLength, 100_000);
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'source' }));
  assert.equal((await bytesOf(await get('a copy'))).length, 100_000);
});

test('metadata and tags are given anew, each when its directive says so', async () => {
  await put('told', 'x', { ...said, Tagging: 'class=raw' });
  const anew = { ContentType: 'text/plain', Metadata: { other: '1' }, Tagging: 'class=new' };
  await copy(`${Bucket}/told`, 'both', { ...anew, MetadataDirective: 'REPLACE', TaggingDirective: 'REPLACE' });
  let seen = await head('both');
  assert.deepEqual([seen.ContentType, seen.Metadata, seen.CacheControl], ['text/plain', { other: '1' }, undefined]);
  assert.deepEqual(await tags('both'), { class: 'new' });
  await copy(`${Bucket}/told`, 'metadata', { ...anew, Tagging: undefined, MetadataDirective: 'REPLACE' });
  assert.deepEqual(await tags('metadata'), { class: 'raw' });
  // Without a directive, what is given is not taken: S3 copies.
  await copy(`${Bucket}/told`, 'none', { ContentType: 'text/plain', Metadata: { other: '1' } });
  seen = await head('none');
  assert.deepEqual([seen.ContentType, seen.Metadata], ['text/csv', said.Metadata]);
  await refused(copy(`${Bucket}/told`, 'none', { MetadataDirective: 'MERGE' }), 'InvalidArgument', 400);
});

test('an object is copied onto itself just to change what is said of it', async () => {
  await put('self', 'x', said);
  await refused(copy(`${Bucket}/self`, 'self'), 'InvalidRequest', 400);
  await copy(`${Bucket}/self`, 'self', { MetadataDirective: 'REPLACE', Metadata: { changed: 'yes' } });
  const seen = await get('self');
  assert.deepEqual([seen.Metadata, (await bytesOf(seen)).toString()], [{ changed: 'yes' }, 'x']);
});

test('sources are named with or without a slash in front, encoded, and in another bucket', async () => {
  const other = await server.bucket();
  const key = 'a b+c%/ção?versionId=x&y';
  await put(key, 'odd');
  for (const source of [`${Bucket}/${encodeURIComponent(key)}`, `/${Bucket}/${key.split('/').map(encodeURIComponent).join('/')}`]) {
    await s3.send(new CopyObjectCommand({ Bucket: other, Key: key, CopySource: source }));
    assert.equal((await bytesOf(await s3.send(new GetObjectCommand({ Bucket: other, Key: key })))).toString(), 'odd');
    await s3.send(new DeleteObjectCommand({ Bucket: other, Key: key }));
  }
  for (const source of ['no-slash', `${Bucket}/`, '/']) await refused(copy(source, 'x'), 'InvalidArgument', 400);
  const error = await refused(copy(`${Bucket}/absent`, 'x'), 'NoSuchKey', 404);
  assert.equal(error.Key, 'absent');
  await refused(copy('no-such-bucket-here/k', 'x'), 'NoSuchBucket', 404);
});

test('conditions on the source and on the target are held', async () => {
  const { ETag } = await put('held', 'x');
  const { LastModified } = await head('held');
  const before = new Date(LastModified.getTime() - 5000);
  for (const fails of [{ CopySourceIfMatch: '"other"' }, { CopySourceIfNoneMatch: ETag }, { CopySourceIfModifiedSince: LastModified },
    { CopySourceIfUnmodifiedSince: before }]) {
    await refused(copy(`${Bucket}/held`, 'target', fails), 'PreconditionFailed', 412);
  }
  await refused(head('target'), 'NotFound', 404);
  const holds = { CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: before };
  await copy(`${Bucket}/held`, 'target', { ...holds, IfNoneMatch: '*' });
  await refused(copy(`${Bucket}/held`, 'target', { IfNoneMatch: '*' }), 'PreconditionFailed', 412);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 16 }, () => copy(`${Bucket}/held`, 'copied-once', { IfNoneMatch: '*' })));
  assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
});

test('one version is copied, and a delete marker is not', async () => {
  const kept = await server.bucket();
  await s3.send(new PutBucketVersioningCommand({ Bucket: kept, VersioningConfiguration: { Status: 'Enabled' } }));
  const one = await s3.send(new PutObjectCommand({ Bucket: kept, Key: 'k', Body: 'one' }));
  await s3.send(new PutObjectCommand({ Bucket: kept, Key: 'k', Body: 'two' }));
  const marker = await s3.send(new DeleteObjectCommand({ Bucket: kept, Key: 'k' }));
  const copied = await copy(`${kept}/k?versionId=${one.VersionId}`, 'from-version');
  assert.equal(copied.CopySourceVersionId, one.VersionId);
  assert.equal(copied.VersionId, undefined);
  assert.equal((await bytesOf(await get('from-version'))).toString(), 'one');
  await refused(copy(`${kept}/k`, 'x'), 'NoSuchKey', 404);
  await refused(copy(`${kept}/k?versionId=${marker.VersionId}`, 'x'), 'InvalidRequest', 400);
  // An old version becomes the newest again by being copied onto its own key.
  const restored = await s3.send(new CopyObjectCommand({ Bucket: kept, Key: 'k', CopySource: `${kept}/k?versionId=${one.VersionId}` }));
  assert.notEqual(restored.VersionId, one.VersionId);
  assert.equal((await bytesOf(await s3.send(new GetObjectCommand({ Bucket: kept, Key: 'k' })))).toString(), 'one');
});
