// SPDX-License-Identifier: Apache-2.0
// Bytes are what the client announced, by every algorithm, in headers and behind streams; and where they are not, the
// request is refused and nothing is stored. The spoilt requests are made by hand, as no SDK would send them.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

import { Server, bytesOf, md5, refused, sha256, signer, wire } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;
const Bucket = await server.bucket();

const head = (Key, rest = {}) => s3.send(new HeadObjectCommand({ Bucket, Key, ...rest }));
const get = (Key, rest = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...rest }));

// Of "123456789": the check values that the algorithms' definitions publish.
const digits = '123456789';
const known = {
  CRC32: Buffer.from('cbf43926', 'hex').toString('base64'),
  CRC32C: Buffer.from('e3069283', 'hex').toString('base64'),
  CRC64NVME: Buffer.from('ae8b14860a799888', 'hex').toString('base64'),
  SHA1: createHash('sha1').update(digits).digest('base64'),
  SHA256: createHash('sha256').update(digits).digest('base64'),
};
const algorithms = Object.keys(known);
const member = (algorithm) => `Checksum${algorithm}`;
const header = (algorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`;

async function assertNothingStored(Key) {
  await refused(head(Key), 'NotFound', 404);
}

test('checksums in headers are checked, kept and given back when asked for', async () => {
  for (const algorithm of algorithms) {
    const Key = `header-${algorithm}`;
    const stored = await s3.send(new PutObjectCommand({ Bucket, Key, Body: digits, [member(algorithm)]: known[algorithm] }));
    assert.equal(stored[member(algorithm)], known[algorithm]);
    for (const ask of [head, get]) {
      const seen = await ask(Key, { ChecksumMode: 'ENABLED' });
      assert.deepEqual([seen[member(algorithm)], seen.ChecksumType], [known[algorithm], 'FULL_OBJECT']);
    }
    assert.equal((await head(Key))[member(algorithm)], undefined);
    const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: `${Key}-copy`, CopySource: `${Bucket}/${Key}` }));
    assert.equal(copied.CopyObjectResult[member(algorithm)], known[algorithm]);
    const other = Buffer.alloc(Buffer.from(known[algorithm], 'base64').length).toString('base64');
    const wrong = new PutObjectCommand({ Bucket, Key: `${Key}-wrong`, Body: digits, [member(algorithm)]: other });
    await refused(s3.send(wrong), 'BadDigest', 400);
    await assertNothingStored(`${Key}-wrong`);
  }
});

test('checksums behind streams are checked, for every algorithm and size', async () => {
  for (const algorithm of algorithms) {
    for (const size of [0, 9, 70_000, 1_500_000]) {
      const bytes = size === 9 ? Buffer.from(digits) : randomBytes(size);
      const Key = `stream-${algorithm}-${size}`;
      const stored = await s3.send(new PutObjectCommand({
        Bucket, Key, Body: Readable.from([bytes.subarray(0, 5), bytes.subarray(5)].filter((piece) => piece.length > 0)),
        ContentLength: size, ChecksumAlgorithm: algorithm }));
      assert.equal(stored.ETag, `"${md5(bytes)}"`);
      const output = await get(Key, { ChecksumMode: 'ENABLED' });
      assert.deepEqual(await bytesOf(output), bytes); // the framing is not in it
      assert.equal(output.ContentEncoding, undefined);
      assert.ok(output[member(algorithm)], algorithm);
      if (size === 9) assert.equal(output[member(algorithm)], known[algorithm]);
    }
  }
});

test('an encoding of the content is kept, the framing is not', async () => {
  await s3.send(new PutObjectCommand({
    Bucket, Key: 'gzip', Body: Readable.from([Buffer.from('zipped')]), ContentLength: 6, ContentEncoding: 'gzip' }));
  const seen = await head('gzip');
  assert.deepEqual([seen.ContentEncoding, seen.ContentLength], ['gzip', 6]);
});

test('streams of unknown length go up in parts, and their checksum is that of the parts', async () => {
  const bytes = randomBytes((12 << 20) + 5);
  const pieces = Array.from({ length: 13 }, (_, i) => bytes.subarray(i << 20, (i + 1) << 20));
  for (const [ChecksumAlgorithm, type] of [['CRC32', 'COMPOSITE'], ['SHA256', 'COMPOSITE'], ['CRC64NVME', 'FULL_OBJECT']]) {
    const upload = new Upload({
      client: s3, partSize: 5 << 20, queueSize: 3, params: { Bucket, Key: 'unknown', Body: Readable.from(pieces), ChecksumAlgorithm } });
    const done = await upload.done();
    assert.match(done.ETag, /-3"$/);
    const output = await get('unknown', { ChecksumMode: 'ENABLED' });
    assert.equal(md5(await bytesOf(output)), md5(bytes));
    const name = member(ChecksumAlgorithm);
    assert.equal(output.ChecksumType, type);
    assert.equal(output[name], done[name]);
    assert.equal(/-3$/.test(output[name]), type === 'COMPOSITE');
  }
});

// A body of chunks with a trailer, as STREAMING-UNSIGNED-PAYLOAD-TRAILER has it.
function chunked(bytes, trailer, { size = 4 } = {}) {
  let text = '';
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.slice(at, at + size);
    text += `${piece.length.toString(16)}\r\n${piece}\r\n`;
  }
  return `${text}0\r\n${trailer}\r\n\r\n`;
}

function putChunked(Key, body, { algorithm = 'CRC32', decoded = digits.length } = {}) {
  return server.raw('PUT', `/${Bucket}/${Key}`, {
    body,
    headers: {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'content-encoding': 'aws-chunked',
      'x-amz-trailer': header(algorithm), ...(decoded !== undefined ? { 'x-amz-decoded-content-length': String(decoded) } : {}) },
  });
}

test('a trailer that was spoilt is refused and nothing is stored', async () => {
  for (const algorithm of algorithms) {
    const right = await putChunked(`trailer-${algorithm}`, chunked(digits, `${header(algorithm)}:${known[algorithm]}`), { algorithm });
    assert.equal(right.status, 200, right.body);
    assert.equal((await bytesOf(await get(`trailer-${algorithm}`))).toString(), digits);
    const wrong = await putChunked('spoilt', chunked('123456780', `${header(algorithm)}:${known[algorithm]}`), { algorithm });
    assert.deepEqual([wrong.status, wrong.error], [400, 'BadDigest'], algorithm);
    await assertNothingStored('spoilt');
  }
  const trailer = `${header('CRC32')}:${known.CRC32}`;
  const right = chunked(digits, trailer);
  const spoilt = {
    'no trailer': chunked(digits, ''),
    'another algorithm': chunked(digits, `${header('SHA1')}:${known.SHA1}`),
    'a checksum that is none': chunked(digits, `${header('CRC32')}:not base64`),
    'a checksum of another length': chunked(digits, `${header('CRC32')}:AAAA`),
    'no last chunk': right.slice(0, right.indexOf('0\r\n')),
    'a size that is none': right.replace(/^4/, 'g'),
    'a size too large': right.replace(/^4/, '5'),
    'a size beyond all bounds': right.replace(/^4/, 'ffffffffffffffffff'),
    'nothing at all': '',
    'no framing': digits,
  };
  for (const [what, body] of Object.entries(spoilt)) {
    const answer = await putChunked('spoilt', body);
    assert.equal(answer.status, 400, `${what}: ${answer.status} ${answer.body}`);
    assert.ok(answer.error, what);
    await assertNothingStored('spoilt');
  }
  for (const decoded of [digits.length - 1, digits.length + 1, 0]) {
    const answer = await putChunked('spoilt', right, { decoded });
    assert.equal(answer.status, 400, `${decoded} announced: ${answer.body}`);
    await assertNothingStored('spoilt');
  }
  const unannounced = await server.raw('PUT', `/${Bucket}/spoilt`, {
    body: right, headers: { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x-amz-trailer': header('CRC32') } });
  assert.deepEqual([unannounced.status, unannounced.error], [411, 'MissingContentLength'], unannounced.body);
  await assertNothingStored('spoilt');
});

test('an object that is there survives one that is refused', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'survivor', Body: 'first' }));
  const answer = await putChunked('survivor', chunked('123456780', `${header('CRC32')}:${known.CRC32}`));
  assert.equal(answer.error, 'BadDigest');
  assert.equal((await bytesOf(await get('survivor'))).toString(), 'first');
});

test('a body that is not what its SHA-256 or MD5 says is refused and nothing is stored', async () => {
  for (const size of [9, 300_000]) {
    const body = 'x'.repeat(size);
    const put = (headers) => server.raw('PUT', `/${Bucket}/wrong`, { body, headers });
    const cases = [
      [{ 'x-amz-content-sha256': sha256('other') }, 'XAmzContentSHA256Mismatch'],
      [{ 'x-amz-content-sha256': 'nonsense' }, 'InvalidArgument'],
      [{ 'content-md5': md5('other', 'base64') }, 'BadDigest'],
      [{ 'content-md5': 'nonsense' }, 'InvalidDigest'],
      [{ [header('CRC32')]: 'AAAAAA==' }, 'BadDigest'],
      [{ [header('CRC32')]: 'AAAA' }, 'InvalidRequest'],
      [{ [header('CRC32')]: 'AAAAAA==', [header('CRC32C')]: 'AAAAAA==' }, 'InvalidRequest'],
    ];
    for (const [headers, code] of cases) {
      const answer = await put(headers);
      assert.deepEqual([answer.status, answer.error], [400, code], JSON.stringify(headers));
      await assertNothingStored('wrong');
    }
    const right = await put({ 'content-md5': md5(body, 'base64') });
    assert.equal(right.status, 200, right.body);
    await server.raw('DELETE', `/${Bucket}/wrong`);
  }
});

test('a body that ends early leaves nothing', async () => {
  const { headers } = await signer().sign({
    method: 'PUT', protocol: 'http:', hostname: '127.0.0.1', port: server.port, path: `/${Bucket}/early`,
    headers: { host: `127.0.0.1:${server.port}`, 'content-length': '100001', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
  const text = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const answer = await wire(server.url, `PUT /${Bucket}/early HTTP/1.1\r\n${text}\r\n${'x'.repeat(100_000)}`);
  assert.match(answer, /^$|^HTTP\/1\.1 400 [^]*<Code>IncompleteBody</);
  await assertNothingStored('early');
});
