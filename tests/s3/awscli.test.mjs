// SPDX-License-Identifier: Apache-2.0
// Debian's AWS CLI at the S3 door: folders go up and come down, large files in parts.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';

import { AwsCli } from '../lib/awscli.mjs';
import { repository } from '../lib/caudal.mjs';
import { Server, exchange, md5 } from '../lib/s3.mjs';

const { options } = AwsCli;
const server = options.skip ? undefined : await Server.start({ after });
const work = server?.lake.work;
const aws = new AwsCli(server);
const run = (...args) => aws.run(...args);
const ok = (...args) => aws.ok(...args);
const json = (...args) => aws.json('s3api', ...args);

test('a folder is synchronised up, listed, moved about and synchronised down', options, async () => {
  const files = {
    'a.csv': randomBytes(10), 'deep/er/b.csv': randomBytes(100_000), 'deep/with space & ção.txt': randomBytes(3),
    'large.bin': randomBytes(20 << 20) };
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(work, 'up', name)), { recursive: true });
    await writeFile(path.join(work, 'up', name), bytes);
  }
  assert.match(await ok('s3', 'mb', 's3://cli'), /make_bucket: cli/);
  await ok('s3', 'sync', '--no-progress', 'up', 's3://cli/data');
  assert.equal(await ok('s3', 'sync', '--no-progress', 'up', 's3://cli/data'), ''); // nothing is left to do
  const listing = await ok('s3', 'ls', '--recursive', '--summarize', 's3://cli');
  for (const [name, bytes] of Object.entries(files)) assert.match(listing, new RegExp(` ${bytes.length} data/${name}$`, 'm'));
  assert.match(listing, /Total Objects: 4/);
  assert.match(await ok('s3', 'ls', 's3://cli/data/'), /PRE deep\//);
  assert.match(await ok('s3', 'ls'), / cli$/m);
  // Above its threshold of 8 MB the CLI uploads in parts.
  const { ETag, ContentLength } = await json('head-object', '--bucket', 'cli', '--key', 'data/large.bin');
  assert.match(ETag, /-3"$/);
  assert.equal(ContentLength, 20 << 20);
  await ok('s3', 'cp', '--no-progress', 's3://cli/data/large.bin', 's3://cli/copy/large.bin'); // copied in parts
  await ok('s3', 'mv', '--no-progress', '--recursive', 's3://cli/data/deep', 's3://cli/moved');
  await ok('s3', 'sync', '--no-progress', 's3://cli', 'down');
  const down = (await readdir(path.join(work, 'down'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  assert.equal(down.length, 5);
  for (const [name, from] of [['data/a.csv', 'a.csv'], ['moved/er/b.csv', 'deep/er/b.csv'],
    ['moved/with space & ção.txt', 'deep/with space & ção.txt'], ['data/large.bin', 'large.bin'], ['copy/large.bin', 'large.bin']]) {
    assert.equal(md5(await readFile(path.join(work, 'down', name))), md5(files[from]), name);
  }
  await ok('s3', 'rm', '--recursive', 's3://cli');
  assert.equal(await ok('s3', 'ls', 's3://cli'), '');
  assert.match(await ok('s3', 'rb', 's3://cli'), /remove_bucket: cli/);
});

test('a pipe goes up and comes down, and a presigned address needs no CLI', options, async () => {
  await ok('s3', 'mb', 's3://pipes');
  await writeFile(path.join(work, 'text'), 'written\n');
  await ok('s3', 'cp', '--no-progress', 'text', 's3://pipes/text', '--content-type', 'text/x', '--metadata', 'month=2024-01');
  assert.equal(await ok('s3', 'cp', 's3://pipes/text', '-'), 'written\n');
  const url = (await ok('s3', 'presign', '--expires-in', '60', 's3://pipes/text')).trim();
  const { pathname, search } = new URL(url);
  const got = await exchange(server.url, { path: pathname + search });
  assert.deepEqual([got.status, got.body, got.headers['content-type'], got.headers['x-amz-meta-month']], [200, 'written\n', 'text/x', '2024-01']);
});

test('operations by name', options, async () => {
  const of = ['--bucket', 'by-name'];
  assert.equal((await json('create-bucket', ...of)).Location, '/by-name');
  await json('put-bucket-versioning', ...of, '--versioning-configuration', 'Status=Enabled');
  await writeFile(path.join(work, 'body'), 'body');
  const one = await json('put-object', ...of, '--key', 'k', '--body', 'body', '--tagging', 'a=1', '--checksum-algorithm', 'SHA256');
  assert.ok(one.VersionId && one.ChecksumSHA256);
  assert.deepEqual((await json('get-object-tagging', ...of, '--key', 'k')).TagSet, [{ Key: 'a', Value: '1' }]);
  const attributes = await json('get-object-attributes', ...of, '--key', 'k', '--object-attributes', 'ObjectSize', 'Checksum');
  assert.deepEqual([attributes.ObjectSize, attributes.Checksum.ChecksumSHA256], [4, one.ChecksumSHA256]);
  await json('delete-object', ...of, '--key', 'k');
  const { Versions, DeleteMarkers } = await json('list-object-versions', ...of);
  assert.deepEqual([Versions.length, DeleteMarkers.length], [1, 1]);
  const missing = await run('--endpoint-url', server.url, 's3api', 'get-object', ...of, '--key', 'absent', 'out');
  assert.equal(missing.code, 254);
  assert.match(missing.stderr, /An error occurred \(NoSuchKey\) when calling the GetObject operation: The specified key does not exist\./);
  const removed = await json('delete-objects', ...of, '--delete',
    JSON.stringify({ Objects: [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId })) }));
  assert.equal(removed.Deleted.length, 2);
  await json('delete-bucket', ...of);
});

test('what the README tells to type does what it tells', options, async () => {
  const readme = await readFile(path.join(repository, 'README.md'), 'utf8');
  const lines = [...readme.matchAll(/^\$ aws (s3 .*?)(?: +#.*)?$/gm)].map(([, line]) => line.split(' '));
  assert.equal(lines.length, 3);
  await mkdir(path.join(work, 'deliveries'));
  await writeFile(path.join(work, 'deliveries', 'tb_faturas_202401.csv'), 'id_fatura\n');
  const said = [];
  for (const line of lines) said.push(await ok(...line));
  assert.match(said.at(-1), / 10 raw\/ingestion\/tb_faturas_202401\.csv$/m);
});

test('it learns who it is', options, async () => {
  assert.deepEqual(JSON.parse(await ok('sts', 'get-caller-identity', '--output', 'json')),
    { UserId: '000000000000', Account: '000000000000', Arn: 'arn:aws:iam::000000000000:root' });
});
