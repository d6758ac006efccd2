// SPDX-License-Identifier: Apache-2.0
// `caudal serve` as a service: over TLS, with a certificate that is renewed, and ending while requests are under way.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

import { Lake } from '../lib/caudal.mjs';
import { Server, bytesOf, eventually, exchange, md5 } from '../lib/s3.mjs';

// A certificate for 127.0.0.1 that vouches for itself; answers its text.
async function makeCertificate(folder, name) {
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', path.join(folder, 'key.pem'), '-out', path.join(folder, 'certificate.pem')]);
  return readFile(path.join(folder, 'certificate.pem'), 'utf8');
}

test('over TLS the SDK streams with trailers, and a renewed certificate is taken without a stop', async (t) => {
  let ca;
  const server = await Server.start(t, {
    prepare: async (lake) => (ca = await makeCertificate(lake.work, 'first')),
    env: { CAUDAL_SERVER_TLS_CERTIFICATE: 'certificate.pem', CAUDAL_SERVER_TLS_KEY: 'key.pem' } });
  server.expected.push(/^the certificate was read again$/, /^the certificate could not be read again, and the old one stays: /);
  assert.match(server.url, /^https:/);
  const client = (trusted) => server.client({ requestHandler: { httpsAgent: new https.Agent({ ca: trusted, keepAlive: false }) } });
  const s3 = client(ca);
  const Bucket = await server.bucket({ client: s3 });
  const body = randomBytes(300_000);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: Readable.from([body]), ContentLength: body.length }));
  assert.equal(md5(await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key: 'k' })))), md5(body));
  const renewed = await makeCertificate(server.lake.work, 'second');
  server.process.child.kill('SIGHUP');
  await server.process.until(/the certificate was read again/);
  assert.equal((await client(renewed).send(new ListObjectsV2Command({ Bucket }))).KeyCount, 1);
  await assert.rejects(client(ca).send(new ListObjectsV2Command({ Bucket })), /self-signed|certificate/i);
  await server.lake.write('key.pem', 'no key');
  server.process.child.kill('SIGHUP');
  await server.process.until(/could not be read again/);
  assert.equal((await client(renewed).send(new ListObjectsV2Command({ Bucket }))).KeyCount, 1);
});

test('what is under way is ended well when the server is told to stop', async (t) => {
  const server = await Server.start(t);
  const Bucket = await server.bucket();
  const body = randomBytes(1 << 20);
  let go;
  const told = new Promise((resolve) => (go = resolve));
  const slow = Readable.from((async function* pieces() {
    yield body.subarray(0, 1000);
    await told;
    yield body.subarray(1000);
  })());
  const put = server.s3.send(new PutObjectCommand({ Bucket, Key: 'slow', Body: slow, ContentLength: body.length }));
  // The reader of the metrics keeps a handler busy too; a second one is the upload's.
  await eventually(async () => /^caudal_http_handlers_busy [2-9]/m.test((await exchange(server.url, { path: '/metrics' })).body));
  server.tellToStop();
  await server.process.until(/ending the requests under way/);
  go();
  assert.equal((await put).ETag, `"${md5(body)}"`);
  await server.stop();
  await server.open();
  assert.equal(md5(await bytesOf(await server.s3.send(new GetObjectCommand({ Bucket, Key: 'slow' })))), md5(body));
});

test('what requests cost the disk is told by /metrics', async (t) => {
  const server = await Server.start(t);
  const value = async (name) => {
    const { body } = await exchange(server.url, { path: '/metrics' });
    const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(body);
    assert.ok(found, `${name} is not in\n${body}`);
    return Number(found[1]);
  };
  const Bucket = await server.bucket();
  const [commits, syncs] = [await value('caudal_kv_commits_total'), await value('caudal_kv_fsyncs_total')];
  for (let n = 0; n < 5; ++n) await server.s3.send(new PutObjectCommand({ Bucket, Key: `small/${n}`, Body: 'x' }));
  assert.equal(await value('caudal_kv_commits_total') - commits, 5);
  const synced = await value('caudal_kv_fsyncs_total') - syncs;
  assert.ok(synced === 5, `${synced} syncs of five puts, one after the other`);
  assert.equal(await value('caudal_objects_fsyncs_total'), 0);
  await server.s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body: randomBytes(100_000) }));
  assert.equal(await value('caudal_objects_fsyncs_total'), 2); // the file and its folder
  assert.ok(await value('caudal_kv_memtable_bytes') > 0);
  assert.equal(await value('caudal_sql_statements_running'), 0);
  await eventually(async () => await value('caudal_audit_records_total') >= 7);
});

