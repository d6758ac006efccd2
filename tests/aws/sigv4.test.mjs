// SPDX-License-Identifier: Apache-2.0
// The signer of the AWS SDK for JavaScript and ours agree: what it signs, in headers or presigned, with odd paths,
// queries and headers, is accepted; and refused with another secret.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import path from 'node:path';
import { test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { randomFrom, repository, seedFor } from '../lib/caudal.mjs';

const checker = process.env.CAUDAL_SIGV4_CHECK ?? path.join(repository, 'build/dev/tests/sigv4_check');
const now = new Date('2026-03-04T05:06:07Z');
const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'se/cr+et', sessionToken: 'tok/en+==' };

// What the signer needs of a hash, by Node's own.
class Sha256 {
  constructor(key) {
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
}

function signer(service) {
  return new SignatureV4({ service, region: 'eu-west-1', credentials, sha256: Sha256, uriEscapePath: service !== 's3' });
}

const escaped = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

// The request line as the SDK's HTTP handler writes it.
function target(request) {
  const pairs = Object.keys(request.query ?? {}).sort().flatMap((name) => {
    const value = request.query[name];
    return Array.isArray(value) ? value.map((one) => `${escaped(name)}=${escaped(one)}`) : [`${escaped(name)}=${escaped(value)}`];
  });
  return request.path + (pairs.length ? `?${pairs.join('&')}` : '');
}

function record(dialect, request, secret = credentials.secretAccessKey) {
  const body = createHash('sha256').update(request.body ?? '').digest('hex');
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}:${value}\n`).join('');
  return `${dialect} ${time} ${secret} ${body}\n${request.method} ${target(request)}\n${headers}\n`;
}

function check(records) {
  const run = spawnSync(checker, { input: records.join(''), encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr || String(run.error));
  return run.stdout.trimEnd().split('\n');
}

const letters = ['a', 'Z', '9', '-', '.', '_', '~', ' ', '+', '/', '%', '&', '=', '!', "'", '(', ')', '*', ':', '@', ';', ',', '$', 'ü', '漢', '𝄞'];

function someRequest(random, dialect) {
  const text = (limit) => Array.from({ length: Math.floor(random() * limit) }, () => letters[Math.floor(random() * letters.length)]).join('');
  const path = dialect === 's3' ? '/bucket/' + text(20).split('/').map(escaped).join('/') : '/' + text(12).split('/').filter((s) => s && !/^\.+$/.test(s)).map(escaped).join('/');
  const query = {};
  for (let i = Math.floor(random() * 4); i > 0; --i) query[`p${text(4)}`] = random() < 0.2 ? [text(5), text(5)] : text(8);
  const headers = { host: '127.0.0.1:4280', 'user-agent': 'test' };
  for (let i = Math.floor(random() * 3); i > 0; --i) headers[`x-amz-meta-${i}`] = ` ${text(6)}  ${text(6)} `.replace(/[^\x20-\x7e]/g, 'x');
  const body = dialect === 's3' ? undefined : `{"a":"${text(10)}"}`;
  const method = dialect === 's3' ? ['GET', 'PUT', 'DELETE'][Math.floor(random() * 3)] : 'POST';
  if (body) headers['x-amz-target'] = 'DynamoDB_20120810.GetItem';
  return { method, protocol: 'http:', hostname: '127.0.0.1', port: 4280, path, query, headers, body };
}

for (const [dialect, service] of [['s3', 's3'], ['json', 'dynamodb']]) {
  test(`headers that the SDK signs are accepted (${service})`, async (t) => {
    const random = randomFrom(seedFor(t));
    const requests = [];
    for (let i = 0; i < 300; ++i) {
      requests.push(await signer(service).sign(someRequest(random, dialect), { signingDate: now }));
    }
    const answers = check(requests.map((request) => record(dialect, request)));
    answers.forEach((answer, i) => assert.equal(answer, 'ok AKIDTEST', JSON.stringify(requests[i])));
    const code = dialect === 's3' ? 'SignatureDoesNotMatch' : 'InvalidSignatureException';
    for (const answer of check(requests.map((request) => record(dialect, request, 'another')))) {
      assert.match(answer, new RegExp(`^${code}`));
    }
  });
}

test('URLs that the SDK presigns are accepted', async (t) => {
  const random = randomFrom(seedFor(t));
  const requests = [];
  for (let i = 0; i < 300; ++i) {
    const request = someRequest(random, 's3');
    request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD'; // as @aws-sdk/s3-request-presigner does
    requests.push(await signer('s3').presign(request, { signingDate: now, expiresIn: 60 }));
  }
  const answers = check(requests.map((request) => record('s3', request)));
  answers.forEach((answer, i) => assert.equal(answer, 'ok AKIDTEST', JSON.stringify(requests[i])));
});
