// SPDX-License-Identifier: Apache-2.0
// Who is let in: signatures in headers and presigned, what is refused and in which words, addresses by path and by host.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';
import {
  CreateMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListBucketsCommand, ListObjectsV2Command,
  PutObjectCommand, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

import { Server, bytesOf, element, exchange, md5, refused, rootKey, sha256, signer, wire } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;
const Bucket = await server.bucket();
await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'content', ContentType: 'text/plain' }));

const minutes = (count) => new Date(Date.now() + count * 60_000);
const get = (options) => server.raw('GET', `/${Bucket}/k`, options);
// What an HTTP client that knows nothing of S3 gets.
const fetched = async (url, options = {}) => {
  const { pathname, search, origin } = new URL(url);
  return exchange(origin, { path: pathname + search, ...options });
};

test('an error is a document with S3\'s own elements, and its id stands in the headers as well', async () => {
  const answer = await get({ credentials: { ...rootKey, secretAccessKey: 'wrong' } });
  assert.deepEqual([answer.status, answer.error, answer.headers['content-type']], [403, 'SignatureDoesNotMatch', 'application/xml']);
  assert.match(answer.body, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error>/);
  assert.equal(element(answer.body, 'RequestId'), answer.headers['x-amz-request-id']);
  assert.equal(element(answer.body, 'HostId'), answer.headers['x-amz-id-2']);
  assert.equal(element(answer.body, 'Resource'), `/${Bucket}/k`);
  assert.equal(element(answer.body, 'AWSAccessKeyId'), rootKey.accessKeyId);
  assert.match(element(answer.body, 'RequestId'), /^[0-9A-Z]{16}$/);
  const [one, other] = [await get(), await get()];
  assert.notEqual(one.headers['x-amz-request-id'], other.headers['x-amz-request-id']);
  assert.ok(one.headers['x-amz-id-2'] && one.headers.date && one.headers.server);
});

test('what was not signed so is refused', async () => {
  const spoil = (text, pattern) => text.replace(pattern, (digit) => (digit === '0' ? '1' : '0'));
  const spoilt = {
    'another secret': { credentials: { ...rootKey, secretAccessKey: `${rootKey.secretAccessKey}x` } },
    'a header changed': { headers: { 'x-amz-meta-a': '1' }, change: (signed) => (signed.headers['x-amz-meta-a'] = '2') },
    'a date changed': { change: (signed) => (signed.headers['x-amz-date'] = spoil(signed.headers['x-amz-date'], /\d(?=Z)/)) },
    'a signature cut': { change: (signed) => (signed.headers.authorization = signed.headers.authorization.slice(0, -1)) },
    'a digit of the signature': { change: (signed) => (signed.headers.authorization = spoil(signed.headers.authorization, /.$/)) },
    'a parameter added': { query: { versionId: 'null' }, change: (signed) => (signed.query = { versionId: 'x' }) },
  };
  for (const [what, options] of Object.entries(spoilt)) {
    const answer = await get(options);
    assert.equal(answer.status, 403, `${what}: ${answer.body}`);
    assert.ok(['SignatureDoesNotMatch', 'AuthorizationHeaderMalformed', 'AccessDenied'].includes(answer.error), `${what}: ${answer.error}`);
  }
  const unknown = await get({ credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } });
  assert.deepEqual([unknown.status, unknown.error, element(unknown.body, 'AWSAccessKeyId')], [403, 'InvalidAccessKeyId', 'AKIANOBODY']);
  await refused(server.client({ credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } }).send(new ListBucketsCommand({})),
    'InvalidAccessKeyId', 403);
});

test('headers that make no sense are refused in words, not with a 500', async () => {
  for (const authorization of ['', 'AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA256 Credential=, SignedHeaders=, Signature=', 'Basic dTpw', 'AWS AKIA:sig',
    'AWS4-HMAC-SHA256 Credential=a/20240101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00', `AWS4-HMAC-SHA256 ${'x'.repeat(4000)}`]) {
    const answer = await get({ change: (signed) => (signed.headers.authorization = authorization) });
    assert.ok(answer.status === 400 || answer.status === 403, `${authorization}: ${answer.status}`);
    assert.ok(answer.error, authorization);
  }
});

