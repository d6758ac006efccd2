// SPDX-License-Identifier: Apache-2.0
// Every operation that S3 has: those that are offered are done, whether the SDK asks or the CLI, all others say that they
// are not offered; and who may do nothing is told the same of what is there and of what is not.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import * as sdk from '@aws-sdk/client-s3';

import { AwsCli } from '../lib/awscli.mjs';
import { repository } from '../lib/caudal.mjs';
import { Server } from '../lib/s3.mjs';
import { offered } from '../lib/s3_operations.mjs';

let stranger; // a user without any policy
const server = await Server.start({ after }, { prepare: async (lake) => {
  await lake.ok('users', 'create', 'stranger');
  const [key] = await lake.json('keys', 'create', 'stranger');
  stranger = { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
} });
// But for one that goes to a host of its own, which is no part of S3.
const known = Object.keys(sdk).filter((name) => /^[A-Z]\w+Command$/.test(name)).map((name) => name.slice(0, -'Command'.length))
  .filter((name) => name !== 'WriteGetObjectResponse');
const send = (client, name, input) => client.send(new sdk[`${name}Command`](input));

// Asks for every operation that is offered, in the order of the table; `call` answers what came of one, and `each`, where
// given, is told of it afterwards.
async function askEverything(Bucket, call, each) {
  const made = {};
  const names = [];
  for (const { name, input } of offered({ Bucket, made })) {
    if (name === 'AbortMultipartUpload') made.another = await call('CreateMultipartUpload', { Bucket, Key: 'parts' });
    made[name] = await call(name, input());
    names.push(name);
    await each?.(name, input());
  }
  return names;
}

test('every operation that is offered is done for the SDK', async () => {
  const names = await askEverything('by-the-sdk', (name, input) => send(server.s3, name, input));
  // The table of these tests is that of the generator.
  const services = await readFile(path.join(repository, 'models/generator/services.py'), 'utf8');
  const families = /^S3 = [^]*?families=\{([^]*?)^ {4}\},/m.exec(services)[1];
  assert.deepEqual([...names].sort(), families.match(/\b[A-Z]\w+/g).sort());
  assert.deepEqual(names.filter((name) => !known.includes(name)), []);
});

test('the guide lists what is offered and what is not', async () => {
  const guide = await readFile(path.join(repository, 'docs/s3.md'), 'utf8');
  const [, is, isNot] = /## What is offered\n(.*)## What is not\n(.*)## Where it differs/s.exec(guide);
  const named = (text) => text.split('\n').filter((line) => line.startsWith('|')).slice(2).flatMap((line) => line.split('|')[2].trim().split(' ')).sort();
  const done = offered({ Bucket: '', made: {} }).map(({ name }) => name).sort();
  assert.deepEqual(named(is), done);
  assert.deepEqual(named(isNot), known.filter((name) => !done.includes(name)).sort());
});

// A second of Python for each.
test('every operation that is offered is done for the CLI', AwsCli.options, async () => {
  const aws = new AwsCli(server);
  await writeFile(path.join(server.lake.work, 'body'), 'body');
  const command = (name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  const names = await askEverything('by-the-cli', async (name, { Body, ...input }) => {
    if (name === 'GetObject') return aws.json('s3api', 'get-object', '--bucket', input.Bucket, '--key', input.Key, 'out');
    return aws.json('s3api', command(name), '--cli-input-json', JSON.stringify(input), ...(Body ? ['--body', 'body'] : []));
  });
  assert.equal(await readFile(path.join(server.lake.work, 'out'), 'utf8'), 'body');
  assert.ok(names.length > 50);
});

test('every other operation that the SDK knows is not offered, and says so by name', async () => {
  server.expected.push(/"status":501/);
  const Bucket = await server.bucket();
  const isOffered = new Set(offered({ Bucket, made: {} }).map(({ name }) => name));
  const others = known.filter((name) => !isOffered.has(name));
  assert.ok(others.length > 40, `${others.length}`);
  const about = { Bucket, Key: 'k', Id: 'x', Body: 'x', RenameSource: '/a/b', AnnotationName: 'a', AnnotationPayload: 'x' };
  // The SDK lists what belongs to a directory's session, and asks for that first; and two have one request.
  const asked = { ListDirectoryBuckets: 'CreateSession', ListObjectAnnotations: 'GetObjectAnnotation' };
  for (const name of others) {
    const error = await send(server.s3, name, about).then(() => assert.fail(`${name} was done`), (caught) => caught);
    assert.deepEqual([error.name, error.$metadata?.httpStatusCode], ['NotImplemented', 501], `${name}: ${error.message}`);
    assert.match(error.message, new RegExp(`\\b${asked[name] ?? name}$`));
  }
});

// What a client can see of an answer, but for what is its own in every one and what the client itself named.
function seen({ status, headers, body }) {
  const text = body.replace(/<(RequestId|HostId|Resource|Key|VersionId)>[^<]*/g, '<$1>');
  const own = ['date', 'x-amz-request-id', 'x-amz-id-2', 'content-length'];
  return { status, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !own.includes(name))), text };
}

test('who may do nothing is told the same of what is there and of what is not', async () => {
  const anybody = { signer: { sign: async (request) => request }, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  for (const [who, options] of [['a stranger', { credentials: stranger }], ['anybody', anybody]]) {
    const client = server.client(options);
    let answer;
    client.middlewareStack.add((next) => async (args) => {
      const { response, ...rest } = await next(args);
      const pieces = [];
      for await (const piece of response.body) pieces.push(piece);
      const bytes = Buffer.concat(pieces);
      answer = seen({ status: response.statusCode, headers: response.headers, body: bytes.toString() });
      return { ...rest, response: Object.assign(response, { body: new Blob([bytes]).stream() }) };
    }, { step: 'deserialize', priority: 'low' });
    const asked = async (name, input) => {
      answer = undefined;
      await send(client, name, input).catch(() => {});
      assert.ok(answer, `${name} was answered`);
      return answer;
    };
    const Bucket = `there-for-${who.replace(' ', '-')}`;
    const elsewhere = (input, change) => JSON.parse(JSON.stringify(input), (name, value) => (typeof value === 'string' ? change(value, name) : value));
    const absent = { Key: 'absent', CopySource: `${Bucket}/absent`, UploadId: 'absent', VersionId: 'null' };
    const names = [];
    await askEverything(Bucket, (name, input) => send(server.s3, name, input), async (name, input) => {
      if (name === 'DeleteBucket') return; // it is gone by now
      names.push(name);
      const there = await asked(name, input);
      assert.ok(there.status === 403 || name === 'DeleteObjects', `${name}: ${there.status} ${there.text}`);
      assert.doesNotMatch(there.text, /<Deleted>/);
      const noBucket = elsewhere(input, (value) => value.replaceAll(Bucket, 'not-there-for-anybody'));
      const noKey = elsewhere(input, (value, member) => absent[member] ?? value);
      for (const [what, other] of [['bucket', noBucket], ['key', noKey]]) {
        assert.deepEqual(await asked(name, other), there, `${name} by ${who}, without the ${what}`);
      }
    });
    assert.ok(names.length > 50);
  }
});
