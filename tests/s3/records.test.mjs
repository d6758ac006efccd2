// SPDX-License-Identifier: Apache-2.0
// What is told of requests: each has a line in the log and a row in caudal.audit that say who did what to what, with which
// outcome, from where and how long it took; /metrics counts them; and no secret, signature or token is in any of it.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

import { Server, exchange, rootKey } from '../lib/s3.mjs';

const root = 'arn:aws:iam::000000000000:root';

// Makes requests of every kind against `server`: who asked for what and what came of it, in their order, and every text
// that must be found nowhere afterwards.
async function ask(server, ana) {
  const Bucket = await server.bucket();
  const told = [];
  const secrets = [rootKey.secretAccessKey, ana.secretAccessKey];
  const keep = (answer, expected) => told.push({ id: answer.headers['x-amz-request-id'], expected });
  // Signs, and keeps what was sent as a proof.
  const raw = async (method, path, options, expected) => {
    const change = (signed) => secrets.push(/Signature=(\w{64})/.exec(signed.headers.authorization)[1]);
    keep(await server.raw(method, path, { change, ...options }), expected);
  };
  const arn = (key) => `arn:aws:s3:::${Bucket}${key}`;
  const ofRoot = { principal: root, access_key_id: rootKey.accessKeyId };
  const ofAna = { principal: 'arn:aws:iam::000000000000:user/ana', access_key_id: ana.accessKeyId };
  const claimed = { principal: 'anonymous' };
  await raw('PUT', `/${Bucket}/a%20b`, { body: 'hello' }, { ...ofRoot, operation: 'PutObject', resource: arn('/a b'), status: 200, bytes_in: 5, decision: 'allow' });
  await raw('GET', `/${Bucket}/a%20b`, {}, { ...ofRoot, operation: 'GetObject', resource: arn('/a b'), status: 200, bytes_out: 5, decision: 'allow' });
  await raw('GET', `/${Bucket}/absent`, {}, { ...ofRoot, operation: 'GetObject', status: 404, error_code: 'NoSuchKey' });
  await raw('DELETE', `/${Bucket}/a%20b`, { credentials: ana }, { ...ofAna, operation: 'DeleteObject', status: 403, error_code: 'AccessDenied', decision: 'implicit_deny' });
  await raw('GET', `/${Bucket}/a%20b`, { credentials: { ...rootKey, secretAccessKey: 'not-this-one' } },
    { ...claimed, access_key_id: rootKey.accessKeyId, status: 403, error_code: 'SignatureDoesNotMatch' });
  await raw('GET', '/', { credentials: { ...rootKey, sessionToken: 'a/token/that/nobody/gave' } },
    { ...claimed, access_key_id: rootKey.accessKeyId, status: 400, error_code: 'InvalidToken' });
  secrets.push('a/token/that/nobody/gave', 'a%2Ftoken%2Fthat%2Fnobody%2Fgave');
  keep(await exchange(server.url, { path: `/${Bucket}` }), { principal: 'anonymous', operation: 'ListObjects', resource: arn(''), status: 403, decision: 'implicit_deny' });
  const { pathname, search } = new URL(await getSignedUrl(server.s3, new GetObjectCommand({ Bucket, Key: 'a b' })));
  secrets.push(/X-Amz-Signature=(\w+)/.exec(search)[1]);
  keep(await exchange(server.url, { path: pathname + search, headers: { referer: `http://page.example${pathname}${search}`, 'user-agent': `a browser at ${search}` } }),
    { ...ofRoot, operation: 'GetObject', resource: arn('/a b'), status: 200, bytes_out: 5 });
  const { fields } = await createPresignedPost(server.s3, { Bucket, Key: 'by form' });
  secrets.push(fields['X-Amz-Signature']);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob(['a file']), 'file');
  const posted = await fetch(`${server.url}/${Bucket}`, { method: 'POST', body: form });
  keep({ headers: Object.fromEntries(posted.headers) }, { ...ofRoot, operation: 'PostObject', resource: arn('/by form'), status: 204, decision: 'allow' });
  return { told, secrets };
}

async function foundIn(folder, secrets) {
  const found = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(path.join(entry.parentPath ?? entry.path, entry.name), 'latin1');
    for (const secret of secrets) if (bytes.includes(secret)) found.push(`${entry.name}: ${secret}`);
  }
  return found;
}