test('clocks may differ by 15 minutes', async () => {
  for (const offset of [-14, 14]) assert.equal((await get({ signingDate: minutes(offset) })).status, 200);
  for (const offset of [-16, 16, -60 * 24 * 8]) {
    const answer = await get({ signingDate: minutes(offset) });
    assert.deepEqual([answer.status, answer.error], [403, 'RequestTimeTooSkewed']);
    assert.equal(element(answer.body, 'MaxAllowedSkewMilliseconds'), '900000');
    assert.ok(Math.abs(Date.now() - Date.parse(element(answer.body, 'ServerTime'))) < 60_000);
  }
});

test('a payload must say what it is', async () => {
  const answer = await server.raw('PUT', `/${Bucket}/unsaid`, {
    body: 'x', headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, change: (signed) => delete signed.headers['x-amz-content-sha256'] });
  assert.ok([400, 403].includes(answer.status), answer.body);
  await refused(s3.send(new HeadObjectCommand({ Bucket, Key: 'unsaid' })), 'NotFound', 404);
});

test('who does not sign is refused, and learns nothing of what exists', async () => {
  const seen = new Set();
  for (const [method, path] of [
    ['GET', '/'], ['GET', `/${Bucket}`], ['GET', '/no-such-bucket-at-all'], ['GET', `/${Bucket}/k`], ['GET', `/${Bucket}/absent`],
    ['PUT', `/${Bucket}/new`], ['PUT', '/new-bucket'], ['DELETE', `/${Bucket}/k`], ['GET', `/${Bucket}?acl`],
    ['GET', '/no-such-bucket-at-all?versioning'], ['POST', `/${Bucket}/k?uploads`], ['GET', `/${Bucket}?policy`], ['GET', `/${Bucket}?uploads`]]) {
    const answer = await exchange(server.url, { method, path, body: ['PUT', 'POST'].includes(method) ? 'x' : undefined });
    assert.deepEqual([answer.status, answer.error], [403, 'AccessDenied'], `${method} ${path}`);
    seen.add(answer.body.replace(/<(RequestId|HostId|Resource)>[^<]*/g, ''));
  }
  assert.equal(seen.size, 1, 'every refusal reads the same');
  // A batch is answered for each key, and here as well a bucket that is not there reads like one that is.
  for (const name of [Bucket, 'no-such-bucket-at-all']) {
    const body = '<Delete><Object><Key>k</Key></Object></Delete>';
    const batch = await exchange(server.url, { method: 'POST', path: `/${name}?delete`, body, headers: { 'content-md5': md5(body, 'base64') } });
    assert.deepEqual([batch.status, batch.error], [200, 'AccessDenied']);
    assert.doesNotMatch(batch.body, /<Deleted>/);
  }
  const head = await exchange(server.url, { method: 'HEAD', path: `/${Bucket}/k` });
  assert.deepEqual([head.status, head.bytes.length], [403, 0]);
  assert.equal((await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toString(), 'content');
});

test('presigned addresses work in clients that know nothing of S3', async () => {
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'k' }), { expiresIn: 60 });
  const got = await fetched(url);
  assert.deepEqual([got.status, got.body, got.headers['content-type']], [200, 'content', 'text/plain']);
  const range = await fetched(url, { headers: { range: 'bytes=0-2' } });
  assert.deepEqual([range.status, range.body], [206, 'con']);
  const headUrl = await getSignedUrl(s3, new HeadObjectCommand({ Bucket, Key: 'k' }), { expiresIn: 60 });
  const head = await fetched(headUrl, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers['content-length']], [200, '7']);
  const putUrl = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'put by address' }), { expiresIn: 60 });
  assert.equal((await fetched(putUrl, { method: 'PUT', body: 'put', headers: { 'content-type': 'text/x' } })).status, 200);
  const stored = await s3.send(new GetObjectCommand({ Bucket, Key: 'put by address' }));
  assert.deepEqual([(await bytesOf(stored)).toString(), stored.ContentType], ['put', 'text/x']);
  const deleteUrl = await getSignedUrl(s3, new DeleteObjectCommand({ Bucket, Key: 'put by address' }), { expiresIn: 60 });
  assert.equal((await fetched(deleteUrl, { method: 'DELETE' })).status, 204);
  const odd = 'ção +%?&=/../x';
  await s3.send(new PutObjectCommand({ Bucket, Key: odd, Body: 'odd' }));
  const oddUrl = await getSignedUrl(s3, new GetObjectCommand({
    Bucket, Key: odd, ResponseContentDisposition: 'attachment; filename="a b.txt"', ResponseContentType: 'text/csv' }), { expiresIn: 60 });
  const { origin } = new URL(oddUrl);
  const answer = await exchange(origin, { path: oddUrl.slice(origin.length) }); // as it is: a URL parser would tidy the dots
  assert.deepEqual([answer.body, answer.headers['content-disposition'], answer.headers['content-type']],
    ['odd', 'attachment; filename="a b.txt"', 'text/csv']);
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
  const partUrl = await getSignedUrl(s3, new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1 }), { expiresIn: 60 });
  const part = await fetched(partUrl, { method: 'PUT', body: 'x' });
  assert.deepEqual([part.status, part.headers.etag], [200, '"9dd4e461268c8034f5c8564e155c67a6"']);
});

