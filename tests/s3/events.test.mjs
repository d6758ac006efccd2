// SPDX-License-Identifier: Apache-2.0
// What a bucket does by itself: rules that expire, events that reach webhooks, and a flow that starts when its files come.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand, DeleteBucketCommand, DeleteBucketLifecycleCommand,
  DeleteObjectCommand, GetBucketLifecycleConfigurationCommand, GetBucketNotificationConfigurationCommand, GetObjectCommand,
  HeadObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand, PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand, PutBucketVersioningCommand, PutObjectCommand, PutObjectTaggingCommand, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

import { InvoiceLake, invoice, invoices, payment, payments } from '../lib/invoices.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { Server, bytesOf, eventually, refused } from '../lib/s3.mjs';

const receiver = await Receiver.start();
after(() => receiver.stop());
const server = await Server.start({ after }, { env: {
  CAUDAL_SERVER_LIFECYCLE_EVERY: '1', CAUDAL_SERVER_WEBHOOKS: `files=${receiver.webhookUrl}` } });
const { s3 } = server;
server.expected.push(/^lifecycle: /);

const past = new Date('2020-01-01T00:00:00Z');

test('rules that expire objects are kept, for what they name alone', async () => {
  const Bucket = await server.bucket();
  const put = (Key, Body = 'x', rest = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...rest }));
  await Promise.all([
    put('tmp/a'), put('tmp/b'), put('kept/a'), put('tagged/gone', 'x', { Tagging: 'keep=no' }),
    put('tagged/stays', 'x', { Tagging: 'keep=yes' }), put('sized/small'), put('sized/large', 'x'.repeat(2000))]);
  await refused(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })), 'NoSuchLifecycleConfiguration', 404);
  const Rules = [
    { ID: 'tmp', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Date: past } },
    { ID: 'tagged', Status: 'Enabled', Filter: { And: { Prefix: 'tagged/', Tags: [{ Key: 'keep', Value: 'no' }] } }, Expiration: { Date: past } },
    { ID: 'sized', Status: 'Enabled', Filter: { And: { Prefix: 'sized/', ObjectSizeGreaterThan: 1000 } }, Expiration: { Date: past } },
    { ID: 'off', Status: 'Disabled', Filter: { Prefix: 'kept/' }, Expiration: { Date: past } },
    { ID: 'later', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 30 }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
  ];
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  assert.deepEqual((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules, Rules);
  const keys = async () => (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents.map((one) => one.Key);
  await eventually(async () => (await keys()).length === 3);
  assert.deepEqual(await keys(), ['kept/a', 'sized/small', 'tagged/stays']);
  // The rule that comes next is told to whoever asks for the object.
  const seen = await s3.send(new HeadObjectCommand({ Bucket, Key: 'kept/a' }));
  assert.match(seen.Expiration, /expiry-date="\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT", rule-id="later"/);
  await s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
  await refused(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })), 'NoSuchLifecycleConfiguration', 404);
});

test('in a bucket that keeps versions an expired object is hidden, not lost', async () => {
  const Bucket = await server.bucket();
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'old' }));
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: {
    Rules: [{ ID: 'all', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Date: past } }] } }));
  await eventually(async () => (await s3.send(new ListObjectVersionsCommand({ Bucket }))).DeleteMarkers?.length === 1);
  await refused(s3.send(new GetObjectCommand({ Bucket, Key: 'k' })), 'NoSuchKey', 404);
  assert.equal((await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId })))).toString(), 'old');
});

test('rules that make no sense, or need what is not offered, are refused', async () => {
  const Bucket = await server.bucket();
  const put = (rule) => s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: {
    Rules: [{ ID: 'r', Status: 'Enabled', Filter: { Prefix: '' }, ...rule }] } }));
  await refused(put({ Expiration: { Days: 0 } }), 'InvalidArgument', 400);
  await refused(put({ Expiration: { Date: new Date('2020-01-01T12:00:00Z') } }), 'InvalidArgument', 400);
  await refused(put({}), 'InvalidRequest', 400);
  await refused(put({ Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } }), 'MalformedXML', 400);
  server.expected.push(/"status":501/);
  await refused(put({ Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] }), 'NotImplemented', 501);
});

