// SPDX-License-Identifier: Apache-2.0
// Tags of objects through the AWS SDK: with the object, later, and within S3's limits.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  DeleteObjectTaggingCommand, GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, PutObjectCommand, PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';

import { Server, refused } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;
const Bucket = await server.bucket();

const put = (Key, rest = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...rest }));
const tag = (Key, tags) => s3.send(new PutObjectTaggingCommand({
  Bucket, Key, Tagging: { TagSet: Object.entries(tags).map(([name, Value]) => ({ Key: name, Value })) } }));
const tags = async (Key) =>
  Object.fromEntries((await s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet.map((one) => [one.Key, one.Value]));

test('tags come with an object, are changed and taken off', async () => {
  await put('k', { Tagging: 'class=raw&with%20space=a%2Bb%26c&empty=' });
  assert.deepEqual(await tags('k'), { class: 'raw', 'with space': 'a+b&c', empty: '' });
  assert.equal((await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }))).TagCount, 3);
  const { LastModified, ETag } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
  await tag('k', { 'ção <&>': 'é"\'' });
  assert.deepEqual(await tags('k'), { 'ção <&>': 'é"\'' });
  const after1 = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
  assert.deepEqual([after1.LastModified, after1.ETag], [LastModified, ETag]);
  assert.equal((await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'k' }))).$metadata.httpStatusCode, 204);
  assert.deepEqual(await tags('k'), {});
  await tag('k', { a: '1' });
  await put('k'); // a new object has no tags of the old one
  assert.deepEqual(await tags('k'), {});
});

test('the limits are S3\'s, and what passes them changes nothing', async () => {
  await put('limits', { Tagging: 'kept=yes' });
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`tag-${i}`, 'x']));
  await tag('limits', ten);
  await refused(tag('limits', { ...ten, eleventh: 'x' }), 'BadRequest', 400);
  await refused(put('limits', { Tagging: Array.from({ length: 11 }, (_, i) => `t${i}=x`).join('&') }), 'BadRequest', 400);
  await tag('limits', { ['é'.repeat(128)]: 'ü'.repeat(256) });
  await refused(tag('limits', { ['k'.repeat(129)]: 'x' }), 'InvalidTag', 400);
  await refused(tag('limits', { k: 'x'.repeat(257) }), 'InvalidTag', 400);
  await refused(tag('limits', { 'aws:own': 'x' }), 'InvalidTag', 400);
  await refused(put('limits', { Tagging: 'a=1&a=2' }), 'InvalidArgument', 400);
  const twice = { Bucket, Key: 'limits', Tagging: { TagSet: [{ Key: 'a', Value: '1' }, { Key: 'a', Value: '2' }] } };
  await refused(s3.send(new PutObjectTaggingCommand(twice)), 'InvalidTag', 400);
  assert.deepEqual(await tags('limits'), { ['é'.repeat(128)]: 'ü'.repeat(256) });
});

test('what is not there has no tags', async () => {
  await refused(tag('absent', { a: '1' }), 'NoSuchKey', 404);
  await refused(tags('absent'), 'NoSuchKey', 404);
  await refused(s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'absent' })), 'NoSuchKey', 404);
});