test('a presigned address is for its method, its object and its time alone', async () => {
  const sign = (Key, options) => getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), options);
  const url = await sign('k', { expiresIn: 60 });
  for (const [what, answer] of Object.entries({
    method: await fetched(url, { method: 'PUT', body: 'x' }),
    object: await fetched(url.replace('/k?', '/other?')),
    time: await fetched(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')),
    signature: await fetched(url.replace(/X-Amz-Signature=.{4}/, 'X-Amz-Signature=0000')),
    parameter: await fetched(`${url}&response-content-type=text/html`),
  })) {
    assert.deepEqual([answer.status, answer.error], [403, 'SignatureDoesNotMatch'], what);
  }
  const expired = await fetched(await sign('k', { expiresIn: 60, signingDate: minutes(-2) }));
  assert.deepEqual([expired.status, expired.error, element(expired.body, 'Message')], [403, 'AccessDenied', 'Request has expired']);
  const early = await fetched(await sign('k', { expiresIn: 60, signingDate: minutes(20) }));
  assert.deepEqual([early.status, early.error], [403, 'AccessDenied']);
  for (const expires of ['0', '-1', '604801', 'soon', '99999999999999999999']) {
    const answer = await fetched(url.replace('X-Amz-Expires=60', `X-Amz-Expires=${expires}`));
    assert.ok([400, 403].includes(answer.status), `${expires}: ${answer.status}`);
    assert.ok(['AuthorizationQueryParametersError', 'SignatureDoesNotMatch', 'AccessDenied'].includes(answer.error), answer.error);
  }
  const both = await fetched(url, { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } });
  assert.deepEqual([both.status, both.error], [400, 'InvalidArgument']);
});

test('a bucket is addressed by its host as well', async () => {
  // No resolver is asked for bucket.localhost: the client connects to the server whatever the name says.
  const agent = new http.Agent({ lookup: (host, options, done) => done(null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4) });
  const client = server.client({ endpoint: `http://localhost:${server.port}`, forcePathStyle: false, requestHandler: { httpAgent: agent } });
  await client.send(new PutObjectCommand({ Bucket, Key: 'by/host ção', Body: 'host' }));
  assert.equal((await bytesOf(await client.send(new GetObjectCommand({ Bucket, Key: 'by/host ção' })))).toString(), 'host');
  assert.equal((await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key: 'by/host ção' })))).toString(), 'host');
  assert.equal((await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'by/' }))).KeyCount, 1);
  assert.ok((await client.send(new ListBucketsCommand({}))).Buckets.some((one) => one.Name === Bucket));
  const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'k' }));
  assert.equal(new URL(url).hostname, `${Bucket}.localhost`);
  const { pathname, search, host } = new URL(url);
  assert.equal((await exchange(server.url, { path: pathname + search, headers: { host } })).body, 'content');
  for (const host of [`${Bucket}.localhost`, `${Bucket.toUpperCase()}.LOCALHOST:1234`, `${Bucket}.s3.localhost`]) {
    assert.equal((await server.raw('GET', '/k', { host })).body, 'content', host);
  }
});

test('one connection serves one request after the other, whatever they ask and how they end', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (method, path, options = {}) => server.raw(method, path, { agent, ...options });
  let sockets = 0;
  const { createConnection } = agent;
  agent.createConnection = (...args) => (++sockets, createConnection.apply(agent, args));
  const statuses = [];
  for (let i = 0; i < 5; ++i) {
    statuses.push((await ask('PUT', `/${Bucket}/alive`, { body: 'x'.repeat(i * 50_000) })).status);
    statuses.push((await ask('GET', `/${Bucket}/alive`)).status);
    statuses.push((await ask('GET', `/${Bucket}/absent`)).status);
    statuses.push((await ask('HEAD', `/${Bucket}/absent`)).status);
    statuses.push((await ask('PUT', `/${Bucket}/alive`, { body: 'refused', headers: { 'x-amz-content-sha256': sha256('other') } })).status);
    statuses.push((await ask('GET', `/${Bucket}/k`, { credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } })).status);
  }
  assert.deepEqual(statuses, Array(5).fill([200, 200, 404, 404, 400, 403]).flat());
  assert.equal(sockets, 1);
  agent.destroy();
});