test('every request is told of in the log and in caudal.audit, and no secret is in them', async (t) => {
  let ana;
  const server = await Server.start(t, { env: { CAUDAL_SERVER_LOG: 'all' }, prepare: async (lake) => {
    await lake.ok('users', 'create', 'ana');
    const [key] = await lake.json('keys', 'create', 'ana');
    ana = { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
  } });
  server.expected.push(/^\{.*\}$/);
  const began = Date.now();
  const { told, secrets } = await ask(server, ana);
  const took = Date.now() - began;
  await server.stop();
  const { stderr } = await server.process.ended;
  const lines = stderr.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  assert.equal(lines.length, told.length + 1, 'one for each, and one for the bucket');
  const rows = await server.lake.sql('select * from caudal.audit where service = \'s3\' order by sequence');
  assert.equal(rows.length, told.length + 1);
  for (const { id, expected } of told) {
    const [row, ...others] = rows.filter((one) => one.request_id === id);
    assert.deepEqual(others, []);
    for (const [name, value] of Object.entries(expected)) assert.equal(String(row[name]), String(value), `${name} of ${JSON.stringify(row)}`);
    assert.equal(row.source, '127.0.0.1');
    assert.ok(Number(row.duration_us) > 0 && Number(row.duration_us) < took * 1000, `it took ${row.duration_us} µs of ${took} ms`);
    const time = Date.parse(`${row.time}Z`.replace(' ', 'T'));
    assert.ok(time >= began - 1000 && time <= began + took + 1000, row.time);
    const line = lines.find((one) => one.request_id === id);
    assert.deepEqual(
      [line.service, line.operation, line.resource ?? null, line.status, line.error ?? null, line.access_key ?? null, line.from, line.bytes_in, line.bytes_out],
      [row.service, row.operation, row.resource, Number(row.status), row.error_code, row.access_key_id, row.source, Number(row.bytes_in), Number(row.bytes_out)]);
    assert.equal(line.duration_us, Number(row.duration_us));
  }
  assert.ok(secrets.length >= 10 && secrets.every((one) => one.length >= 12), JSON.stringify(secrets));
  const all = JSON.stringify(rows) + stderr;
  assert.deepEqual(secrets.filter((secret) => all.includes(secret)), []);
  assert.deepEqual(await foundIn(server.lake.data, secrets), []);
});

test('metrics are what Prometheus reads: by operation and code, with bytes, latencies and pools', async (t) => {
  const server = await Server.start(t);
  await server.bucket();
  await server.raw('GET', '/no-such-bucket-here');
  const { body, headers } = await exchange(server.url, { path: '/metrics' });
  assert.match(headers['content-type'], /^text\/plain; version=0\.0\.4/);
  const types = new Map();
  const samples = new Map();
  for (const line of body.split('\n').filter((one) => one !== '' && !one.startsWith('# HELP '))) {
    const [, typed, type] = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (typed) {
      assert.ok(!types.has(typed), `${typed} is told once`);
      types.set(typed, type);
      continue;
    }
    const [, name, labels = '', value] = /^(\w+)(\{(?:\w+="(?:[^"\\]|\\.)*",?)*\})? (\S+)$/.exec(line) ?? assert.fail(line);
    assert.ok(types.has(name) || types.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram', `${name} has a type`);
    assert.ok(Number.isFinite(Number(value)), line);
    samples.set(name + labels, Number(value));
  }
  const of = (operation) => `operation="${operation}",service="s3"`;
  assert.equal(samples.get(`caudal_requests_total{code="200",${of('CreateBucket')}}`), 1);
  assert.equal(samples.get(`caudal_requests_total{code="404",${of('ListObjects')}}`), 1);
  assert.ok(samples.get(`caudal_response_bytes_total{${of('ListObjects')}}`) > 100);
  assert.ok(samples.has(`caudal_request_bytes_total{${of('CreateBucket')}}`));
  const buckets = [...samples].filter(([name]) => name.startsWith(`caudal_request_duration_seconds_bucket{${of('CreateBucket')}`)).map(([, value]) => value);
  assert.ok(buckets.length > 10 && buckets.at(-1) === 1 && buckets.every((value, n) => n === 0 || value >= buckets[n - 1]), `${buckets}`);
  for (const name of ['http_connections', 'http_queue_length', 'http_handlers_busy', 'http_requests_overloaded_total', 'kv_commits_total', 'kv_fsyncs_total',
    'kv_memtable_bytes', 'kv_cache_hits_total', 'kv_pending_compaction_bytes', 'objects_fsyncs_total', 'audit_fsyncs_total', 'sql_sessions', 'sql_statements_running',
    'sql_failures_total']) assert.ok(samples.has(`caudal_${name}`), name);
});
