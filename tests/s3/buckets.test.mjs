// SPDX-License-Identifier: Apache-2.0
// Buckets through the AWS SDK: made, found, listed by pages, removed; where they are and whose.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CreateBucketCommand, DeleteBucketCommand, GetBucketAclCommand, GetBucketLocationCommand, HeadBucketCommand, ListBucketsCommand,
  ListObjectsV2Command, PutBucketAclCommand, PutObjectCommand, paginateListBuckets, waitUntilBucketExists, waitUntilBucketNotExists,
} from '@aws-sdk/client-s3';

import { Server, refused, region } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;

test('a bucket is made, found, listed and removed', async () => {
  const Bucket = 'a-bucket.with-dots.01';
  await refused(s3.send(new HeadBucketCommand({ Bucket })), 'NotFound', 404);
  const made = await s3.send(new CreateBucketCommand({ Bucket }));
  assert.equal(made.Location, `/${Bucket}`);
  await waitUntilBucketExists({ client: s3, maxWaitTime: 6 }, { Bucket });
  assert.equal((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion, region);
  const { Buckets, Owner } = await s3.send(new ListBucketsCommand({}));
  const [listed] = Buckets.filter((bucket) => bucket.Name === Bucket);
  assert.equal(listed.BucketRegion, region);
  assert.ok(Math.abs(Date.now() - listed.CreationDate) < 60_000, `made at ${listed.CreationDate}`);
  assert.match(Owner.ID, /^[0-9a-f]{64}$/);
  await s3.send(new DeleteBucketCommand({ Bucket }));
  await waitUntilBucketNotExists({ client: s3, maxWaitTime: 6 }, { Bucket });
  await refused(s3.send(new DeleteBucketCommand({ Bucket })), 'NoSuchBucket', 404);
});

test('a bucket that is there is not made again, and one with objects is not removed', async () => {
  const Bucket = await server.bucket();
  await refused(s3.send(new CreateBucketCommand({ Bucket })), 'BucketAlreadyOwnedByYou', 409);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  const error = await refused(s3.send(new DeleteBucketCommand({ Bucket })), 'BucketNotEmpty', 409);
  assert.equal(error.BucketName, Bucket);
});

test('of 16 that make one bucket at once, one does', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 16 }, () => s3.send(new CreateBucketCommand({ Bucket: 'made-by-many' }))));
  assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
  for (const outcome of outcomes.filter((one) => one.status === 'rejected'))
    assert.equal(outcome.reason.name, 'BucketAlreadyOwnedByYou');
});

test('names that S3 does not take are refused', async () => {
  for (const Bucket of ['ab', 'Upper', 'under_score', 'a'.repeat(64), '-dash', 'dash-', 'a..b', '192.168.0.1', 'sp ace', 'xn--a']) {
    await refused(s3.send(new CreateBucketCommand({ Bucket })), 'InvalidBucketName', 400);
  }
});

test('a location is kept, and us-east-1 has none', async () => {
  const here = await server.bucket();
  assert.equal((await s3.send(new GetBucketLocationCommand({ Bucket: here }))).LocationConstraint, undefined);
  const far = await server.bucket({ CreateBucketConfiguration: { LocationConstraint: 'sa-east-1' } });
  assert.equal((await s3.send(new GetBucketLocationCommand({ Bucket: far }))).LocationConstraint, 'sa-east-1');
  assert.equal((await s3.send(new HeadBucketCommand({ Bucket: far }))).BucketRegion, 'sa-east-1');
  // A client of another region is served: there is one server, whatever the signature says.
  const abroad = server.client({ region: 'sa-east-1' });
  assert.equal((await abroad.send(new ListObjectsV2Command({ Bucket: far }))).KeyCount, 0);
});

test('buckets are listed by prefix, by region and by pages', async () => {
  const names = Array.from({ length: 7 }, (_, i) => `paged-${i}`);
  for (const Bucket of names) {
    const where = Bucket.endsWith('3') ? { CreateBucketConfiguration: { LocationConstraint: 'eu-west-3' } } : {};
    await s3.send(new CreateBucketCommand({ Bucket, ...where }));
  }
  const pages = [];
  for await (const page of paginateListBuckets({ client: s3, pageSize: 3 }, { Prefix: 'paged-' })) {
    pages.push(page.Buckets.map((bucket) => bucket.Name));
  }
  assert.deepEqual(pages, [names.slice(0, 3), names.slice(3, 6), names.slice(6)]);
  const { Buckets } = await s3.send(new ListBucketsCommand({ BucketRegion: 'eu-west-3' }));
  assert.deepEqual(Buckets.map((bucket) => bucket.Name), ['paged-3']);
  await refused(s3.send(new ListBucketsCommand({ MaxBuckets: 10_001 })), 'InvalidArgument', 400);
});

test('the owner has every right, and no other can be granted by an ACL', async () => {
  const Bucket = await server.bucket();
  const { Grants, Owner } = await s3.send(new GetBucketAclCommand({ Bucket }));
  assert.deepEqual(Grants.map((grant) => [grant.Grantee.ID, grant.Grantee.Type, grant.Permission]),
    [[Owner.ID, 'CanonicalUser', 'FULL_CONTROL']]);
  await s3.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }));
  await s3.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy: { Grants, Owner } }));
  await refused(s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' })), 'AccessControlListNotSupported', 400);
  const everybody = { Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' }, Permission: 'READ' };
  await refused(s3.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy: { Grants: [everybody], Owner } })),
    'AccessControlListNotSupported', 400);
  await refused(server.bucket({ ACL: 'public-read' }), 'InvalidBucketAclWithObjectOwnership', 400);
});

test('what is asked of a bucket that is not there is NoSuchBucket', async () => {
  const Bucket = 'nobody-made-this';
  for (const Command of [ListObjectsV2Command, GetBucketLocationCommand, GetBucketAclCommand]) {
    const error = await refused(s3.send(new Command({ Bucket })), 'NoSuchBucket', 404);
    assert.equal(error.BucketName, Bucket);
  }
  await refused(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' })), 'NoSuchBucket', 404);
});
