// SPDX-License-Identifier: Apache-2.0
// `caudal backup`: what it makes is a data directory with everything in it, and what it did not finish is none.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { CreateTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  CompleteMultipartUploadCommand, CreateMultipartUploadCommand, GetObjectCommand, ListObjectVersionsCommand, ListPartsCommand, PutBucketVersioningCommand, PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

import { Lake, repository, temporaryFolder } from '../lib/caudal.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';
import { Server, bytesOf, md5, region, rootKey } from '../lib/s3.mjs';

const later = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const TableName = 'orders';

// Another lake, on that folder.
function lakeOn(lake, data) {
  const other = new Lake(lake.t, lake.folder, { env: lake.env });
  other.data = data;
  return other;
}

// What commands find of a lender: books, payments, users, checks of every body.
async function seenByCommands(lake) {
  return {
    books: await lake.sql('select * from refined.book_variaveis order by all'),
    runs: (await lake.json('flows', 'runs')).map(({ run, state }) => [run, state]),
    quarantine: (await lake.json('flows', 'quarantine', 'invoices')).length,
    payments: await lake.json('payments', 'list', '--account', '0001-42', '--days', '90'),
    users: await lake.json('users', 'list'),
    objects: await lake.json('objects', 'versions', 's3://bucket-1-of-this-test/'),
    items: await lake.json('items', 'describe', TableName),
  };
}

async function putPart(server, Bucket, Key, UploadId, PartNumber) {
  const Body = Buffer.alloc(5 << 20, PartNumber);
  const { ETag } = await server.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag };
}

// Objects of every kind, and a table with an index and a stream.
async function fillByDoors(server) {
  const Bucket = await server.bucket();
  await server.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const put = (Key, Body, more = {}) => server.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  for (const text of ['first', 'second']) await put('small', text);
  await put('large', Buffer.alloc(300_000, 'l'));
  await put('secret', Buffer.alloc(300_000, 's'), { ServerSideEncryption: 'AES256' });
  await put('small secret', 'hush', { ServerSideEncryption: 'AES256' });
  for (const Key of ['whole', 'half']) {
    const { UploadId } = await server.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const Parts = [await putPart(server, Bucket, Key, UploadId, 1), await putPart(server, Bucket, Key, UploadId, 2)];
    if (Key === 'half') return { Bucket, upload: { Bucket, Key, UploadId }, Parts };
    await server.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  }
  return assert.fail('unreachable');
}

async function fillTable(server) {
  await dynamodbOf(server).send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }, { AttributeName: 'kind', AttributeType: 'S' }],
    GlobalSecondaryIndexes: [{
      IndexName: 'by-kind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } }));
  const documents = documentsOf(server);
  for (let n = 0; n < 40; ++n) await documents.send(new PutCommand({ TableName, Item: { id: `k${n}`, kind: n % 2 ? 'odd' : 'even', n } }));
}

async function streamOf(server) {
  const streams = new DynamoDBStreamsClient({ endpoint: server.url, region, credentials: rootKey, maxAttempts: 1 });
  server.clients.push(streams);
  const { Streams: [{ StreamArn }] } = await streams.send(new ListStreamsCommand({ TableName }));
  const { StreamDescription: { Shards } } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand({
    StreamArn, ShardId: Shards[0].ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
  const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map(({ dynamodb: { SequenceNumber, Keys } }) => [SequenceNumber, Keys.id.S]);
}

async function seenByDoors(server, { Bucket, upload }) {
  const { Versions } = await server.s3.send(new ListObjectVersionsCommand({ Bucket }));
  const bodies = {};
  for (const { Key, VersionId } of Versions) {
    bodies[`${Key} ${VersionId}`] = md5(await bytesOf(await server.s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))));
  }
  const { Items } = await documentsOf(server).send(new QueryCommand({
    TableName, IndexName: 'by-kind', KeyConditionExpression: 'kind = :kind', ExpressionAttributeValues: { ':kind': 'odd' } }));
  const { Parts } = await server.s3.send(new ListPartsCommand(upload));
  return {
    bodies, odd: Items.map(({ n }) => n).sort((a, b) => a - b), stream: await streamOf(server),
    parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) };
}

