// SPDX-License-Identifier: Apache-2.0
// Multipart uploads through the AWS SDK: parts in any order and again, copied parts, listings by pages, what completing
// refuses, and what the object tells of its parts.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand, GetObjectAttributesCommand,
  GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, ListMultipartUploadsCommand, ListObjectVersionsCommand, ListObjectsV2Command, ListPartsCommand,
  PutBucketVersioningCommand, PutObjectCommand, UploadPartCommand, UploadPartCopyCommand, paginateListParts,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

import { Server, bytesOf, md5, refused } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;
const Bucket = await server.bucket();
const MiB = 1 << 20;

// An upload of `Key` with the commands that belong to it.
async function upload(Key, rest = {}, of = Bucket) {
  const { UploadId, ...created } = await s3.send(new CreateMultipartUploadCommand({ Bucket: of, Key, ...rest }));
  const about = { Bucket: of, Key, UploadId };
  return {
    UploadId, created,
    part: async (PartNumber, Body, more = {}) => {
      const { $metadata, ...sums } = await s3.send(new UploadPartCommand({ ...about, PartNumber, Body, ...more }));
      return { PartNumber, ETag: sums.ETag, sums };
    },
    copied: async (PartNumber, CopySource, more = {}) => {
      const output = await s3.send(new UploadPartCopyCommand({ ...about, PartNumber, CopySource, ...more }));
      return { PartNumber, ETag: output.CopyPartResult.ETag, output };
    },
    complete: (parts, more = {}) => s3.send(new CompleteMultipartUploadCommand({
      ...about, ...more, MultipartUpload: { Parts: parts.map(({ sums, output, ...part }) => part) } })),
    abort: () => s3.send(new AbortMultipartUploadCommand(about)),
    list: (more = {}) => s3.send(new ListPartsCommand({ ...about, ...more })),
    about,
  };
}

const get = (Key, rest = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...rest }));
const head = (Key, rest = {}) => s3.send(new HeadObjectCommand({ Bucket, Key, ...rest }));
const etagOf = (parts) =>
  `"${createHash('md5').update(Buffer.concat(parts.map((part) => Buffer.from(md5(part), 'hex')))).digest('hex')}-${parts.length}"`;

test('parts that come in any order, and again, make one object with what was said at the start', async () => {
  const bodies = [randomBytes(5 * MiB), randomBytes(5 * MiB + 1), randomBytes(17)];
  const said = { ContentType: 'text/csv', Metadata: { month: '2024-01' }, CacheControl: 'no-cache', Tagging: 'class=raw' };
  const { part, complete, list } = await upload('whole', said);
  const third = await part(10, bodies[2]);
  await part(7, 'too small, and replaced');
  const [first, second] = await Promise.all([part(2, bodies[0]), part(7, bodies[1])]);
  await refused(head('whole'), 'NotFound', 404);
  const { Parts, StorageClass } = await list();
  assert.deepEqual(Parts.map((one) => [one.PartNumber, one.Size, one.ETag]),
    [[2, 5 * MiB, first.ETag], [7, 5 * MiB + 1, second.ETag], [10, 17, third.ETag]]);
  assert.equal(StorageClass, 'STANDARD');
  const done = await complete([first, second, third]);
  assert.equal(done.ETag, etagOf(bodies));
  assert.deepEqual([done.Bucket, done.Key, done.Location], [Bucket, 'whole', `${server.url}/${Bucket}/whole`]);
  const output = await get('whole');
  assert.equal(md5(await bytesOf(output)), md5(Buffer.concat(bodies)));
  assert.deepEqual([output.ETag, output.ContentType, output.Metadata, output.CacheControl, output.TagCount],
    [done.ETag, 'text/csv', { month: '2024-01' }, 'no-cache', 1]);
  assert.deepEqual((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'whole' }))).TagSet, [{ Key: 'class', Value: 'raw' }]);
  const across = await get('whole', { Range: `bytes=${5 * MiB - 2}-${5 * MiB + 2}` });
  assert.deepEqual(await bytesOf(across), Buffer.concat(bodies).subarray(5 * MiB - 2, 5 * MiB + 3));
  await refused(list(), 'NoSuchUpload', 404);
  await refused(complete([first]), 'NoSuchUpload', 404);
});