test('what is asked of a bucket by its host are its keys, whatever they are called', async (t) => {
  const server = await Server.start(t);
  const Bucket = await server.bucket();
  const host = `${Bucket}.localhost:${server.port}`;
  for (const name of ['healthz', 'readyz', 'metrics']) {
    await server.s3.send(new PutObjectCommand({ Bucket, Key: name, Body: `the object ${name}` }));
    assert.equal((await server.raw('GET', `/${name}`, { host })).body, `the object ${name}`);
    const unsigned = await exchange(server.url, { path: `/${name}`, headers: { host } });
    assert.deepEqual([unsigned.status, unsigned.error], [403, 'AccessDenied'], `${name} is a key there, and not public`);
    assert.equal((await exchange(server.url, { path: `/${name}`, headers: { host: `localhost:${server.port}` } })).status, 200);
  }
});

test('a bucket may be called like a probe, and is reached all the same', async (t) => {
  const server = await Server.start(t);
  const Bucket = 'healthz';
  await server.s3.send(new CreateBucketCommand({ Bucket }));
  await server.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  await server.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [
    { Effect: 'Allow', Principal: '*', Action: ['s3:GetObject', 's3:ListBucket'], Resource: ['arn:aws:s3:::healthz', 'arn:aws:s3:::healthz/*'] }] }) }));
  assert.equal((await server.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 1);
  assert.equal((await exchange(server.url, { path: '/healthz/k' })).body, 'x');
  assert.match((await exchange(server.url, { path: '/healthz?list-type=2' })).body, /<Key>k<\/Key>/);
  assert.equal((await exchange(server.url, { path: '/healthz' })).body, 'ok\n');
});