test('a lender is lost, and everything is there again in the backup', async (t) => {
  const lake = await Lake.create(t, { env: {
    CAUDAL_FLOWS: path.join(repository, 'flows'), CAUDAL_SERVER_FLOWS: 'false',
    CAUDAL_ROOT_ACCESS_KEY_ID: rootKey.accessKeyId, CAUDAL_ROOT_SECRET_ACCESS_KEY: rootKey.secretAccessKey } });
  const server = await Server.start(t, { lake });
  const stored = await fillByDoors(server);
  await fillTable(server);
  const seen = await seenByDoors(server, stored);
  await server.stop();
  await lake.ok('sample', 'make', '--clients', '60', '--months', '3', '--seed', '7', '--out', 'lender');
  await lake.ok('objects', 'mb', 's3://lake');
  for (const name of await readdir(path.join(lake.work, 'lender'))) {
    if (name.startsWith('tb_')) await lake.ok('objects', 'put', `lender/${name}`, `s3://lake/raw/ingestion/${name}`);
  }
  const [month] = (await readdir(path.join(lake.work, 'lender'))).map((name) => /(\d{4})(\d{2})\.csv$/.exec(name)).filter(Boolean);
  await lake.ok('flows', 'run', 'invoices', '--month', `${month[1]}-${month[2]}`);
  await lake.ok('payments', 'add', '--account', '0001-42', '--reference', 'rent-1', '--amount', '1234.50', '--beneficiary', 'landlord', '--date', later(3));
  await lake.ok('users', 'create', 'ana');
  const wanted = await seenByCommands(lake);
  assert.ok(wanted.books.length > 0 && wanted.payments.length === 1 && wanted.runs.length === 1);

  // One by second names, of which another is made as copies.
  const linked = path.join(lake.work, 'linked');
  const [first] = await lake.json('backup', 'linked');
  assert.ok(first.linked_files > 5 && first.linked_bytes > 10_000_000 && first.linked_bytes < first.bytes, JSON.stringify(first));
  const copied = path.join(lake.work, 'copied');
  const [second] = JSON.parse((await lakeOn(lake, linked).ok('backup', copied, '--copy', '--output', 'json')));
  assert.deepEqual([second.linked_files, second.linked_bytes], [0, 0]);

  // The bytes of the original are damaged, and with them whatever shares them; then it is gone.
  for (const entry of await readdir(lake.data, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.sst')) await truncate(path.join(entry.parentPath ?? entry.path, entry.name), 50);
  }
  await lake.fails(1, /restore it from a backup[\s\S]*`caudal backup`/, 'sql', 'select 1');
  await rm(lake.data, { recursive: true });

  const again = lakeOn(lake, copied);
  const checks = await again.json('doctor', '--deep');
  assert.deepEqual(checks.filter(({ state }) => state === 'problem'), []);
  assert.deepEqual(await seenByCommands(again), wanted);
  server.lake.data = copied;
  await server.open();
  assert.deepEqual(await seenByDoors(server, stored), seen);
  // And it goes on from there.
  await server.s3.send(new CompleteMultipartUploadCommand({ ...stored.upload, MultipartUpload: { Parts: stored.Parts } }));
  await server.s3.send(new PutObjectCommand({ Bucket: stored.Bucket, Key: 'new', Body: Buffer.alloc(100_000, 'n') }));
  await dynamodbOf(server).send(new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled: false } }));
  await server.stop();
});

test('the original may go, and a backup that shares its files keeps them', async (t) => {
  const lake = await Lake.create(t);
  await lake.ok('objects', 'mb', 's3://lake');
  await lake.ok('objects', 'put', await lake.write('large', 'l'.repeat(100_000)), 's3://lake/large');
  const { stderr } = await lake.run('backup', 'copy');
  assert.match(stderr, /are second names of the original's on the same disk/);
  await lake.ok('objects', 'rm', 's3://lake/large');
  await rm(lake.data, { recursive: true });
  const copy = lakeOn(lake, path.join(lake.work, 'copy'));
  assert.equal(await copy.ok('objects', 'get', 's3://lake/large', '-'), 'l'.repeat(100_000));
});

test('what is no place for a backup, or nothing to back up, is refused and left alone', async (t) => {
  const lake = await Lake.create(t);
  await lake.fails(2, /there is no data directory .* to back up/, 'backup', 'copy');
  assert.ok(!existsSync(lake.data), 'none is made for it');
  await lake.ok('objects', 'mb', 's3://lake');
  await lake.fails(2, /DIR/, 'backup');
  await lake.write('taken/file', 'of somebody');
  await lake.fails(2, /taken is not empty; a backup needs a new or an empty folder/, 'backup', 'taken');
  assert.deepEqual(await readdir(path.join(lake.work, 'taken')), ['file']);
  await lake.fails(2, /there is no folder .*none to make the backup in/, 'backup', 'none/copy');
  await lake.fails(2, /lies in the data directory/, 'backup', path.join(lake.data, 'copy'));
  await mkdir(path.join(lake.work, 'empty'));
  await lake.ok('backup', 'empty');
  await lake.fails(2, /is not empty/, 'backup', 'empty');
});

test('keys that are kept elsewhere are named', async (t) => {
  const lake = await Lake.create(t, { env: { CAUDAL_STORAGE_KEYS_FILE: 'elsewhere.keys' } });
  await lake.ok('objects', 'mb', 's3://lake');
  const { code, stderr } = await lake.run('backup', 'copy');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /not in it, as the settings keep it elsewhere: .*elsewhere\.keys; keep a copy, a restore needs it/);
});

