// SPDX-License-Identifier: Apache-2.0
// `caudal serve` for tests of the S3 door, and clients that nobody here wrote: the AWS SDK's, and its signer for requests
// that no SDK would send. A server has a data directory and a root key of its own, and must end well.
//
//   const server = await Server.start({ after });            // at the top of a file, for all of it; or of a test's own t
//   const bucket = await server.bucket();                    // a name that nobody else has
//   await server.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'x' }));
//   const answer = await server.raw('PUT', `/${bucket}/b`, { headers, body });   // {status, headers, body, error}
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';

import { Lake } from './caudal.mjs';

// Nothing that the machine's user has set reaches the SDK.
for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
process.env.AWS_CONFIG_FILE = process.env.AWS_SHARED_CREDENTIALS_FILE = '/dev/null';

export const region = 'us-east-1';
export const rootKey = { accessKeyId: 'AKIAROOTOFTHETESTS', secretAccessKey: 'se/cr+et/of/the/tests/0123456789abcdef' };

// Presets that key, also for the commands that prepare a lake.
const rootEnvironment = {
  CAUDAL_ROOT_ACCESS_KEY_ID: rootKey.accessKeyId, CAUDAL_ROOT_SECRET_ACCESS_KEY: rootKey.secretAccessKey };

// What the signer needs of a hash, by Node's own.
export class Sha256 {
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

export function signer(credentials = rootKey, signedRegion = region) {
  return new SignatureV4({
    service: 's3', region: signedRegion, credentials, sha256: Sha256, uriEscapePath: false, applyChecksum: false });
}

export const sha256 = (data) => createHash('sha256').update(data).digest('hex');
export const md5 = (data, encoding = 'hex') => createHash('md5').update(data).digest(encoding);

// The text of `<name>` in a document of S3's; undefined where there is none.
export const element = (xml, name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

// One request over a connection of its own, or `agent`'s. `body`: bytes, or several pieces that are sent chunked.
export function exchange(url, { method = 'GET', path = '/', headers = {}, body, agent } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, path, headers, agent: agent ?? false }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(pieces);
        const text = bytes.toString('utf8');
        resolve({ status: response.statusCode, headers: response.headers, bytes, body: text, error: element(text, 'Code') });
      });
    });
    request.on('error', reject);
    if (Array.isArray(body)) for (const piece of body) request.write(piece);
    request.end(Array.isArray(body) ? undefined : body);
  });
}

// Sends `text` as it is, says that no more will come, and answers all that was received until the other side closed.
export function wire(url, text) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => socket.end(text));
    socket.setEncoding('latin1');
    socket.on('data', (data) => (received += data));
    socket.on('error', reject);
    socket.on('end', () => resolve(received));
  });
}

export class Server {
  // `t`: whoever has after(). Options: env, args, prefix (a command to start it under), prepare (takes the lake before the
  // server does), of (a class of lakes), lake (one that is there already).
  static async start(t, options = {}) {
    const endings = []; // run last one first: the lake would kill what is still running
    t.after(async () => {
      for (const end of endings.reverse()) await end();
    });
    const ends = { after: (end) => endings.push(end) };
    const server = new Server(options.lake ?? (await (options.of ?? Lake).create(ends, { env: rootEnvironment })));
    await options.prepare?.(server.lake);
    await server.open(options);
    ends.after(() => server.stop());
    return server;
  }

  constructor(lake) {
    this.lake = lake;
    this.buckets = 0;
    this.clients = [];
    this.expected = []; // lines of standard error that the tests of this server bring about
  }

  async open({ env = {}, args = [], prefix } = {}) {
    this.process = this.lake.start(['serve', '--port', '0', ...args], {
      env: { ...rootEnvironment, ...env }, prefix });
    [, this.url] = await this.process.until(/^serving .* on (https?:\/\/\S+);/m);
    this.port = Number(new URL(this.url).port);
    this.isEnded = this.isTold = false;
    this.s3 = this.client();
  }

  // A client of the SDK. One attempt for each request: what is asked again may hide what went wrong first.
  client(options = {}) {
    const client = new S3Client({
      endpoint: this.url, region, credentials: rootKey, forcePathStyle: true, maxAttempts: 1, ...options });
    this.clients.push(client);
    return client;
  }

  async bucket(options = {}) {
    const { client = this.s3, ...rest } = options;
    const name = `bucket-${++this.buckets}-of-this-test`;
    await client.send(new CreateBucketCommand({ Bucket: name, ...rest }));
    return name;
  }

  // A request signed by the SDK's signer and sent as it is; the payload's announced hash is that of `body` unless the
  // headers say another. `path` is encoded already. `change` may spoil what was signed.
  async raw(method, path, { headers = {}, body = '', query = {}, credentials, signingDate, change, host, agent } = {}) {
    const bytes = Array.isArray(body) ? Buffer.concat(body.map((piece) => Buffer.from(piece))) : Buffer.from(body);
    const signed = await signer(credentials).sign(
      { method, protocol: 'http:', hostname: '127.0.0.1', port: this.port, path, query,
        headers: { host: host ?? `127.0.0.1:${this.port}`, 'x-amz-content-sha256': sha256(bytes), ...headers } },
      { signingDate });
    change?.(signed);
    const pairs = Object.entries(signed.query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
    const target = path + (pairs.length > 0 ? `?${pairs.join('&')}` : '');
    return exchange(this.url, { method, path: target, headers: signed.headers, agent,
      body: Array.isArray(body) ? body : bytes.length > 0 ? bytes : undefined });
  }

  // The most memory that it had, in bytes.
  async peakMemoryBytes() {
    const status = await readFile(`/proc/${this.process.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
  }

  // Tells it to stop, as a service manager would, and does not wait for it.
  tellToStop() {
    if (!this.isTold) this.process.child.kill('SIGTERM');
    this.isTold = true;
  }

  // Ends it in the middle of whatever it does; open() starts it again on the same data.
  async crash() {
    this.isEnded = true;
    await this.process.kill('SIGKILL');
  }

  // Ends it: it exits with 0, and has said nothing that a test did not expect. open() starts it again on the same data.
  async stop() {
    if (this.isEnded) return;
    this.isEnded = true;
    for (const client of this.clients) client.destroy();
    this.tellToStop();
    const { code, signal, stderr, stdout } = await this.process.ended;
    assert.equal(code, 0, `caudal serve ended with ${code ?? signal}\n${stderr}`);
    assert.equal(stdout, '');
    const known = [/^serving .* on https?:\/\/127\.0\.0\.1:\d+; Ctrl-C ends it$/, /^ending the requests under way$/, ...this.expected];
    const unexpected = stderr.split('\n').filter((line) => line !== '' && !known.some((pattern) => pattern.test(line)));
    assert.deepEqual(unexpected, [], 'lines on the standard error of caudal serve');
  }
}

// That the SDK's request is refused with S3's code and, where given, status; answers the error.
export async function refused(promise, code, status) {
  let outcome;
  try {
    outcome = await promise;
  } catch (error) {
    assert.equal(error.name, code, `${error.name}: ${error.message}`);
    if (status) assert.equal(error.$metadata?.httpStatusCode, status);
    return error;
  }
  return assert.fail(`expected ${code}, but it was done: ${JSON.stringify(outcome?.$metadata)}`);
}

// Resolves with what `ask` answers as soon as that is truthy.
export async function eventually(ask, timeoutMs = 20_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    assert.ok(Date.now() < deadline, `not within ${timeoutMs} ms: ${ask}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// The body of a GetObject as bytes.
export async function bytesOf(output) {
  return Buffer.from(await output.Body.transformToByteArray());
}