test('where it cannot listen it says what to change', async (t) => {
  const server = await Server.start(t);
  const other = await Lake.create(t);
  const taken = await other.fails(1, [/cannot listen on 127\.0\.0\.1 port \d+: Address already in use \(another server/, /--port or server\.port/],
    'serve', '--port', String(server.port));
  assert.equal(taken.stdout, '');
  await other.fails(1, [/cannot listen on 192\.0\.2\.1 port.*none of this machine's/, /--address or server\.address/], 'serve', '--address', '192.0.2.1', '--port', '0');
});

test('who listens for other machines without TLS is warned, and nobody else', async (t) => {
  const warning = /^warning: other machines can reach this address, and the connection is not encrypted; set server\.tls\.certificate and server\.tls\.key$/m;
  const said = async (address, options = {}) => {
    const server = await Server.start(t, { args: ['--address', address], ...options });
    server.expected.push(/^serving .* on https?:\/\/\S+:\d+; Ctrl-C ends it$/, warning);
    await server.stop();
    return (await server.process.ended).stderr;
  };
  for (const address of ['0.0.0.0', '::']) assert.match(await said(address), warning, address);
  for (const address of ['127.0.0.1', '127.0.0.2']) assert.doesNotMatch(await said(address), warning, address);
  const withTls = {
    prepare: (lake) => makeCertificate(lake.work, 'first'), env: { CAUDAL_SERVER_TLS_CERTIFICATE: 'certificate.pem', CAUDAL_SERVER_TLS_KEY: 'key.pem' } };
  assert.doesNotMatch(await said('0.0.0.0', withTls), warning);
});

test('who comes when all handlers are busy and the queue is full is told at once to slow down', async (t) => {
  const server = await Server.start(t, { env: { CAUDAL_SERVER_HANDLERS: '1', CAUDAL_SERVER_QUEUE: '1' } });
  server.expected.push(/"status":503/);
  const Bucket = await server.bucket();
  const body = randomBytes(1 << 20);
  let go;
  const told = new Promise((resolve) => (go = resolve));
  const slow = () => Readable.from((async function* pieces() {
    yield body.subarray(0, 200_000);
    await told;
    yield body.subarray(200_000);
  })());
  // One has the handler, one waits for it, and there is no room for most of the others: those who are slow make room for
  // one another, but not at once.
  const puts = Array.from({ length: 64 }, (_, n) => server.s3.send(new PutObjectCommand({ Bucket, Key: `k${n}`, Body: slow(), ContentLength: body.length })));
  const refusals = [];
  for (const put of puts) put.catch((error) => refusals.push(error));
  await eventually(() => refusals.length > 0);
  for (const probe of ['/healthz', '/readyz']) assert.equal((await exchange(server.url, { path: probe })).status, 200, `${probe} all the same`);
  go();
  const outcomes = await Promise.allSettled(puts);
  for (const error of refusals) {
    assert.deepEqual([error.name, error.$metadata?.httpStatusCode, error.$response?.headers['retry-after']], ['SlowDown', 503, '1'], error.message);
  }
  const done = outcomes.filter((put) => put.status === 'fulfilled').map((put) => put.value.ETag);
  assert.deepEqual(new Set(done), new Set([`"${md5(body)}"`]));
  assert.equal((await server.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount, done.length, 'and then who comes is served again');
});

test('who reads or sends slowly keeps no handler from others', async (t) => {
  const server = await Server.start(t, { env: { CAUDAL_SERVER_HANDLERS: '2' } });
  const Bucket = await server.bucket();
  await server.s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body: Buffer.alloc(64 << 20, 'x') }));
  const url = new URL(await getSignedUrl(server.s3, new GetObjectCommand({ Bucket, Key: 'large' })));
  const sockets = [];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  const readers = Array.from({ length: 20 }, () => new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port: server.port }, () => socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`));
    socket.once('data', () => resolve(socket.pause()));
    socket.on('error', () => {});
    sockets.push(socket);
  }));
  const senders = Array.from({ length: 20 }, () => Readable.from((async function* pieces() {
    yield Buffer.alloc(100_000);
    await new Promise(() => {}); // nothing more
  })()));
  const sending = senders.map((Body, n) => server.s3.send(new PutObjectCommand({ Bucket, Key: `slow/${n}`, Body, ContentLength: 1 << 20 })).catch(() => {}));
  await Promise.all(readers);
  for (let n = 0; n < 10; ++n) {
    const began = Date.now();
    assert.equal((await server.raw('GET', '/')).status, 200);
    assert.equal((await exchange(server.url, { path: '/readyz' })).status, 200);
    assert.ok(Date.now() - began < 5000, 'well before anybody is too slow');
  }
  for (const sender of senders) sender.destroy();
  for (const socket of sockets) socket.destroy();
  for (const client of server.clients) client.destroy();
  await Promise.all(sending);
});

test('a header of a gigabyte is refused long before its end, and costs no memory', async (t) => {
  const server = await Server.start(t);
  const piece = Buffer.alloc(1 << 20, 'a');
  const whole = 1 << 30;
  const send = (head) => new Promise((resolve) => {
    let [sent, received] = [0, ''];
    const socket = net.connect({ host: '127.0.0.1', port: server.port }, () => {
      socket.write(head);
      more();
    });
    const more = () => {
      while (sent < whole && !socket.destroyed) {
        sent += piece.length;
        if (!socket.write(piece)) return void socket.once('drain', more);
      }
    };
    socket.setEncoding('latin1');
    socket.on('data', (data) => (received += data));
    socket.on('error', () => {}); // it closes while more is being sent
    socket.on('close', () => resolve({ sent, received }));
  });
  for (const [head, status] of [['GET / HTTP/1.1\r\nHost: h\r\nX-Long: ', 431], ['GET /', 414], ['PUT /b/k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;', 400]]) {
    const { sent, received } = await send(head);
    assert.ok(sent < whole / 4, `${sent} bytes of ${JSON.stringify(head)} were taken`);
    // Who goes on sending may miss the answer that came meanwhile.
    assert.match(received, new RegExp(`^(HTTP/1\\.1 (${status}|403) |$)`));
  }
  assert.equal((await exchange(server.url, { path: '/healthz' })).status, 200);
  assert.ok((await server.peakMemoryBytes()) < 200e6, `${await server.peakMemoryBytes()} bytes`);
});

test('what was answered 200 is there after a kill', async (t) => {
  const server = await Server.start(t);
  const Bucket = await server.bucket();
  const done = [];
  const putting = Promise.allSettled(Array.from({ length: 8 }, async (_, lane) => {
    for (let i = 0; ; ++i) {
      const Key = `${lane}/${i}`;
      await server.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key.repeat(1 + (i % 3) * 10_000) }));
      done.push([Key, i]);
    }
  }));
  while (done.length < 200) await new Promise((resolve) => setImmediate(resolve));
  await server.crash();
  await putting;
  await server.open();
  for (const [Key, i] of done) {
    const text = (await bytesOf(await server.s3.send(new GetObjectCommand({ Bucket, Key })))).toString();
    assert.equal(text, Key.repeat(1 + (i % 3) * 10_000));
  }
});
