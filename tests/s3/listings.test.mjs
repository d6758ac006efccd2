// SPDX-License-Identifier: Apache-2.0
// Listings through the AWS SDK: order, prefixes, delimiters, encodings, pages of every size; and 100,000 keys.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  ListObjectVersionsCommand, ListObjectsCommand, ListObjectsV2Command, PutObjectCommand, paginateListObjectsV2,
} from '@aws-sdk/client-s3';

import { randomFrom, seedFor } from '../lib/caudal.mjs';
import { Server, refused } from '../lib/s3.mjs';
import { putMany } from '../lib/s3_bulk.mjs';

const server = await Server.start({ after });
const { s3 } = server;

async function bucketWith(keys) {
  const Bucket = await server.bucket();
  await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))));
  return {
    Bucket,
    v1: (rest = {}) => s3.send(new ListObjectsCommand({ Bucket, ...rest })),
    v2: (rest = {}) => s3.send(new ListObjectsV2Command({ Bucket, ...rest })),
  };
}

const keysOf = (page) => (page.Contents ?? []).map((one) => one.Key);
const prefixesOf = (page) => (page.CommonPrefixes ?? []).map((one) => one.Prefix);
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const tree = ['raw/2024/01/a.csv', 'raw/2024/01/b.csv', 'raw/2024/02/a.csv', 'raw/readme', 'raw', 'raw-old/x', 'zeta', 'Ção', '😀', '￿'];

test('keys come in the order of their bytes, with all that a listing says of them', async () => {
  const { v1, v2 } = await bucketWith(tree);
  const page = await v2();
  assert.deepEqual(keysOf(page), [...tree].sort(byBytes));
  assert.deepEqual([page.KeyCount, page.MaxKeys, page.IsTruncated, page.NextContinuationToken], [tree.length, 1000, false, undefined]);
  for (const one of page.Contents) {
    assert.deepEqual([one.Size, one.ETag, one.StorageClass, one.Owner], [1, '"9dd4e461268c8034f5c8564e155c67a6"', 'STANDARD', undefined]);
    assert.ok(Math.abs(Date.now() - one.LastModified) < 60_000);
    // The SDK sends a checksum of every object, and so every object has one.
    assert.deepEqual([one.ChecksumAlgorithm, one.ChecksumType], [['CRC32'], 'FULL_OBJECT']);
  }
  assert.match((await v2({ FetchOwner: true })).Contents[0].Owner.ID, /^[0-9a-f]{64}$/);
  const first = await v1();
  assert.deepEqual(keysOf(first), keysOf(page));
  assert.match(first.Contents[0].Owner.ID, /^[0-9a-f]{64}$/);
});

test('prefixes and delimiters make folders of keys', async () => {
  const { v1, v2 } = await bucketWith(tree);
  for (const list of [v1, v2]) {
    const top = await list({ Delimiter: '/' });
    assert.deepEqual([keysOf(top), prefixesOf(top)], [['raw', 'zeta', 'Ção', '😀', '￿'].sort(byBytes), ['raw-old/', 'raw/']]);
    const below = await list({ Delimiter: '/', Prefix: 'raw/' });
    assert.deepEqual([keysOf(below), prefixesOf(below)], [['raw/readme'], ['raw/2024/']]);
    const month = await list({ Delimiter: '/', Prefix: 'raw/2024/01/' });
    assert.deepEqual([keysOf(month), prefixesOf(month)], [['raw/2024/01/a.csv', 'raw/2024/01/b.csv'], []]);
    assert.deepEqual(keysOf(await list({ Prefix: 'nothing' })), []);
    const words = await list({ Delimiter: '2024/' });
    assert.deepEqual(prefixesOf(words), ['raw/2024/']);
    const odd = await list({ Delimiter: 'ã' });
    assert.deepEqual(prefixesOf(odd), ['Çã']);
  }
});

