// SPDX-License-Identifier: Apache-2.0
// Objects through the AWS SDK: what is put comes back, with all that was said of it; ranges; removal; big ones in little
// memory.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import {
  DeleteObjectCommand, DeleteObjectsCommand, GetObjectAclCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command,
  PutObjectAclCommand, PutObjectCommand,
} from '@aws-sdk/client-s3';

import { Server, bytesOf, md5, refused } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;
const Bucket = await server.bucket();

const put = (Key, Body, rest = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...rest }));
const get = (Key, rest = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...rest }));
const head = (Key, rest = {}) => s3.send(new HeadObjectCommand({ Bucket, Key, ...rest }));

test('bytes come back as they went in, empty, small and large', async () => {
  for (const size of [0, 1, 4096, (16 << 10) + 1, (64 << 10) + 1, (3 << 20) + 7]) {
    const bytes = randomBytes(size);
    const { ETag } = await put('sizes', bytes);
    assert.equal(ETag, `"${md5(bytes)}"`);
    const output = await get('sizes');
    assert.equal(output.ContentLength, size);
    assert.equal(output.ETag, ETag);
    assert.equal(output.AcceptRanges, 'bytes');
    assert.deepEqual(await bytesOf(output), bytes);
    const seen = await head('sizes');
    assert.deepEqual([seen.ContentLength, seen.ETag], [size, ETag]);
    assert.deepEqual(seen.LastModified, output.LastModified);
    assert.ok(Math.abs(Date.now() - seen.LastModified) < 60_000);
  }
});

test('headers and metadata are kept, also by HEAD', async () => {
  const kept = {
    ContentType: 'text/csv; charset=iso-8859-1', CacheControl: 'max-age=60, private', ContentDisposition: 'attachment; filename="a b.csv"',
    ContentEncoding: 'gzip', ContentLanguage: 'pt-BR', WebsiteRedirectLocation: '/elsewhere', StorageClass: 'STANDARD_IA',
    Metadata: { owner: 'credit', 'file-month': '2024-01', 'with-spaces': 'a  b', empty: '' },
  };
  await put('kept', 'x', { ...kept, Expires: new Date('2030-01-02T03:04:05Z') });
  for (const seen of [await get('kept'), await head('kept')]) {
    for (const [name, value] of Object.entries(kept)) assert.deepEqual(seen[name], value, name);
    assert.equal(seen.ExpiresString ?? seen.Expires?.toUTCString(), 'Wed, 02 Jan 2030 03:04:05 GMT');
  }
  await put('kept', 'y');
  const plain = await head('kept');
  assert.equal(plain.ContentType, 'application/octet-stream');
  assert.deepEqual([plain.Metadata, plain.CacheControl, plain.StorageClass], [{}, undefined, undefined]);
});

test('more than 2 KB of metadata is refused', async () => {
  await refused(put('too-much', 'x', { Metadata: { much: 'x'.repeat(2049) } }), 'MetadataTooLarge', 400);
  await refused(head('too-much'), 'NotFound', 404);
});

test('a signed reader may say how the answer is headed', async () => {
  await put('headed', 'x', { ContentType: 'text/plain', CacheControl: 'no-store' });
  const seen = await get('headed', {
    ResponseContentType: 'text/csv', ResponseContentDisposition: 'attachment', ResponseCacheControl: 'max-age=1',
    ResponseContentEncoding: 'identity', ResponseContentLanguage: 'pt' });
  assert.deepEqual([seen.ContentType, seen.ContentDisposition, seen.CacheControl, seen.ContentEncoding, seen.ContentLanguage],
    ['text/csv', 'attachment', 'max-age=1', 'identity', 'pt']);
});

test('ranges are answered with 206, and what cannot be answered with 416', async () => {
  const bytes = randomBytes(200_000);
  await put('ranges', bytes);
  const cases = [['bytes=0-0', 0, 0], ['bytes=0-99', 0, 99], ['bytes=100-', 100, 199_999], ['bytes=-1', 199_999, 199_999],
    ['bytes=-300000', 0, 199_999], ['bytes=199999-400000', 199_999, 199_999], ['bytes=65535-131072', 65_535, 131_072]];
  for (const [Range, first, last] of cases) {
    const output = await get('ranges', { Range });
    assert.equal(output.$metadata.httpStatusCode, 206, Range);
    assert.equal(output.ContentRange, `bytes ${first}-${last}/200000`);
    assert.equal(output.ContentLength, last - first + 1);
    assert.deepEqual(await bytesOf(output), bytes.subarray(first, last + 1));
    const seen = await head('ranges', { Range });
    assert.deepEqual([seen.$metadata.httpStatusCode, seen.ContentLength, seen.ContentRange], [206, output.ContentLength, output.ContentRange]);
  }
  for (const Range of ['bytes=200000-', 'bytes=300000-400000', 'bytes=-0']) {
    const error = await refused(get('ranges', { Range }), 'InvalidRange', 416);
    assert.deepEqual([error.RangeRequested, error.ActualObjectSize], [Range, '200000']);
  }
  // What is no range is no reason to refuse: the whole is answered.
  for (const Range of ['bytes=5-2', 'lines=1-2', 'bytes=a-b', 'bytes=0-1,4-5']) {
    const output = await get('ranges', { Range });
    assert.deepEqual([output.$metadata.httpStatusCode, (await bytesOf(output)).length], [200, 200_000], Range);
  }
  await put('empty', '');
  await refused(get('empty', { Range: 'bytes=0-' }), 'InvalidRange', 416);
  assert.equal((await get('empty')).ContentLength, 0);
});

