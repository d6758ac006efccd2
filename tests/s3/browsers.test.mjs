// SPDX-License-Identifier: Apache-2.0
// What browsers do: preflights, scripts of other origins, forms that upload, and websites out of a bucket.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  DeleteBucketCorsCommand, DeleteBucketWebsiteCommand, GetBucketCorsCommand, GetBucketWebsiteCommand, GetObjectCommand, HeadObjectCommand,
  PutBucketCorsCommand, PutBucketPolicyCommand, PutBucketWebsiteCommand, PutObjectCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

import { Server, bytesOf, element, exchange, md5, refused } from '../lib/s3.mjs';

const server = await Server.start({ after });
const { s3 } = server;
const Bucket = await server.bucket();

// --- other origins --------------------------------------------------------------------------------------------------

const CORSRules = [
  { AllowedOrigins: ['https://*.example.com'], AllowedMethods: ['GET', 'PUT'], AllowedHeaders: ['x-amz-*', 'content-type'],
    ExposeHeaders: ['ETag'], MaxAgeSeconds: 600 },
  { AllowedOrigins: ['*'], AllowedMethods: ['GET'] },
];

function preflight(origin, method, headers) {
  return exchange(server.url, { method: 'OPTIONS', path: `/${Bucket}/k`, headers: {
    origin, 'access-control-request-method': method, ...(headers ? { 'access-control-request-headers': headers } : {}) } });
}

test('a bucket says which origins may do what, and browsers are told', async () => {
  await refused(s3.send(new GetBucketCorsCommand({ Bucket })), 'NoSuchCORSConfiguration', 404);
  assert.equal((await preflight('https://a.example.com', 'GET')).status, 403);
  await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  assert.deepEqual((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules, CORSRules);
  const put = await preflight('https://a.example.com', 'PUT', 'Content-Type, x-amz-meta-month');
  assert.equal(put.status, 200);
  assert.equal(put.headers['access-control-allow-origin'], 'https://a.example.com');
  assert.equal(put.headers['access-control-allow-methods'], 'GET, PUT');
  assert.match(put.headers['access-control-allow-headers'], /content-type, x-amz-meta-month/i);
  assert.equal(put.headers['access-control-max-age'], '600');
  assert.match(put.headers.vary, /Origin/);
  const other = await preflight('https://elsewhere.org', 'GET');
  assert.deepEqual([other.status, other.headers['access-control-allow-origin']], [200, '*']);
  for (const [origin, method, headers] of [
    ['https://elsewhere.org', 'PUT'], ['https://a.example.com', 'DELETE'], ['https://a.example.com', 'PUT', 'x-other'],
    ['https://example.com.evil.org', 'PUT']]) {
    const answer = await preflight(origin, method, headers);
    assert.deepEqual([answer.status, answer.error, answer.headers['access-control-allow-origin']], [403, 'AccessForbidden', undefined]);
  }
  // A script's own request, here by a presigned address, also when it is refused.
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  const { pathname, search } = new URL(await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'k' })));
  const origin = 'https://a.example.com';
  const got = await exchange(server.url, { path: pathname + search, headers: { origin } });
  assert.deepEqual([got.status, got.headers['access-control-allow-origin'], got.headers['access-control-expose-headers']], [200, origin, 'ETag']);
  const refusal = await exchange(server.url, { path: `/${Bucket}/k`, headers: { origin } });
  assert.deepEqual([refusal.status, refusal.headers['access-control-allow-origin']], [403, origin]);
  await s3.send(new DeleteBucketCorsCommand({ Bucket }));
  const plain = await exchange(server.url, { path: pathname + search, headers: { origin } });
  assert.equal(plain.headers['access-control-allow-origin'], undefined);
});

test('rules that make no sense are refused', async () => {
  const put = (rule) => s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
  await refused(put({ AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }), 'InvalidRequest', 400);
  await refused(put({ AllowedOrigins: ['https://*.*.org'], AllowedMethods: ['GET'] }), 'InvalidRequest', 400);
  await refused(put({ AllowedOrigins: ['*'], AllowedMethods: ['GET'], ExposeHeaders: ['x-*'] }), 'InvalidRequest', 400);
});

// --- forms ----------------------------------------------------------------------------------------------------------

// Sends a form as fetch and FormData write it.
function post(fields, file, { type = 'text/plain', name = 'file name.txt' } = {}) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append('file', new Blob([file], { type }), name);
  return fetch(`${server.url}/${Bucket}`, { method: 'POST', body: form, redirect: 'manual' });
}
const signed = (Key, rest = {}) => createPresignedPost(s3, { Bucket, Key, Expires: 60, ...rest });
const stored = async (Key) => bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key })));
const absent = (Key) => refused(s3.send(new HeadObjectCommand({ Bucket, Key })), 'NotFound', 404);

