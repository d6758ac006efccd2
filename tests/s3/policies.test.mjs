// SPDX-License-Identifier: Apache-2.0
// Who may do what: users with keys and policies of their own beside root, and the policies of buckets, for users and for
// everybody.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CopyObjectCommand, DeleteBucketPolicyCommand, DeleteObjectCommand, DeleteObjectsCommand, DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand, GetBucketPolicyStatusCommand, GetObjectCommand, GetPublicAccessBlockCommand, HeadObjectCommand, ListBucketsCommand,
  ListObjectsV2Command, PutBucketPolicyCommand, PutObjectCommand, PutObjectTaggingCommand, PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';

import { Server, bytesOf, exchange, refused } from '../lib/s3.mjs';

const of = (bucket) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
const policies = {
  nobody: undefined,
  reader: [{ Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: of('bucket-1-of-this-test') },
    { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::*/secret/*' }],
  writer: [{ Effect: 'Allow', Action: ['s3:PutObject', 's3:DeleteObject'], Resource: 'arn:aws:s3:::*/in/*' }],
};
const keys = {};

// Users are made by command, before the server takes the data directory.
async function prepare(lake) {
  for (const [name, Statement] of Object.entries(policies)) {
    await lake.ok('users', 'create', name);
    if (Statement) {
      await lake.write(`${name}.json`, JSON.stringify({ Version: '2012-10-17', Statement }));
      await lake.ok('users', 'attach', name, 'own', `${name}.json`);
    }
    const [key] = await lake.json('keys', 'create', name);
    keys[name] = { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
  }
}
const server = await Server.start({ after }, { prepare });
const { s3 } = server;
const Bucket = await server.bucket();
const as = Object.fromEntries(Object.entries(keys).map(([name, credentials]) => [name, server.client({ credentials })]));

const put = (Key, Body = 'x', client = s3) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
const get = (Key, client = s3) => client.send(new GetObjectCommand({ Bucket, Key }));
const list = (client, rest = {}) => client.send(new ListObjectsV2Command({ Bucket, ...rest }));
const denied = (promise) => refused(promise, 'AccessDenied', 403);
const anybody = (method, path, options = {}) => exchange(server.url, { method, path: `/${Bucket}/${path}`, ...options });

async function withPolicy(statements, body) {
  const document = { Version: '2012-10-17', Statement: statements };
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(document) }));
  try {
    await body();
  } finally {
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  }
}

await put('open/a');
await put('secret/b');

test('a user without a policy may do nothing, and learns nothing', async () => {
  for (const command of [
    new GetObjectCommand({ Bucket, Key: 'open/a' }), new GetObjectCommand({ Bucket, Key: 'absent' }), new ListObjectsV2Command({ Bucket }),
    new ListObjectsV2Command({ Bucket: 'no-such-bucket-there' }), new PutObjectCommand({ Bucket, Key: 'new', Body: 'x' }),
    new DeleteObjectCommand({ Bucket, Key: 'open/a' }), new ListBucketsCommand({}), new GetBucketPolicyCommand({ Bucket })]) {
    await denied(as.nobody.send(command));
  }
});

test('a user may do what its policy allows, and what is denied stays denied', async () => {
  assert.equal((await bytesOf(await get('open/a', as.reader))).toString(), 'x');
  assert.ok((await list(as.reader)).KeyCount >= 2);
  await refused(get('absent', as.reader), 'NoSuchKey', 404); // who may list may know
  await denied(get('secret/b', as.reader));
  await denied(put('open/a', 'y', as.reader));
  await put('in/new', 'x', as.writer);
  await denied(put('out/new', 'x', as.writer));
  await denied(get('in/new', as.writer));
  await denied(get('absent', as.writer)); // who may not list may not know
  await denied(as.writer.send(new PutObjectCommand({ Bucket, Key: 'in/tagged', Body: 'x', Tagging: 'a=1' })));
  await denied(as.writer.send(new CopyObjectCommand({ Bucket, Key: 'in/copy', CopySource: `${Bucket}/secret/b` })));
  await refused(s3.send(new HeadObjectCommand({ Bucket, Key: 'in/copy' })), 'NotFound', 404);
});

test('a batch removes what may be removed, and says so of the rest', async () => {
  await Promise.all(['in/1', 'out/1', 'in/2'].map((key) => put(key)));
  const { Deleted, Errors } = await as.writer.send(new DeleteObjectsCommand({
    Bucket, Delete: { Objects: ['in/1', 'out/1', 'in/2'].map((Key) => ({ Key })) } }));
  assert.deepEqual(Deleted.map((one) => one.Key), ['in/1', 'in/2']);
  assert.deepEqual(Errors.map((one) => [one.Key, one.Code]), [['out/1', 'AccessDenied']]);
  assert.equal((await list(s3, { Prefix: 'out/' })).KeyCount, 1);
});

test('a bucket\'s policy opens it to a user, or to everybody, for just what it says', async () => {
  const resource = `arn:aws:s3:::${Bucket}/open/*`;
  await withPolicy([{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: resource }], async () => {
    assert.deepEqual([(await anybody('GET', 'open/a')).body, (await anybody('GET', 'open/a')).status], ['x', 200]);
    assert.equal((await anybody('HEAD', 'open/a')).status, 200);
    assert.equal((await anybody('GET', 'secret/b')).error, 'AccessDenied');
    assert.equal((await anybody('GET', 'open/absent')).error, 'AccessDenied');
    assert.equal((await anybody('PUT', 'open/a', { body: 'y' })).error, 'AccessDenied');
    assert.equal((await anybody('GET', '')).error, 'AccessDenied');
    assert.equal((await anybody('GET', 'open/a?response-content-type=text/html')).error, 'InvalidRequest');
    assert.equal((await bytesOf(await get('open/a', as.nobody))).toString(), 'x');
    assert.equal((await s3.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus.IsPublic, true);
  });
  assert.equal((await anybody('GET', 'open/a')).error, 'AccessDenied');
  await withPolicy([{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:user/nobody' }, Action: 's3:PutObject', Resource: resource }],
    async () => {
      await put('open/by-nobody', 'x', as.nobody);
      await denied(get('open/by-nobody', as.nobody));
      assert.equal((await anybody('PUT', 'open/by-anybody', { body: 'y' })).error, 'AccessDenied');
    });
  await denied(put('open/by-nobody', 'x', as.nobody));
});

test('a denial in the bucket\'s policy holds for whoever its policy allows', async () => {
  const statement = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` };
  await withPolicy([{ ...statement, Condition: { StringNotEquals: { 's3:ExistingObjectTag/state': 'approved' } } }], async () => {
    await denied(get('open/a', as.reader));
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'open/a', Tagging: { TagSet: [{ Key: 'state', Value: 'approved' }] } }));
    assert.equal((await get('open/a', as.reader)).ContentLength, 1);
  });
  await withPolicy([{ ...statement, Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } }],
    () => denied(get('open/a', as.reader)));
  await withPolicy([{ ...statement, Condition: { NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } }],
    () => get('open/a', as.reader));
});

test('a policy is kept as it was put, and one that makes no sense is refused', async () => {
  const statement = { Sid: 'one', Effect: 'Deny', Principal: '*', Action: 's3:DeleteBucket', Resource: `arn:aws:s3:::${Bucket}` };
  const document = (...Statement) => JSON.stringify({ Version: '2012-10-17', Id: 'ção', Statement }, null, 1);
  const Policy = document(statement);
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  assert.equal((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy, Policy);
  const nobody = { AWS: 'arn:aws:iam::000000000000:user/never-made' };
  for (const wrong of ['{', '[]', '{"Statement": []}', document({ ...statement, Effect: 'Maybe' }), document({ ...statement, Principal: nobody }),
    document({ ...statement, Resource: 'arn:aws:s3:::another-bucket/*' })]) {
    await refused(s3.send(new PutBucketPolicyCommand({ Bucket, Policy: wrong })), 'MalformedPolicy', 400);
  }
  assert.equal((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy, Policy);
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  await refused(s3.send(new GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy', 404);
});

test('public access can be blocked, whatever a policy says', async () => {
  const block = (PublicAccessBlockConfiguration) => s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  const open = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }];
  await withPolicy(open, async () => {
    assert.equal((await anybody('GET', 'open/a')).status, 200);
    await block({ RestrictPublicBuckets: true });
    assert.equal((await anybody('GET', 'open/a')).error, 'AccessDenied');
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    assert.deepEqual(PublicAccessBlockConfiguration, {
      BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: true });
  });
  await block({ BlockPublicPolicy: true });
  await denied(s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: open }) })));
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await refused(s3.send(new GetPublicAccessBlockCommand({ Bucket })), 'NoSuchPublicAccessBlockConfiguration', 404);
});

test('the audit log tells of every key of a batch, and of the sources of copies', async (t) => {
  let credentials;
  const own = await Server.start(t, { prepare: async (lake) => {
    await lake.ok('users', 'create', 'writer');
    await lake.write('own.json', JSON.stringify({ Version: '2012-10-17', Statement: policies.writer }));
    await lake.ok('users', 'attach', 'writer', 'own', 'own.json');
    const [key] = await lake.json('keys', 'create', 'writer');
    credentials = { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
  } });
  const Bucket = await own.bucket();
  await own.s3.send(new PutObjectCommand({ Bucket, Key: 'in/a', Body: 'x' }));
  await own.s3.send(new PutObjectCommand({ Bucket, Key: 'out/b', Body: 'x' }));
  const writer = own.client({ credentials });
  await writer.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'in/a' }, { Key: 'out/b' }] } }));
  await denied(writer.send(new CopyObjectCommand({ Bucket, Key: 'in/copy', CopySource: `${Bucket}/out/b` })));
  await own.stop();
  const rows = await own.lake.sql(`select operation, resource, decision, status, request_id from caudal.audit
    where access_key_id = '${credentials.accessKeyId}' order by sequence`);
  const arn = (key) => `arn:aws:s3:::${Bucket}${key}`;
  assert.deepEqual(rows.map((row) => [row.operation, row.resource, row.decision || null, Number(row.status)]), [
    ['DeleteObjects', arn(''), null, 200], ['DeleteObject', arn('/in/a'), 'allow', 204], ['DeleteObject', arn('/out/b'), 'implicit_deny', 403],
    ['CopyObject', arn('/in/copy'), 'implicit_deny', 403], ['GetObject', arn('/out/b'), 'implicit_deny', 403]]);
  assert.equal(new Set(rows.map((row) => row.request_id)).size, 2);
});