test('operations that are not offered say so by name', async () => {
  server.expected.push(/"status":501/);
  for (const [method, name] of [['GET', 'accelerate'], ['GET', 'analytics'], ['PUT', 'replication'], ['GET', 'inventory'], ['GET', 'object-lock']]) {
    const answer = await server.raw(method, `/${Bucket}`, { query: { [name]: '' }, body: method === 'PUT' ? '<x/>' : '' });
    assert.deepEqual([answer.status, answer.error], [501, 'NotImplemented'], name);
  }
  const patch = await server.raw('PATCH', `/${Bucket}/k`);
  assert.deepEqual([patch.status, patch.error], [405, 'MethodNotAllowed']);
});

test('a signature for a service that is not here is told so', async () => {
  server.expected.push(/"status":501/);
  const answer = await get({ change: (signed) => (signed.headers.authorization = signed.headers.authorization.replace('/s3/', '/sqs/')) });
  assert.equal(answer.status, 501);
  assert.match(answer.body, /does not offer the service sqs/);
});

test('health and metrics are told to whoever asks, and no secret is in them', async () => {
  assert.equal((await exchange(server.url, { path: '/healthz' })).status, 200);
  assert.equal((await exchange(server.url, { path: '/readyz' })).status, 200);
  const { status, body } = await exchange(server.url, { path: '/metrics' });
  assert.equal(status, 200);
  assert.match(body, /operation="PutObject"/);
  assert.ok(!body.includes(rootKey.secretAccessKey));
});

test('heads that could be read two ways are refused', async () => {
  for (const head of [
    'Content-Length: 1\r\nContent-Length: 2', 'Content-Length: 1\r\nTransfer-Encoding: chunked', 'Transfer-Encoding: chunked, chunked',
    'Content-Length: +1', 'Content-Length : 1', 'Transfer-Encoding: identity', ' folded: 1', 'X: a\0b',
  ]) {
    const answer = await wire(server.url, `PUT /${Bucket}/smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n${head}\r\n\r\nx`);
    assert.match(answer, /^HTTP\/1\.1 (400|501) /, head);
    assert.equal(answer.split('HTTP/1.1 ').length, 2, `one answer to ${head}`);
  }
  for (const text of ['GET / HTTP/1.1\nHost: 127.0.0.1\n\n', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\nX: y\r\n\r\n', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\n']) {
    const answer = await wire(server.url, `${text}GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 400 [^]*Connection: close/, JSON.stringify(text));
    assert.equal(answer.split('HTTP/1.1 ').length, 2, 'what follows a bare LF is not looked at');
  }
  await refused(s3.send(new HeadObjectCommand({ Bucket, Key: 'smuggled' })), 'NotFound', 404);
});

test('requests that come at once are answered in their order, and their bodies are not taken for requests', async () => {
  const sign = async (method, path, body = '') => {
    const { headers } = await signer().sign({
      method, protocol: 'http:', hostname: '127.0.0.1', port: server.port, path: `/${Bucket}/${path}`,
      headers: { host: `127.0.0.1:${server.port}`, 'x-amz-content-sha256': sha256(body), ...(body ? { 'content-length': String(body.length) } : {}) } });
    return `${method} /${Bucket}/${path} HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
  };
  const disguised = `GET /${Bucket}/k HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
  const several = [await sign('PUT', 'piped', disguised), await sign('GET', 'piped'), await sign('GET', 'absent'), await sign('DELETE', 'piped'), await sign('GET', 'piped'), await sign('GET', 'k')];
  const answer = await wire(server.url, several.join(''));
  assert.deepEqual(answer.match(/(?<=HTTP\/1\.1 )\d+/g).map(Number), [200, 200, 404, 204, 404, 200]);
  assert.ok(answer.includes(`\r\n\r\n${disguised}HTTP/1.1 404`), 'the body came back as it was');
  assert.ok(answer.endsWith('\r\n\r\ncontent'));
});
