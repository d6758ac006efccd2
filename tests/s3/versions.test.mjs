// SPDX-License-Identifier: Apache-2.0
// Versions and delete markers through the AWS SDK, listed by pages, removed for good, and what suspending means.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  DeleteBucketCommand, DeleteObjectCommand, DeleteObjectsCommand, GetBucketVersioningCommand, GetObjectCommand,
  GetObjectTaggingCommand, HeadObjectCommand, ListObjectVersionsCommand, ListObjectsV2Command, PutBucketVersioningCommand,
  PutObjectCommand, PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';

import { Server, bytesOf, refused } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;

const versioning = (Bucket, Status) => s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
async function keeping() {
  const Bucket = await server.bucket();
  await versioning(Bucket, 'Enabled');
  const of = (Command) => (Key, rest = {}) => s3.send(new Command({ Bucket, Key, ...rest }));
  return {
    Bucket, put: (Key, Body) => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
    get: of(GetObjectCommand), head: of(HeadObjectCommand), remove: of(DeleteObjectCommand),
    text: async (Key, VersionId) => (await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key, VersionId })))).toString(),
    versions: (rest = {}) => s3.send(new ListObjectVersionsCommand({ Bucket, ...rest })),
  };
}

test('a bucket says whether it keeps versions', async () => {
  const Bucket = await server.bucket();
  const status = async () => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status;
  assert.equal(await status(), undefined);
  for (const Status of ['Enabled', 'Suspended', 'Enabled']) {
    await versioning(Bucket, Status);
    assert.equal(await status(), Status);
  }
  await refused(versioning(Bucket, 'Off'), 'IllegalVersioningConfigurationException', 400);
  assert.equal(await status(), 'Enabled');
});

test('every version stays readable, and a delete marker hides them', async () => {
  const { put, get, head, remove, text } = await keeping();
  const one = await put('k', 'one');
  const two = await put('k', 'two');
  assert.notEqual(one.VersionId, two.VersionId);
  assert.equal((await head('k')).VersionId, two.VersionId);
  assert.deepEqual([await text('k'), await text('k', one.VersionId), await text('k', two.VersionId)], ['two', 'one', 'two']);
  const marker = await remove('k');
  assert.equal(marker.DeleteMarker, true);
  const hidden = await refused(get('k'), 'NoSuchKey', 404);
  assert.equal(hidden.$response.headers['x-amz-delete-marker'], 'true');
  assert.equal(hidden.$response.headers['x-amz-version-id'], marker.VersionId);
  const itself = await refused(get('k', { VersionId: marker.VersionId }), 'MethodNotAllowed', 405);
  assert.equal(itself.$response.headers['x-amz-delete-marker'], 'true');
  assert.equal(await text('k', one.VersionId), 'one');
  // Without its marker the object is there again.
  const lifted = await remove('k', { VersionId: marker.VersionId });
  assert.deepEqual([lifted.DeleteMarker, lifted.VersionId], [true, marker.VersionId]);
  assert.equal(await text('k'), 'two');
  // Without its newest version the one before is.
  const gone = await remove('k', { VersionId: two.VersionId });
  assert.deepEqual([gone.DeleteMarker, gone.VersionId], [undefined, two.VersionId]);
  assert.equal(await text('k'), 'one');
  await refused(get('k', { VersionId: two.VersionId }), 'NoSuchVersion', 404);
  for (const VersionId of ['nonsense', '0'.repeat(32)])
    assert.ok(['NoSuchVersion', 'InvalidArgument'].includes((await get('k', { VersionId }).catch((error) => error)).name));
});