// A backup that takes a while, once it has begun.
async function begun(t) {
  const lake = await Lake.create(t);
  await lake.ok('objects', 'mb', 's3://lake');
  const large = path.join(lake.work, 'large');
  const file = await open(large, 'w');
  await file.truncate(400 << 20);
  await file.close();
  await lake.ok('objects', 'put', large, 's3://lake/large');
  await rm(large);
  const target = path.join(lake.work, 'copy');
  const process = lake.start(['backup', 'copy', '--copy']);
  while (!existsSync(path.join(target, 'blobs'))) {
    assert.ok(process.child.exitCode === null, process.stderr);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return { lake, target, process };
}

test('an interrupted backup leaves nothing', async (t) => {
  const { lake, target, process } = await begun(t);
  const { code, stderr } = await process.kill('SIGINT');
  assert.equal(code, 130, stderr);
  assert.match(stderr, /interrupted; there is no backup/);
  assert.ok(!existsSync(target));
  assert.equal((await lake.json('objects', 'ls', 's3://lake')).length, 1);
});

test('what a killed backup left is refused with what it is, and the original is as it was', async (t) => {
  const { lake, target, process } = await begun(t);
  await process.kill('SIGKILL');
  const left = lakeOn(lake, target);
  for (const command of [['objects', 'ls'], ['serve', '--port', '0'], ['backup', path.join(lake.work, 'of a half')]]) {
    await left.fails(2, /copy is a backup that is being made, or did not come to its end/, ...command);
  }
  await lake.fails(2, /is not empty/, 'backup', 'copy');
  assert.equal((await lake.json('doctor')).filter(({ state }) => state === 'problem').length, 0);
  await rm(target, { recursive: true });
  await lake.ok('backup', 'copy');
  assert.equal((await left.json('objects', 'ls', 's3://lake')).length, 1);
});

const canMount = process.getuid() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

test('a disk that fills refuses the backup, and is empty again', { skip: canMount ? false : 'needs root and mount namespaces, to mount a small file system' },
  async (t) => {
    const lake = await Lake.create(t);
    await lake.ok('objects', 'mb', 's3://lake');
    for (let n = 0; n < 8; ++n) await lake.ok('objects', 'put', await lake.write('large', String(n).repeat(1_000_000)), `s3://lake/${n}`);
    const mount = await temporaryFolder(t);
    const script = 'mount -t tmpfs -o size=4m tmpfs "$0" && { "$@"; code=$?; ls -A "$0" >&2; exit $code; }';
    const { code, stderr } = await lake.runWith({ prefix: ['unshare', '-m', 'sh', '-c', script, mount] }, 'backup', mount);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /No space left on device; free some space and try again/);
    assert.ok(stderr.trimEnd().split('\n').every((line) => /^(caudal:|  while)/.test(line)), `the folder is empty again:\n${stderr}`);
    const roomy = script.replace('4m', '40m');
    const done = await lake.runWith({ prefix: ['unshare', '-m', 'sh', '-c', roomy, mount] }, 'backup', mount);
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stderr, /^FORMAT$/m);
  });

test('an unfinished folder of whoever else is no data directory either', async (t) => {
  const lake = await Lake.create(t);
  await mkdir(lake.data);
  await writeFile(path.join(lake.data, 'FORMAT.unfinished'), 'caudal data directory, format 1\n');
  await lake.fails(2, /did not come to its end/, 'objects', 'ls');
});