test('pages of any size hold every key and prefix once, in both versions of the listing', async (t) => {
  const random = randomFrom(seedFor(t));
  const letters = ['a', 'b', '/', '//', '-', 'é', '😀'];
  const made = new Set();
  while (made.size < 60)
    made.add(Array.from({ length: 1 + Math.floor(random() * 5) }, () => letters[Math.floor(random() * letters.length)]).join(''));
  const keys = [...made].sort(byBytes);
  const { v1, v2 } = await bucketWith(keys);
  // What S3 defines: keys below the prefix, those with a delimiter after it rolled up.
  const expected = (prefix, delimiter) => {
    const names = keys.filter((key) => key.startsWith(prefix)).map((key) => {
      const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      return at < 0 ? key : key.slice(0, at + delimiter.length) + '\0folder';
    });
    return [...new Set(names)];
  };
  const namesOf = (page) => [...keysOf(page), ...prefixesOf(page).map((prefix) => `${prefix}\0folder`)].sort(byBytes);
  for (const [prefix, delimiter] of [['', undefined], ['', '/'], ['a', '/'], ['a/', '/'], ['', 'b'], ['/', '//'], ['é', undefined]]) {
    const wanted = expected(prefix, delimiter);
    for (const MaxKeys of [1, 2, 7, 1000]) {
      const of2 = [];
      for await (const page of paginateListObjectsV2({ client: s3, pageSize: MaxKeys },
        { Bucket: (await v2()).Name, Prefix: prefix, Delimiter: delimiter })) {
        assert.equal(page.KeyCount, namesOf(page).length);
        assert.ok(page.KeyCount <= MaxKeys);
        of2.push(...namesOf(page));
      }
      assert.deepEqual(of2, wanted, `v2 of ${prefix} by ${delimiter}, ${MaxKeys} a page`);
      const of1 = [];
      let page = {};
      do {
        const Marker = page.NextMarker ?? page.Contents?.at(-1).Key;
        page = await v1({ Prefix: prefix, Delimiter: delimiter, MaxKeys, Marker });
        of1.push(...namesOf(page));
      } while (page.IsTruncated);
      assert.deepEqual(of1, wanted, `v1 of ${prefix} by ${delimiter}, ${MaxKeys} a page`);
    }
  }
});

test('a listing begins after a key, whether it is there or not', async () => {
  const { v1, v2 } = await bucketWith(['a', 'b', 'b/1', 'c']);
  assert.deepEqual(keysOf(await v2({ StartAfter: 'b' })), ['b/1', 'c']);
  assert.deepEqual(keysOf(await v2({ StartAfter: 'aa' })), ['b', 'b/1', 'c']);
  assert.deepEqual(keysOf(await v1({ Marker: 'b' })), ['b/1', 'c']);
  assert.deepEqual(keysOf(await v2({ StartAfter: 'z' })), []);
  assert.deepEqual(prefixesOf(await v2({ StartAfter: 'b', Delimiter: '/' })), ['b/']);
});

test('no keys are asked for and none come; what makes no sense is refused', async () => {
  const { Bucket, v1, v2 } = await bucketWith(['a', 'b']);
  for (const list of [v1, v2]) {
    const page = await list({ MaxKeys: 0 });
    assert.deepEqual([keysOf(page), page.IsTruncated], [[], false]);
    await refused(list({ MaxKeys: -1 }), 'InvalidArgument', 400);
    assert.equal((await list({ MaxKeys: 5000 })).MaxKeys, 1000);
    await refused(list({ EncodingType: 'base64' }), 'InvalidArgument', 400);
  }
  await refused(v2({ ContinuationToken: 'made up' }), 'InvalidArgument', 400);
  const words = await server.raw('GET', `/${Bucket}`, { query: { 'max-keys': 'many' } });
  assert.deepEqual([words.status, words.error], [400, 'InvalidArgument']);
});

test('with encoding-type=url names come encoded, and the SDK is told so', async () => {
  const keys = ['a b+c', 'x<&>"\'', 'line\nend', 'ção/😀'];
  const { Bucket, v2 } = await bucketWith(keys);
  const page = await v2({ EncodingType: 'url', Delimiter: '/' });
  assert.equal(page.EncodingType, 'url');
  assert.deepEqual(keysOf(page).map((key) => decodeURIComponent(key.replaceAll('+', ' '))), keys.slice(0, 3).sort(byBytes));
  assert.deepEqual(prefixesOf(page).map(decodeURIComponent), ['ção/']);
  const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket, EncodingType: 'url' }));
  assert.deepEqual(Versions.map((one) => decodeURIComponent(one.Key.replaceAll('+', ' '))), [...keys].sort(byBytes));
});

test('100,000 keys are listed by pages', async (t) => {
  const Bucket = await server.bucket();
  const keys = Array.from({ length: 100_000 }, (_, i) => `month-${String(i % 100).padStart(2, '0')}/part-${String(i).padStart(6, '0')}.parquet`);
  const started = Date.now();
  await putMany(server, Bucket, keys);
  t.diagnostic(`put in ${(Date.now() - started) / 1000} s`);
  keys.sort();
  const listed = Date.now();
  const seen = [];
  let pages = 0;
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    ++pages;
    seen.push(...keysOf(page));
  }
  t.diagnostic(`listed in ${(Date.now() - listed) / 1000} s`);
  assert.equal(pages, 100);
  assert.deepEqual(seen, keys);
  const folders = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
  assert.deepEqual([prefixesOf(folders).length, folders.IsTruncated], [100, false]);
  const month = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 333 }, { Bucket, Prefix: 'month-42/', Delimiter: '/' }))
    month.push(...keysOf(page));
  assert.deepEqual(month, keys.filter((key) => key.startsWith('month-42/')));
  assert.ok((await server.peakMemoryBytes()) < 200e6);
});