test('events of a bucket reach a webhook, in order, for the keys and kinds that were asked for', async () => {
  const Bucket = await server.bucket();
  const configure = (QueueConfigurations) =>
    s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { QueueConfigurations } }));
  const queue = {
    Id: 'csv', QueueArn: 'arn:aws:sqs:us-east-1:000000000000:files', Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*'],
    Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'raw/' }, { Name: 'suffix', Value: '.csv' }] } } };
  await configure([queue]);
  const { QueueConfigurations } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  assert.deepEqual(QueueConfigurations.map(({ Id, QueueArn, Events }) => [Id, QueueArn, Events]), [[queue.Id, queue.QueueArn, queue.Events]]);
  const put = (Key, Body = 'abc') => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const { ETag } = await put('raw/a b+ção.csv');
  await put('other/a.csv');
  await put('raw/a.txt');
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'raw/copy.csv', CopySource: `${Bucket}/raw/a.txt` }));
  await new Upload({ client: s3, partSize: 5 << 20, params: { Bucket, Key: 'raw/parts.csv', Body: Buffer.alloc(6 << 20) } }).done();
  await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'raw/copy.csv', Tagging: { TagSet: [{ Key: 'a', Value: '1' }] } }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'raw/copy.csv' }));
  const records = [];
  for (let i = 0; i < 5; ++i) records.push(...(await receiver.next('chat')).body.Records);
  assert.deepEqual(records.map((one) => [one.eventName, decodeURIComponent(one.s3.object.key.replaceAll('+', ' '))]), [
    ['ObjectCreated:Put', 'raw/a b+ção.csv'], ['ObjectCreated:Copy', 'raw/copy.csv'], ['ObjectCreated:CompleteMultipartUpload', 'raw/parts.csv'],
    ['ObjectTagging:Put', 'raw/copy.csv'], ['ObjectRemoved:Delete', 'raw/copy.csv']]);
  const [first] = records;
  const { bucket, object } = first.s3;
  assert.deepEqual([first.eventSource, first.awsRegion, first.s3.configurationId], ['aws:s3', 'us-east-1', 'csv']);
  assert.deepEqual([bucket.name, object.size, `"${object.eTag}"`], [Bucket, 3, ETag]);
  const sequence = records.map((one) => one.s3.object.sequencer);
  assert.deepEqual(sequence, [...sequence].sort());
  assert.equal(receiver.all('chat').length, 5);
  await refused(configure([{ ...queue, QueueArn: 'arn:aws:sqs:us-east-1:000000000000:nobody' }]), 'InvalidArgument', 400);
  await refused(configure([{ ...queue, Events: ['s3:Nothing:*'] }]), 'InvalidArgument', 400);
  await configure([]);
  assert.equal((await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }))).QueueConfigurations, undefined);
});

// A server of its own for a test whose webhook answers as `statuses` say, and a bucket that tells it of what is made.
async function withWebhook(t, statuses, subscriptions = ['only']) {
  const own = await Receiver.start({ httpStatuses: statuses });
  t.after(() => own.stop());
  const server = await Server.start(t, { env: { CAUDAL_SERVER_WEBHOOKS: `files=${own.webhookUrl}` } });
  server.expected.push(/^webhook files answered 503; it is tried again$/);
  const Bucket = await server.bucket();
  const QueueConfigurations = subscriptions.map((Id) => (
    { Id, QueueArn: 'arn:aws:sqs:us-east-1:000000000000:files', Events: ['s3:ObjectCreated:*'] }));
  const configure = (configurations) => server.s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { QueueConfigurations: configurations } }));
  await configure(QueueConfigurations);
  const put = (Key) => server.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  // 'subscription key status' of each post so far.
  const posts = () => own.all('chat').map(({ body: { Records: [one] }, status }) => `${one.s3.configurationId} ${one.s3.object.key} ${status}`);
  return { own, server, Bucket, configure, put, posts };
}

test('what happened before the bucket stopped telling, or was removed, is told all the same', async (t) => {
  const { server, Bucket, configure, put, posts } = await withWebhook(t, [503, 503, 200]);
  await put('a');
  await put('b');
  await configure([]);
  await put('untold');
  for (const Key of ['a', 'b', 'untold']) await server.s3.send(new DeleteObjectCommand({ Bucket, Key }));
  await server.s3.send(new DeleteBucketCommand({ Bucket }));
  await eventually(() => posts().filter((one) => one.endsWith(' 200')).length === 2);
  assert.deepEqual(posts(), ['only a 503', 'only a 503', 'only a 200', 'only b 200']);
});