test('completing again, as after an answer that was lost, answers the same and makes nothing anew', async (t) => {
  const own = await Server.start(t);
  const Bucket = await own.bucket();
  const about = { Bucket, Key: 'k' };
  await own.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const { UploadId } = await own.s3.send(new CreateMultipartUploadCommand(about));
  const { ETag } = await own.s3.send(new UploadPartCommand({ ...about, UploadId, PartNumber: 1, Body: 'part' }));
  const complete = (Parts) => own.s3.send(new CompleteMultipartUploadCommand({ ...about, UploadId, IfNoneMatch: '*', MultipartUpload: { Parts } }));
  // What it answers but for the port, which is another one after a restart.
  const completed = async () => {
    const { $metadata, Location, ...answer } = await complete([{ PartNumber: 1, ETag }]);
    assert.equal(Location, `${own.url}/${Bucket}/k`);
    return answer;
  };
  const first = await completed();
  const again = async () => assert.deepEqual(await completed(), first);
  await again();
  await own.crash();
  await own.open();
  await again();
  await Promise.all(Array.from({ length: 8 }, again));
  await refused(complete([{ PartNumber: 2, ETag }]), 'NoSuchUpload', 404);
  await refused(own.s3.send(new AbortMultipartUploadCommand({ ...about, UploadId })), 'NoSuchUpload', 404);
  await own.s3.send(new PutObjectCommand({ ...about, Body: 'newer' }));
  await again();
  assert.equal((await bytesOf(await own.s3.send(new GetObjectCommand(about)))).toString(), 'newer');
  assert.equal((await own.s3.send(new ListObjectVersionsCommand({ Bucket }))).Versions.length, 2);
});

test('one part of an object is read by its number', async () => {
  const bodies = [randomBytes(5 * MiB), randomBytes(100)];
  const { part, complete } = await upload('numbered');
  await complete([await part(1, bodies[0]), await part(2, bodies[1])]);
  for (const [i, body] of bodies.entries()) {
    const output = await get('numbered', { PartNumber: i + 1 });
    assert.deepEqual([output.$metadata.httpStatusCode, output.PartsCount, output.ContentLength], [206, 2, body.length]);
    assert.equal(md5(await bytesOf(output)), md5(body));
    const first = i === 0 ? 0 : 5 * MiB;
    assert.equal(output.ContentRange, `bytes ${first}-${first + body.length - 1}/${5 * MiB + 100}`);
    assert.equal((await head('numbered', { PartNumber: i + 1 })).ContentLength, body.length);
  }
  await refused(get('numbered', { PartNumber: 3 }), 'InvalidPartNumber', 416);
  await refused(get('numbered', { PartNumber: 0 }), 'InvalidArgument', 400);
  await refused(get('numbered', { PartNumber: 1, Range: 'bytes=0-1' }), 'InvalidRequest', 400);
});

test('what cannot be completed is refused, and the upload is still there', async () => {
  const { part, complete, abort, list, about } = await upload('refused');
  const small = await part(1, 'small');
  const last = await part(2, 'last');
  const tooSmall = await refused(complete([small, last]), 'EntityTooSmall', 400);
  assert.deepEqual([tooSmall.ProposedSize, tooSmall.MinSizeAllowed, tooSmall.PartNumber, `"${tooSmall.ETag}"`].map(String),
    ['5', '5242880', '1', small.ETag]);
  await refused(complete([last, small]), 'InvalidPartOrder', 400);
  await refused(complete([small, small]), 'InvalidPartOrder', 400);
  await refused(complete([{ PartNumber: 1, ETag: last.ETag }]), 'InvalidPart', 400);
  await refused(complete([{ PartNumber: 3, ETag: last.ETag }]), 'InvalidPart', 400);
  await refused(complete([]), 'MalformedXML', 400);
  for (const body of ['', '<CompleteMultipartUpload>', '<Other/>', 'text',
    '<CompleteMultipartUpload><Part><PartNumber>x</PartNumber></Part></CompleteMultipartUpload>']) {
    const answer = await server.raw('POST', `/${Bucket}/refused`, { query: { uploadId: about.UploadId }, body });
    assert.equal(answer.status, 400, body);
    assert.match(answer.error, /^(MalformedXML|InvalidRequest)$/, body);
  }
  await refused(head('refused'), 'NotFound', 404);
  assert.equal((await list()).Parts.length, 2);
  // One small part alone is the last one, and that may be small.
  await complete([last]);
  assert.equal((await bytesOf(await get('refused'))).toString(), 'last');
  await refused(abort(), 'NoSuchUpload', 404);
});