test('a form that the SDK signed uploads a file, under its own conditions', async () => {
  const Conditions = [['content-length-range', 1, 1000], ['starts-with', '$Content-Type', 'text/']];
  const { url, fields } = await signed('posted/${filename}', { Conditions });
  assert.equal(url, `${server.url}/${Bucket}`);
  const done = await post({ ...fields, 'Content-Type': 'text/csv' }, 'a,b\n');
  assert.equal(done.status, 204, await done.text());
  assert.equal(done.headers.get('etag'), `"${md5('a,b\n')}"`);
  const seen = await s3.send(new GetObjectCommand({ Bucket, Key: 'posted/file name.txt' }));
  assert.deepEqual([(await bytesOf(seen)).toString(), seen.ContentType], ['a,b\n', 'text/csv']);
  for (const [what, changed, file, code] of [
    ['too large', {}, 'x'.repeat(1001), 'EntityTooLarge'],
    ['too small', {}, '', 'EntityTooSmall'],
    ['another type', { 'Content-Type': 'image/png' }, 'x', 'AccessDenied'],
    ['another field', { 'x-amz-meta-a': '1' }, 'x', 'AccessDenied'],
    ['another key', { key: 'elsewhere/refused' }, 'x', 'AccessDenied'],
    ['another signature', { 'X-Amz-Signature': '0'.repeat(64) }, 'x', 'SignatureDoesNotMatch'],
    ['another policy', { Policy: Buffer.from('{}').toString('base64') }, 'x', 'SignatureDoesNotMatch'],
  ]) {
    const answer = await post({ ...fields, 'Content-Type': 'text/csv', ...changed }, file, { name: 'refused' });
    assert.equal(element(await answer.text(), 'Code'), code, what);
  }
  assert.equal(element(await (await post(fields, 'x', { name: 'refused' })).text(), 'Code'), 'AccessDenied', 'no type');
  await absent('posted/refused');
  await absent('elsewhere/refused');
});

test('a form says how it wants to be answered', async () => {
  const { fields } = await signed('answered', { Fields: { success_action_status: '201', 'x-amz-meta-month': '2024-01' } });
  const done = await post(fields, 'x');
  assert.equal(done.status, 201);
  const xml = await done.text();
  assert.deepEqual([element(xml, 'Bucket'), element(xml, 'Key')], [Bucket, 'answered']);
  assert.equal((await s3.send(new HeadObjectCommand({ Bucket, Key: 'answered' }))).Metadata.month, '2024-01');
  const back = await signed('redirected', { Fields: { success_action_redirect: 'http://app.example.com/done?x=1' } });
  const moved = await post(back.fields, 'x');
  assert.equal(moved.status, 303);
  const location = new URL(moved.headers.get('location'));
  assert.deepEqual([location.host, location.searchParams.get('key'), location.searchParams.get('bucket')], ['app.example.com', 'redirected', Bucket]);
});

test('a large file comes through a form whole, and an expired or unsigned form is refused', async () => {
  const bytes = Buffer.alloc(9 << 20, '\r\n--boundary-like\r\n');
  const { fields } = await signed('large');
  assert.equal((await post(fields, bytes)).status, 204);
  assert.ok((await stored('large')).equals(bytes));
  const old = await signed('expired', { Expires: -1 });
  const expired = await post(old.fields, 'x');
  assert.deepEqual([expired.status, element(await expired.text(), 'Code')], [403, 'AccessDenied']);
  await absent('expired');
  const unsigned = await post({ key: 'unsigned' }, 'x');
  assert.deepEqual([unsigned.status, element(await unsigned.text(), 'Code')], [403, 'AccessDenied']);
  await absent('unsigned');
});

// --- websites -------------------------------------------------------------------------------------------------------

test('a bucket is a website, for pages that everybody may read', async () => {
  const site = await server.bucket();
  const page = (Key, Body, rest = {}) => s3.send(new PutObjectCommand({ Bucket: site, Key, Body, ContentType: 'text/html', ...rest }));
  const visit = (path, options = {}) => exchange(server.url, { path, headers: { host: `${site}.s3-website.localhost` }, ...options });
  await Promise.all([
    page('index.html', 'home'), page('docs/index.html', 'docs'), page('404.html', 'lost'), page('moved', '', { WebsiteRedirectLocation: '/docs/' })]);
  assert.equal((await visit('/')).status, 404);
  await refused(s3.send(new GetBucketWebsiteCommand({ Bucket: site })), 'NoSuchWebsiteConfiguration', 404);
  const WebsiteConfiguration = {
    IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: '404.html' },
    RoutingRules: [{ Condition: { KeyPrefixEquals: 'old/' }, Redirect: { ReplaceKeyPrefixWith: 'docs/' } }] };
  await s3.send(new PutBucketWebsiteCommand({ Bucket: site, WebsiteConfiguration }));
  const { $metadata, ...kept } = await s3.send(new GetBucketWebsiteCommand({ Bucket: site }));
  assert.deepEqual(kept, WebsiteConfiguration);
  const closed = await visit('/');
  assert.deepEqual([closed.status, closed.headers['content-type']], [403, 'text/html; charset=utf-8']);
  await s3.send(new PutBucketPolicyCommand({ Bucket: site, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [
    { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${site}/*` },
    { Effect: 'Allow', Principal: '*', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${site}` }] }) }));
  const home = await visit('/');
  assert.deepEqual([home.status, home.body, home.headers['content-type']], [200, 'home', 'text/html']);
  assert.equal((await visit('/docs/')).body, 'docs');
  const folder = await visit('/docs');
  assert.deepEqual([folder.status, folder.headers.location], [302, '/docs/']);
  const lost = await visit('/nowhere');
  assert.deepEqual([lost.status, lost.body], [404, 'lost']);
  const old = await visit('/old/a b.html'.replace(' ', '%20'));
  assert.equal(old.status, 301);
  assert.match(old.headers.location, /^http:\/\/.*\/docs\/a%20b\.html$/);
  const moved = await visit('/moved');
  assert.deepEqual([moved.status, moved.headers.location], [301, '/docs/']);
  assert.equal((await visit('/', { method: 'HEAD' })).status, 200);
  assert.equal((await visit('/', { method: 'PUT', body: 'x' })).status, 405);
  const again = await visit('/', { headers: { host: `${site}.s3-website.localhost`, 'if-none-match': home.headers.etag } });
  assert.equal(again.status, 304);
  await s3.send(new DeleteBucketWebsiteCommand({ Bucket: site }));
  assert.equal((await visit('/')).status, 404);
});