test('of several subscriptions of one webhook only that is told again which was not taken', async (t) => {
  const { put, posts } = await withWebhook(t, [200, 503, 503, 200], ['first', 'second']);
  await put('a');
  await put('b');
  await eventually(() => posts().length >= 6);
  assert.deepEqual(posts(), ['first a 200', 'second a 503', 'second a 503', 'second a 200', 'first b 200', 'second b 200']);
});

test('what was not told before the server ended is told when it is back, and nothing that was', async (t) => {
  const { own, server, put, posts } = await withWebhook(t, [200, 503, 503, 503, 200], ['first', 'second']);
  await put('a');
  await eventually(() => posts().includes('second a 503'));
  await put('b');
  await server.stop();
  const before = posts();
  await server.open({ env: { CAUDAL_SERVER_WEBHOOKS: `files=http://127.0.0.1:1/` } });
  server.expected.push(/did not reach webhook files/);
  await server.stop();
  await server.open({ env: { CAUDAL_SERVER_WEBHOOKS: `files=${own.webhookUrl}` } });
  await eventually(() => posts().filter((one) => one.endsWith(' 200')).length === 4);
  assert.deepEqual(posts().slice(before.length).filter((one) => one.endsWith(' 200')), ['second a 200', 'first b 200', 'second b 200']);
});

test('a month\'s files that come by S3 start their flow within a second, and what it makes is read by S3', async (t) => {
  const watching = await Server.start(t, { of: InvoiceLake });
  watching.expected.push(/^watching the flows: invoices, payments$/, /^(invoices|payments): nobody is told of .*chat or email, which are not configured; set notices\.chat\.url/,
    /^\d{4}-\d\d-\d\dT\S+ {2}/, /^ {2}(succeeded|skipped) /, /^invoices succeeded /);
  const of = (Key) => ({ Bucket: 'lake', Key });
  const arrived = (name) => of(`raw/ingestion/${name}`);
  const put = (where, Body) => watching.s3.send(new PutObjectCommand({ ...where, Body }));
  // The last file of `month` comes by `last`: then its flow begins, and says when.
  const runsOnceItCame = async (month, last) => {
    await last();
    const came = Date.now();
    const [, time] = await watching.process.until(new RegExp(`^(\\S+) {2}invoices: starts for ${month}$`, 'm'), 60_000);
    assert.ok(Date.parse(time) - came < 1000, `it started ${Date.parse(time) - came} ms after the last file came`);
    const [line] = await watching.process.until(new RegExp(`run \\S+ of invoices for ${month} \\w+`), 60_000);
    assert.match(line, /succeeded/);
  };
  await put(arrived('tb_faturas_202401.csv'), invoices([invoice(1), invoice(2)]));
  await runsOnceItCame('2024-01', () => put(arrived('tb_pagamentos_202401.csv'), payments([payment(1)])));
  const { Contents } = await watching.s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix: 'curated/' }));
  assert.ok(Contents.some((one) => one.Key.endsWith('.parquet')), JSON.stringify(Contents));
  const { Key } = Contents.find((one) => one.Key.endsWith('.parquet'));
  const parquet = await bytesOf(await watching.s3.send(new GetObjectCommand({ Bucket: 'lake', Key })));
  assert.equal(parquet.subarray(0, 4).toString(), 'PAR1');
  // However a file comes: copied, or in parts.
  await put(of('elsewhere/p.csv'), payments([]));
  await watching.s3.send(new CopyObjectCommand({ ...arrived('tb_pagamentos_202402.csv'), CopySource: 'lake/elsewhere/p.csv' }));
  await runsOnceItCame('2024-02', async () => {
    const where = arrived('tb_faturas_202402.csv');
    const { UploadId } = await watching.s3.send(new CreateMultipartUploadCommand(where));
    const Body = invoices([{ ...invoice(3), data_emissao: '2024-02-01', data_vencimento: '2024-02-20' }]);
    const { ETag } = await watching.s3.send(new UploadPartCommand({ ...where, UploadId, PartNumber: 1, Body }));
    await watching.s3.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }));
  });
});