test('what is removed is gone, and what never was is removed as well', async () => {
  await put('gone', 'x');
  const removed = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
  assert.deepEqual([removed.$metadata.httpStatusCode, removed.VersionId, removed.DeleteMarker], [204, undefined, undefined]);
  const error = await refused(get('gone'), 'NoSuchKey', 404);
  assert.equal(error.Key, 'gone');
  await refused(head('gone'), 'NotFound', 404);
  assert.equal((await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))).$metadata.httpStatusCode, 204);
});

test('a thousand are removed at once, and a thousand and one are refused', async () => {
  const keys = Array.from({ length: 1001 }, (_, i) => `batch/${String(i).padStart(4, '0')}<&>"ção`);
  await Promise.all(keys.slice(0, 20).map((key) => put(key, 'x')));
  const objects = (some) => ({ Objects: some.map((Key) => ({ Key })) });
  await refused(s3.send(new DeleteObjectsCommand({ Bucket, Delete: objects(keys) })), 'MalformedXML', 400);
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'batch/' }))).KeyCount, 20);
  const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: objects(keys.slice(0, 1000)) }));
  assert.deepEqual(Deleted.map((one) => one.Key), keys.slice(0, 1000));
  assert.equal(Errors, undefined);
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'batch/' }))).KeyCount, 0);
  await put('quiet', 'x');
  const quiet = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { ...objects(['quiet']), Quiet: true } }));
  assert.deepEqual([quiet.Deleted, quiet.Errors], [undefined, undefined]);
  await refused(head('quiet'), 'NotFound', 404);
});

test('a batch that nobody vouches for is refused', async () => {
  const body = '<Delete><Object><Key>x</Key></Object></Delete>';
  const query = { delete: '' };
  const answer = await server.raw('POST', `/${Bucket}`, { query, body });
  assert.deepEqual([answer.status, answer.error], [400, 'InvalidRequest']);
  const wrong = await server.raw('POST', `/${Bucket}`, { query, body, headers: { 'content-md5': md5('other', 'base64') } });
  assert.deepEqual([wrong.status, wrong.error], [400, 'BadDigest']);
  const right = await server.raw('POST', `/${Bucket}`, { query, body, headers: { 'content-md5': md5(body, 'base64') } });
  assert.equal(right.status, 200, right.body);
});

test('the owner has every right to an object, and no other can be granted by an ACL', async () => {
  await put('acl', 'x', { ACL: 'bucket-owner-full-control' });
  const { Grants, Owner } = await s3.send(new GetObjectAclCommand({ Bucket, Key: 'acl' }));
  assert.deepEqual(Grants.map((grant) => [grant.Grantee.ID, grant.Permission]), [[Owner.ID, 'FULL_CONTROL']]);
  await s3.send(new PutObjectAclCommand({ Bucket, Key: 'acl', ACL: 'private' }));
  await refused(s3.send(new PutObjectAclCommand({ Bucket, Key: 'acl', ACL: 'public-read' })), 'AccessControlListNotSupported', 400);
  await refused(put('acl', 'y', { ACL: 'public-read' }), 'AccessControlListNotSupported', 400);
  await refused(s3.send(new GetObjectAclCommand({ Bucket, Key: 'none' })), 'NoSuchKey', 404);
  assert.equal((await bytesOf(await get('acl'))).toString(), 'x');
});

test('what is not offered says so, and stores nothing', async () => {
  const key = Buffer.alloc(32, 7);
  for (const rest of [
    { SSECustomerAlgorithm: 'AES256', SSECustomerKey: key.toString('base64'), SSECustomerKeyMD5: md5(key, 'base64') },
    { ServerSideEncryption: 'aws:kms' },
  ]) {
    await refused(put('not-offered', 'x', rest), 'NotImplemented', 501);
  }
  await refused(put('not-offered', 'x', { StorageClass: 'DEEP_ARCHIVE' }), 'InvalidStorageClass', 400);
  await refused(head('not-offered'), 'NotFound', 404);
  server.expected.push(/"status":501,"error":"NotImplemented"/);
});

// A stream whose bytes are made as they are read, so that the test holds none of them either.
function generated(sizeBytes, hash) {
  const piece = randomBytes(1 << 20);
  return Readable.from((function* pieces() {
    for (let made = 0; made < sizeBytes; made += piece.length) {
      piece.writeUInt32LE(made / piece.length, 0);
      const next = Buffer.from(piece.subarray(0, Math.min(piece.length, sizeBytes - made)));
      hash.update(next);
      yield next;
    }
  })());
}

test('256 MiB go in and out of a server that stays below 200 MB', async () => {
  const sizeBytes = 256 << 20;
  const sent = createHash('md5');
  await put('big', generated(sizeBytes, sent), { ContentLength: sizeBytes });
  const { Body, ContentLength, ETag } = await get('big');
  assert.equal(ContentLength, sizeBytes);
  const received = createHash('md5');
  for await (const piece of Body) received.update(piece);
  assert.equal(received.digest('hex'), ETag.slice(1, -1));
  assert.equal(sent.digest('hex'), ETag.slice(1, -1));
  assert.ok((await server.peakMemoryBytes()) < 200e6, `the server had ${(await server.peakMemoryBytes()) / 1e6} MB`);
});