test('part numbers go from 1 to 10,000', async () => {
  const { part, complete } = await upload('outermost');
  for (const number of [0, -1, 10_001]) await refused(part(number, 'x'), 'InvalidArgument', 400);
  await complete([await part(10_000, 'x')]);
  assert.equal((await bytesOf(await get('outermost'))).toString(), 'x');
});

test('an aborted upload is gone with its parts', async () => {
  const { part, complete, abort, list } = await upload('aborted');
  const one = await part(1, 'x');
  assert.equal((await abort()).$metadata.httpStatusCode, 204);
  await refused(complete([one]), 'NoSuchUpload', 404);
  await refused(part(2, 'x'), 'NoSuchUpload', 404);
  await refused(list(), 'NoSuchUpload', 404);
  await refused(head('aborted'), 'NotFound', 404);
  assert.equal((await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'aborted' }))).Uploads, undefined);
  for (const UploadId of ['nonsense', 'a'.repeat(500), '../../etc/passwd']) {
    await refused(s3.send(new ListPartsCommand({ Bucket, Key: 'aborted', UploadId })), 'NoSuchUpload', 404);
  }
});

test('parts are copied from objects, whole or a range, from a version and under conditions', async () => {
  const source = randomBytes(6 * MiB);
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'source ção', Body: source }));
  const CopySource = `${Bucket}/${encodeURIComponent('source ção')}`;
  const { copied, part, complete } = await upload('assembled');
  const whole = await copied(1, CopySource, { CopySourceIfMatch: ETag });
  assert.equal(whole.ETag, ETag);
  const range = await copied(2, CopySource, { CopySourceRange: 'bytes=1-5242880' });
  const own = await part(3, 'end');
  await refused(copied(4, CopySource, { CopySourceIfMatch: '"other"' }), 'PreconditionFailed', 412);
  await refused(copied(4, CopySource, { CopySourceIfNoneMatch: ETag }), 'PreconditionFailed', 412);
  for (const CopySourceRange of [`bytes=0-${6 * MiB}`, 'bytes=5-', 'bytes=-5', 'bytes=3-1', '0-5'])
    await refused(copied(4, CopySource, { CopySourceRange }), 'InvalidArgument', 400);
  await refused(copied(4, `${Bucket}/absent`), 'NoSuchKey', 404);
  await complete([whole, range, own]);
  assert.equal(md5(await bytesOf(await get('assembled'))), md5(Buffer.concat([source, source.subarray(1, 5 * MiB + 1), Buffer.from('end')])));
  const kept = await server.bucket();
  await s3.send(new PutBucketVersioningCommand({ Bucket: kept, VersioningConfiguration: { Status: 'Enabled' } }));
  const one = await s3.send(new PutObjectCommand({ Bucket: kept, Key: 'k', Body: 'one' }));
  await s3.send(new PutObjectCommand({ Bucket: kept, Key: 'k', Body: 'two' }));
  const other = await upload('from-version');
  const old = await other.copied(1, `${kept}/k?versionId=${one.VersionId}`);
  assert.equal(old.output.CopySourceVersionId, one.VersionId);
  await other.complete([old]);
  assert.equal((await bytesOf(await get('from-version'))).toString(), 'one');
});

test('parts are listed by pages', async () => {
  const { part, about, abort } = await upload('parts');
  const numbers = Array.from({ length: 25 }, (_, i) => i * 3 + 1);
  await Promise.all(numbers.map((number) => part(number, `part ${number}`)));
  const pages = [];
  for await (const page of paginateListParts({ client: s3, pageSize: 10 }, about)) pages.push(page.Parts.map((one) => one.PartNumber));
  assert.deepEqual(pages, [numbers.slice(0, 10), numbers.slice(10, 20), numbers.slice(20)]);
  const none = await s3.send(new ListPartsCommand({ ...about, PartNumberMarker: '73' }));
  assert.deepEqual([none.Parts, none.IsTruncated], [undefined, false]);
  await abort();
});