test('versions and markers are listed newest first, by pages of any size', async () => {
  const { put, remove, versions, Bucket } = await keeping();
  const made = [];
  for (const [key, body] of [['a', '1'], ['a', '22'], ['a/b', '3'], ['b', '4'], ['a', '555']])
    made.unshift([key, (await put(key, body)).VersionId, body.length]);
  made.unshift(['b', (await remove('b')).VersionId, undefined]);
  const expected = ['a', 'a/b', 'b'].flatMap((key) => made.filter(([of]) => of === key));
  const entries = ({ Versions = [], DeleteMarkers = [] }) =>
    [...Versions, ...DeleteMarkers].map((one) => [one.Key, one.VersionId, one.Size]);
  const sorted = (list) => list.map(String).sort();
  const whole = await versions();
  assert.deepEqual(sorted(entries(whole)), sorted(expected));
  assert.deepEqual(whole.Versions.filter((one) => one.Key === 'a').map((one) => [one.VersionId, one.IsLatest]),
    expected.filter(([key]) => key === 'a').map(([, version], i) => [version, i === 0]));
  assert.deepEqual(whole.DeleteMarkers.map((one) => one.IsLatest), [true]);
  assert.equal(whole.Versions.find((one) => one.Key === 'b').IsLatest, false);
  for (const MaxKeys of [1, 2, 3, 5]) {
    const seen = [];
    let page = {};
    let pages = 0;
    do {
      page = await versions({ MaxKeys, KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker });
      assert.ok(entries(page).length <= MaxKeys);
      seen.push(...entries(page));
      assert.ok(++pages <= 10);
    } while (page.IsTruncated);
    assert.deepEqual(sorted(seen), sorted(expected), `pages of ${MaxKeys}`);
  }
  const rolled = await versions({ Delimiter: '/' });
  assert.deepEqual(rolled.CommonPrefixes.map((one) => one.Prefix), ['a/']);
  assert.equal(entries(rolled).length, 5);
  assert.deepEqual(entries(await versions({ Prefix: 'a/' })).map(([key]) => key), ['a/b']);
  await refused(versions({ VersionIdMarker: made[0][1] }), 'InvalidArgument', 400);
  assert.equal(entries(await versions({ MaxKeys: 0 })).length, 0);
  assert.deepEqual((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents.map((one) => one.Key), ['a', 'a/b']);
});

test('a suspended bucket overwrites its null version and keeps the others', async () => {
  const { Bucket, put, remove, text, versions } = await keeping();
  const kept = await put('k', 'kept');
  await versioning(Bucket, 'Suspended');
  for (const body of ['null one', 'null two']) assert.ok([undefined, 'null'].includes((await put('k', body)).VersionId));
  assert.deepEqual([await text('k'), await text('k', 'null'), await text('k', kept.VersionId)], ['null two', 'null two', 'kept']);
  assert.deepEqual((await versions()).Versions.map((one) => one.VersionId), ['null', kept.VersionId]);
  const marker = await remove('k');
  assert.equal(marker.DeleteMarker, true);
  const { Versions, DeleteMarkers } = await versions();
  assert.deepEqual([Versions.map((one) => one.VersionId), DeleteMarkers.map((one) => one.VersionId)], [[kept.VersionId], ['null']]);
  assert.equal(await text('k', kept.VersionId), 'kept');
});

test('what was there before versions were kept is the null version', async () => {
  const Bucket = await server.bucket();
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'old' }));
  await versioning(Bucket, 'Enabled');
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'new' }));
  const read = async (version) => (await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: version })))).toString();
  assert.deepEqual([await read('null'), await read(VersionId), await read()], ['old', 'new', 'new']);
});

test('tags are of one version', async () => {
  const { Bucket, put } = await keeping();
  const one = await put('k', 'one');
  const two = await put('k', 'two');
  const tag = (VersionId, Value) => s3.send(new PutObjectTaggingCommand({
    Bucket, Key: 'k', VersionId, Tagging: { TagSet: [{ Key: 'which', Value }] } }));
  const tagged = async (VersionId) => (await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'k', VersionId }))).TagSet[0].Value;
  assert.equal((await tag(one.VersionId, 'first')).VersionId, one.VersionId);
  assert.equal((await tag(undefined, 'second')).VersionId, two.VersionId);
  assert.deepEqual([await tagged(one.VersionId), await tagged(two.VersionId), await tagged()], ['first', 'second', 'second']);
});

test('a batch removes versions for good, and then the bucket can go', async () => {
  const { Bucket, put, remove, versions } = await keeping();
  for (let i = 0; i < 5; ++i) {
    await put(`k${i % 2}`, String(i));
    await remove('k0');
  }
  await refused(s3.send(new DeleteBucketCommand({ Bucket })), 'BucketNotEmpty', 409);
  const marked = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k1' }] } }));
  assert.equal(marked.Deleted[0].DeleteMarker, true);
  const { Versions, DeleteMarkers } = await versions();
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  assert.ok(DeleteMarkers.some((one) => one.VersionId === marked.Deleted[0].DeleteMarkerVersionId));
  const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  assert.deepEqual([Deleted.length, Errors], [Objects.length, undefined]);
  assert.equal(Deleted.filter((one) => one.DeleteMarker).length, DeleteMarkers.length);
  await s3.send(new DeleteBucketCommand({ Bucket }));
});
