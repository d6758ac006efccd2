// SPDX-License-Identifier: Apache-2.0
// Keys are any bytes of UTF-8, and none of them reaches the file system or breaks a listing: through the AWS SDK, which
// encodes them, and by hand where it would not send them.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import {
  CopyObjectCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand,
  ListObjectsV2Command, PutObjectCommand, PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

import { Server, bytesOf, element, refused, sha256 } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

// One of every plane that has characters, and its last code points, which are none.
const planes = Array.from({ length: 17 }, (_, plane) => [plane * 0x10000 + 0x0101, plane * 0x10000 + 0xfffd, plane * 0x10000 + 0xffff])
  .flat().map((code) => `plane/${String.fromCodePoint(code)}`);

const hostile = [
  '../escape', '../../../../etc/passwd', './here', '.', '..', 'a/../b', 'a/./b', '/leading', '//two', 'trailing/', 'trailing//', 'a//b',
  'a///b', '/', '//', 'a', 'a/b', 'a/b/c', 'a ', ' a', ' ', 'a b', 'a+b', 'a%20b', 'a%2Fb', '%', '%%', '%zz', '100%', 'a&b=c',
  'a?b', '?', '#', 'a#b', 'a=b', 'a;b', 'a:b', 'a,b', 'a@b', '!', "'", '"', '(', ')', '*', '~', '|', '\\', 'a\\b', '^', '`', '[', ']',
  '{', '}', '<', '>', '<Key>a</Key>', '&amp;', ']]>', '<![CDATA[', '<!--', 'null', 'undefined', 'con', 'nul.txt', '-rf', '--help',
  '$HOME', '$(id)', '`id`', "'; drop table objects; --", 'a\tb', 'a\nb', 'a\r\nb', 'a\x7fb', 'a\u0001b', 'a\u001fb', '\u0085', '\u2028',
  'é', 'e\u0301', 'ÅÄÖ', 'İi', 'ß', '漢字', 'עברית', '\u202eright', '\ufeffbom', '\ufffd', '\ud83d\ude00', '👩‍👩‍👧',
  ...planes, 'x'.repeat(1024), 'é'.repeat(512), '😀'.repeat(256), `${'d/'.repeat(511)}ab`, 'versions', 'acl', 'uploads', 'x-amz-meta', 'healthz', 'index.html', '.caudal',
];

test('every hostile key is put, read, listed, copied, tagged and removed', async () => {
  const Bucket = await server.bucket();
  const put = (Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: `of ${Key}` }));
  await Promise.all(hostile.map(put));
  const keys = [...hostile].sort(byBytes);
  assert.equal(new Set(keys).size, keys.length);
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
  const decoded = listed.Contents.map((one) => decodeURIComponent(one.Key.replaceAll('+', ' ')));
  assert.deepEqual(decoded, keys);
  await Promise.all(keys.map(async (Key) => {
    const output = await s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal((await bytesOf(output)).toString(), `of ${Key}`, JSON.stringify(Key));
    await s3.send(new HeadObjectCommand({ Bucket, Key }));
    assert.equal((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1, EncodingType: 'url' }))).KeyCount, 1);
  }));
  await Promise.all(keys.map(async (Key) => {
    const CopySource = encodeURIComponent(`${Bucket}/${Key}`);
    await s3.send(new CopyObjectCommand({ Bucket, Key, CopySource, MetadataDirective: 'REPLACE', Metadata: { copied: 'yes' } }));
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }));
    assert.equal((await s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet[0].Value, 'v');
    assert.equal((await s3.send(new HeadObjectCommand({ Bucket, Key }))).Metadata.copied, 'yes');
  }));
  const half = keys.length / 2;
  // XML 1.0 has no way to write these in a request; they are removed one by one.
  const unwritable = (key) => /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/u.test(key);
  const batch = keys.filter((key, i) => i < half && !unwritable(key));
  const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: batch.map((Key) => ({ Key })) } }));
  assert.equal(Errors, undefined);
  assert.deepEqual(Deleted.map((one) => one.Key).sort(byBytes), batch);
  await Promise.all(keys.filter((key) => !batch.includes(key)).map((Key) => s3.send(new DeleteObjectCommand({ Bucket, Key }))));
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
});

test('NUL is a character of a key like others', async () => {
  const Bucket = await server.bucket();
  for (const Key of ['\0', 'a\0b', 'a\0', 'a']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(Key) }));
  for (const Key of ['\0', 'a\0b', 'a\0', 'a'])
    assert.equal((await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key })))).toString(), JSON.stringify(Key));
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
  assert.deepEqual(Contents.map((one) => decodeURIComponent(one.Key)), ['\0', 'a', 'a\0', 'a\0b']);
});

test('a listing that is not encoded stays XML, whatever the keys', async () => {
  const Bucket = await server.bucket();
  for (const Key of ['<&>"\'', 'a\rb', ']]>', '\u0001\u001f', '\0']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const answer = await server.raw('GET', `/${Bucket}`, { query: { 'list-type': '2' } });
  assert.equal(answer.status, 200);
  assert.match(answer.body, /<Key>&lt;&amp;&gt;/);
  assert.match(answer.body, /<Key>a&#(13|xD|x0D|xd);b<\/Key>/);
  assert.ok(!answer.bytes.includes(0), 'no NUL in XML');
  assert.equal(element(answer.body, 'KeyCount'), '5');
});

test('nothing is written outside the data directory, nor under a name that a client chose', async () => {
  const Bucket = await server.bucket();
  const before = await readdir(server.lake.folder);
  for (const Key of ['../escaped', '../../escaped', '/tmp/escaped-by-key']) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x'.repeat(200_000) }));
  }
  assert.deepEqual(await readdir(server.lake.folder), before);
  const files = await readdir(server.lake.data, { recursive: true });
  assert.deepEqual(files.filter((name) => name.includes('escaped')), []);
  await assert.rejects(readFile('/tmp/escaped-by-key'));
  await assert.rejects(readFile(path.join(server.lake.folder, 'escaped')));
});

test('more than 1,024 bytes are too long, and what is no UTF-8 is no key', async () => {
  const Bucket = await server.bucket();
  for (const Key of ['x'.repeat(1025), 'é'.repeat(513), '😀'.repeat(256) + 'x']) {
    const error = await refused(s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })), 'KeyTooLongError', 400);
    assert.deepEqual([error.Size, error.MaxSizeAllowed], [String(Buffer.byteLength(Key)), '1024']);
  }
  await refused(new Upload({ client: s3, params: { Bucket, Key: 'x'.repeat(1025), Body: Buffer.alloc(6 << 20) } }).done(), 'KeyTooLongError', 400);
  for (const encoded of ['%FF', '%C3', '%ED%A0%80', '%C0%80', '%F4%90%80%80']) {
    const answer = await server.raw('PUT', `/${Bucket}/${encoded}`, { body: 'x' });
    assert.deepEqual([answer.status, answer.error], [400, 'InvalidURI'], encoded);
  }
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
});

test('paths are read as they were signed, never tidied', async () => {
  const Bucket = await server.bucket();
  for (const [sent, key] of [['/a/../b', 'a/../b'], ['//x', '/x'], ['/a/./c', 'a/./c'], ['/d/..', 'd/..'], ['/%2B%20%25', '+ %']]) {
    const body = `as ${sent}`;
    const put = await server.raw('PUT', `/${Bucket}${sent}`, { body, headers: { 'x-amz-content-sha256': sha256(body) } });
    assert.equal(put.status, 200, `${sent}: ${put.body}`);
    assert.equal((await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key: key })))).toString(), body, sent);
  }
});