test('uploads are listed by pages, by prefix and by folder', async () => {
  const listed = await server.bucket();
  const keys = ['a/1', 'a/1', 'a/2', 'b', 'b', 'c/d/e'];
  const made = [];
  for (const key of keys) made.push([key, (await upload(key, {}, listed)).UploadId]);
  const list = (rest = {}) => s3.send(new ListMultipartUploadsCommand({ Bucket: listed, ...rest }));
  const entries = (page) => (page.Uploads ?? []).map((one) => [one.Key, one.UploadId]);
  const sorted = (some) => some.map(String).sort();
  assert.deepEqual(sorted(entries(await list())), sorted(made));
  for (const MaxUploads of [1, 2, 4]) {
    const seen = [];
    let page = {};
    do {
      page = await list({ MaxUploads, KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker });
      assert.ok(entries(page).length <= MaxUploads);
      seen.push(...entries(page));
    } while (page.IsTruncated && seen.length < 20);
    assert.deepEqual(sorted(seen), sorted(made), `pages of ${MaxUploads}`);
  }
  const rolled = await list({ Delimiter: '/' });
  assert.deepEqual([rolled.CommonPrefixes.map((one) => one.Prefix), entries(rolled).map(([key]) => key)], [['a/', 'c/'], ['b', 'b']]);
  assert.deepEqual(entries(await list({ Prefix: 'a/2' })), [made[2]]);
});

test('every part has a checksum of the upload\'s algorithm, and completing checks them', async () => {
  const bodies = [randomBytes(5 * MiB), randomBytes(9)];
  for (const [ChecksumAlgorithm, type] of [
    ['CRC32', 'COMPOSITE'], ['CRC32C', 'FULL_OBJECT'], ['SHA1', 'COMPOSITE'], ['SHA256', 'COMPOSITE'], ['CRC64NVME', 'FULL_OBJECT']]) {
    const Key = `summed-${ChecksumAlgorithm}`;
    const name = `Checksum${ChecksumAlgorithm}`;
    const { part, complete, created, list } = await upload(Key, { ChecksumAlgorithm, ChecksumType: type });
    assert.deepEqual([created.ChecksumAlgorithm, created.ChecksumType], [ChecksumAlgorithm, type]);
    const parts = [];
    for (const [i, body] of bodies.entries()) {
      const made = await part(i + 1, body, { ChecksumAlgorithm });
      assert.ok(made.sums[name]);
      parts.push({ ...made, [name]: made.sums[name] });
    }
    assert.deepEqual((await list()).Parts.map((one) => one[name]), parts.map((one) => one[name]));
    const swapped = parts.map((one, i) => ({ ...one, [name]: parts[1 - i][name] }));
    await refused(complete(swapped, { ChecksumType: type }), 'InvalidPart', 400);
    const done = await complete(parts, { ChecksumType: type });
    assert.equal(done.ChecksumType, type);
    assert.equal((await head(Key, { ChecksumMode: 'ENABLED' }))[name], done[name]);
    const attributes = await s3.send(new GetObjectAttributesCommand({
      Bucket, Key, ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'ObjectSize', 'StorageClass'] }));
    assert.equal(attributes.ETag, etagOf(bodies).slice(1, -1));
    assert.deepEqual([attributes.ObjectSize, attributes.StorageClass, attributes.Checksum.ChecksumType], [5 * MiB + 9, 'STANDARD', type]);
    assert.equal(attributes.ObjectParts.TotalPartsCount, 2);
    assert.deepEqual(attributes.ObjectParts.Parts.map((one) => [one.PartNumber, one.Size, one[name]]),
      parts.map((one, i) => [i + 1, bodies[i].length, one[name]]));
  }
});

