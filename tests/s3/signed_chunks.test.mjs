// SPDX-License-Identifier: Apache-2.0
// Uploads whose chunks are each signed, which SDKs send over plain connections and old ones always: by a signer of the
// test's own that is first held to the examples that AWS publishes.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { CreateMultipartUploadCommand, GetObjectCommand, HeadObjectCommand, ListPartsCommand } from '@aws-sdk/client-s3';

import { SignedChunks, stamp } from '../lib/signed_chunks.mjs';
import { Server, bytesOf, exchange, md5, refused, region, rootKey } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;
const Bucket = await server.bucket();
const bytes = randomBytes(200_000);
const pieces = [bytes.subarray(0, 65_536), bytes.subarray(65_536, 131_072), bytes.subarray(131_072)];

// An upload of `decoded` bytes to `key`, not yet sent.
function upload(key, { decoded = bytes.length, trailer, time = stamp(new Date()), query } = {}) {
  return new SignedChunks({
    credentials: rootKey, region, time, method: 'PUT', path: `/${Bucket}/${key}`, query, trailer,
    headers: { host: `127.0.0.1:${server.port}`, 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': String(decoded) } });
}

const send = (key, { headers }, body, query = '') =>
  exchange(server.url, { method: 'PUT', path: `/${Bucket}/${key}${query && `?${query}`}`, headers: { ...headers, 'content-length': body.length }, body });
const get = (Key) => s3.send(new GetObjectCommand({ Bucket, Key })).then(bytesOf);
const nothingAt = (Key) => refused(s3.send(new HeadObjectCommand({ Bucket, Key })), 'NotFound', 404);
const checksum = (data) => ['x-amz-checksum-sha256', createHash('sha256').update(data).digest('base64')];
const anotherChecksum = checksum('something else');

// Where the data of the n-th chunk (from 0) begins in a body.
function dataOf(body, n) {
  let at = 0;
  for (let chunk = 0; ; ++chunk) {
    const end = body.indexOf('\r\n', at);
    if (chunk === n) return end + 2;
    at = end + 2 + parseInt(body.subarray(at, end).toString(), 16) + 2;
  }
}

test('the signer of these tests makes the signatures that AWS publishes', () => {
  const example = (trailer) => new SignedChunks({
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    region: 'us-east-1', time: '20130524T000000Z', method: 'PUT', path: '/examplebucket/chunkObject.txt', trailer,
    headers: {
      host: 's3.amazonaws.com', 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '66560',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY', ...(trailer ? {} : { 'content-length': '66824' }) } });
  const signatures = (one) => {
    const found = [one.seed];
    for (const size of [65_536, 1024, 0]) {
      one.chunk(Buffer.alloc(size, 'a'));
      found.push(one.last);
    }
    return found;
  };
  assert.deepEqual(signatures(example()), [
    '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9']);
  const trailing = example(['x-amz-checksum-crc32c', 'sOO8/Q==']);
  assert.deepEqual(signatures(trailing), [
    '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992']);
  trailing.end();
  assert.equal(trailing.last, 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435');
});

test('chunks whose signatures hold become an object, with and without a trailer', async () => {
  for (const trailer of [undefined, checksum(bytes)]) {
    const one = upload('whole', { trailer });
    const answer = await send('whole', one, one.body(pieces));
    assert.equal(answer.status, 200, answer.body);
    assert.equal(answer.headers.etag, `"${md5(bytes)}"`);
    if (trailer) assert.equal(answer.headers['x-amz-checksum-sha256'], trailer[1]);
    assert.deepEqual(await get('whole'), bytes);
    assert.equal((await s3.send(new HeadObjectCommand({ Bucket, Key: 'whole' }))).ContentEncoding, undefined);
  }
  const empty = upload('empty', { decoded: 0 });
  assert.equal((await send('empty', empty, empty.body([]))).status, 200);
  assert.equal((await get('empty')).length, 0);
});

test('a byte that was changed on its way is found in whichever chunk it is, and nothing is stored', async () => {
  for (const trailer of [undefined, checksum(bytes)]) {
    for (const n of [0, 1, 2]) {
      const one = upload('flipped', { trailer });
      const body = one.body(pieces);
      body[dataOf(body, n) + 17] ^= 1;
      const answer = await send('flipped', one, body);
      assert.deepEqual([answer.status, answer.error], [403, 'SignatureDoesNotMatch'], `chunk ${n}: ${answer.body}`);
      await nothingAt('flipped');
    }
  }
});

test('a body without its last chunk is refused, and nothing is stored', async () => {
  for (const trailer of [undefined, checksum(bytes)]) {
    const one = upload('cut', { trailer });
    const body = Buffer.concat(pieces.map((piece) => one.chunk(piece)));
    const answer = await send('cut', one, body);
    assert.deepEqual([answer.status, answer.error], [400, 'IncompleteBody'], answer.body);
    await nothingAt('cut');
  }
});

test('chunks that are left out, moved, repeated or of another upload are refused', async () => {
  const rearranged = {
    'left out': ([a, , c]) => [a, c], swapped: ([a, b, c]) => [b, a, c], repeated: ([a, b, c]) => [a, b, b, c],
    'of another upload': ([a, b], other) => [a, b, other[2]] };
  for (const [what, rearrange] of Object.entries(rearranged)) {
    const one = upload('rearranged');
    const chunks = pieces.map((piece) => one.chunk(piece));
    const final = one.chunk(Buffer.alloc(0));
    const other = upload('rearranged', { time: stamp(new Date(Date.now() - 1000)) });
    const answer = await send('rearranged', one, Buffer.concat([...rearrange(chunks, pieces.map((piece) => other.chunk(piece))), final]));
    assert.ok([400, 403].includes(answer.status), `${what}: ${answer.status}`);
    assert.ok(['SignatureDoesNotMatch', 'IncompleteBody'].includes(answer.error), `${what}: ${answer.body}`);
    await nothingAt('rearranged');
  }
});

test('a trailer must be signed, and be right', async () => {
  const spoil = {
    'another value': (text) => text.replace(/(x-amz-checksum-sha256:)[^\r]*/, `$1${anotherChecksum[1]}`),
    'another signature': (text) => text.replace(/(trailer-signature:)./, (_, name) => `${name}${'z'}`),
    'no signature': (text) => text.replace(/x-amz-trailer-signature:[^\r]*\r\n/, ''),
    'no trailer': () => '\r\n' };
  for (const [what, change] of Object.entries(spoil)) {
    const one = upload('trailer', { trailer: checksum(bytes) });
    const chunks = pieces.map((piece) => one.chunk(piece));
    const final = one.chunk(Buffer.alloc(0));
    const end = change(one.end().toString('latin1'));
    const answer = await send('trailer', one, Buffer.concat([...chunks, final.subarray(0, final.length - 2), Buffer.from(end, 'latin1')]));
    assert.ok([400, 403].includes(answer.status), `${what}: ${answer.status} ${answer.body}`);
    await nothingAt('trailer');
  }
  // Signed as it should be, but not the checksum of these bytes.
  const wrong = upload('trailer', { trailer: anotherChecksum });
  const answer = await send('trailer', wrong, wrong.body(pieces));
  assert.deepEqual([answer.status, answer.error], [400, 'BadDigest'], answer.body);
  await nothingAt('trailer');
});

test('parts come in signed chunks as well', async () => {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
  const query = `partNumber=1&uploadId=${UploadId}`;
  const part = (spoil) => {
    const one = upload('parts', { query });
    const body = one.body(pieces);
    if (spoil) body[dataOf(body, 1)] ^= 1;
    return send('parts', one, body, query);
  };
  assert.equal((await part(true)).error, 'SignatureDoesNotMatch');
  assert.equal((await s3.send(new ListPartsCommand({ Bucket, Key: 'parts', UploadId }))).Parts, undefined);
  assert.equal((await part(false)).headers.etag, `"${md5(bytes)}"`);
});