test('a part that is not what was announced is refused, and the one before it stays', async () => {
  const { part, complete } = await upload('spoilt', { ChecksumAlgorithm: 'CRC32' });
  const first = await part(1, 'first');
  await refused(part(1, 'second', { ChecksumCRC32: 'AAAAAA==' }), 'BadDigest', 400);
  await refused(part(1, 'second', { ContentMD5: md5('other', 'base64') }), 'BadDigest', 400);
  await complete([{ ...first, ChecksumCRC32: first.sums.ChecksumCRC32 }]);
  assert.equal((await bytesOf(await get('spoilt'))).toString(), 'first');
});

test('the size of the whole is checked when it is told', async () => {
  const { part, complete } = await upload('sized');
  const one = await part(1, '12345');
  const error = await complete([one], { MpuObjectSize: 6 }).then(() => assert.fail('was completed'), (caught) => caught);
  assert.equal(error.$metadata.httpStatusCode, 400);
  await complete([one], { MpuObjectSize: 5 });
});

test('an object of one piece has no parts to tell of', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'x' }));
  const attributes = await s3.send(new GetObjectAttributesCommand({
    Bucket, Key: 'plain', ObjectAttributes: ['ObjectParts', 'ObjectSize', 'Checksum'] }));
  assert.deepEqual([attributes.ObjectParts, attributes.ObjectSize, attributes.ETag], [undefined, 1, undefined]);
  assert.ok(attributes.Checksum.ChecksumCRC32);
  await refused(s3.send(new GetObjectAttributesCommand({ Bucket, Key: 'absent', ObjectAttributes: ['ETag'] })), 'NoSuchKey', 404);
});

// The largest object that one PUT may have is 5 GiB, and this one is larger. It takes minutes and as much disk.
const big = process.env.CAUDAL_BIG_TESTS ? {} : { skip: 'takes minutes: CAUDAL_BIG_TESTS=1 runs it, as make test-all does' };
test('an object past 5 GiB goes up in parts and comes back whole', big, async () => {
  const partBytes = 256 * MiB;
  const count = 21; // and so 5.25 GiB
  const { part, complete } = await upload('past-5-gib');
  const piece = randomBytes(partBytes);
  const whole = createHash('md5');
  const parts = [];
  for (let i = 0; i < count; ++i) {
    piece.writeUInt32LE(i, 0);
    whole.update(piece);
    parts.push(await part(i + 1, piece));
  }
  await complete(parts);
  const output = await get('past-5-gib');
  assert.equal(output.ContentLength, partBytes * count);
  const received = createHash('md5');
  for await (const bytes of output.Body) received.update(bytes);
  assert.equal(received.digest('hex'), whole.digest('hex'));
  const [tail] = [await get('past-5-gib', { Range: `bytes=${5 * 1024 * MiB}-${5 * 1024 * MiB + 3}` })];
  assert.deepEqual(await bytesOf(tail), Buffer.from([20, 0, 0, 0]));
  assert.ok((await server.peakMemoryBytes()) < 200e6);
  const CopySource = `${Bucket}/past-5-gib`;
  const tooLarge = await refused(s3.send(new CopyObjectCommand({ Bucket, Key: 'past-copy', CopySource })), 'InvalidRequest', 400);
  assert.match(tooLarge.message, /larger than the maximum allowable size for a copy source: 5368709120$/);
  const copy = await upload('past-copied');
  await refused(copy.copied(1, CopySource), 'InvalidRequest', 400);
  const end = partBytes * count - 1;
  const inParts = [
    await copy.copied(1, CopySource, { CopySourceRange: `bytes=0-${end - 100}` }).catch((error) => error),
    await copy.copied(2, CopySource, { CopySourceRange: `bytes=${end - 99}-${end}` })];
  assert.equal(inParts[0].name, 'InvalidRequest');
  assert.equal((await copy.list()).Parts[0].Size, 100);
  await copy.abort();
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'past' }))).Contents[0].Size, partBytes * count);
});

test('an upload by the SDK\'s own manager is whole', async () => {
  const bytes = randomBytes(17 * MiB);
  const done = await new Upload({ client: s3, partSize: 5 * MiB, queueSize: 4, params: { Bucket, Key: 'managed', Body: bytes } }).done();
  assert.match(done.ETag, /-4"$/);
  assert.equal(md5(await bytesOf(await get('managed'))), md5(bytes));
});
