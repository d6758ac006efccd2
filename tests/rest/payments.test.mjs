// SPDX-License-Identifier: Apache-2.0
// Caudal's own API as a payments engineer's client uses it, and as somebody hostile does.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';

import { readAnswer, restOf } from '../lib/rest.mjs';
import { exchange, Server } from '../lib/s3.mjs';

const server = await Server.start({ after });
const api = restOf(server);
const later = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const payment = (more = {}) => ({
  account: `a-${randomUUID()}`, date: later(3), amount: '1234.50', beneficiary: 'landlord', ...more });
const create = (body, key = randomUUID(), client = api) => client.post('/v1/payments', body, { 'idempotency-key': key });

// All pages of a list.
async function all(target, client = api) {
  const payments = [];
  for (let cursor; ;) {
    const page = await client.get(cursor ? `${target}&cursor=${cursor}` : target);
    assert.equal(page.status, 200, page.body);
    payments.push(...page.json.payments);
    if (!page.json.next) return payments;
    cursor = page.json.next;
  }
}

test('a payment is made, read by its ETag, and cancelled', async () => {
  const asked = payment({ reference: 'rent-1', currency: 'BRL', purpose: 'rent of März', note: 'rent of January' });
  const made = await create(asked);
  assert.equal(made.status, 201, made.body);
  assert.deepEqual({ ...made.json, id: undefined }, {
    id: undefined, account: asked.account, status: 'SCHEDULED', date: asked.date, amount: '1234.50', currency: 'BRL',
    beneficiary: 'landlord', purpose: 'rent of März', reference: 'rent-1', version: 1, attempts: 0 });
  assert.equal(made.headers.location, `/v1/payments/${made.json.id.replace(':', '~')}`);
  assert.deepEqual((await api.get(`/v1/payments/${made.json.id}`)).json, made.json);

  const read = await api.get(made.headers.location);
  assert.deepEqual([read.status, read.json, read.headers.etag], [200, made.json, made.headers.etag]);
  const known = await api.get(made.headers.location, { 'if-none-match': `"x", W/${read.headers.etag}` });
  assert.deepEqual([known.status, known.body, known.headers.etag], [304, '', read.headers.etag]);
  const head = await api.send('HEAD', made.headers.location);
  assert.deepEqual([head.status, head.headers.etag, head.body], [200, read.headers.etag, '']);

  const cancel = (etag) => api.post(`${made.headers.location}/cancel`, { note: 'the client called' }, etag && { 'if-match': etag });
  const changed = await cancel('"1-0000000000000000"');
  assert.deepEqual([changed.status, changed.problem], [412, 'changed']);
  const cancelled = await cancel(read.headers.etag);
  assert.deepEqual([cancelled.status, cancelled.json.status, cancelled.json.version], [200, 'CANCELLED', 2]);
  const again = await cancel(read.headers.etag);
  assert.deepEqual([again.status, again.json], [200, cancelled.json], 'who asks again had lost the answer');

  const history = await api.get(`${made.headers.location}/history`);
  assert.deepEqual(history.json.changes.map(({ from, to, by, note }) => [from, to, by, note]), [
    [undefined, 'SCHEDULED', 'arn:aws:iam::000000000000:root', 'rent of January'],
    ['SCHEDULED', 'CANCELLED', 'arn:aws:iam::000000000000:root', 'the client called']]);
});

test('a key stands for one request for ever, also over a restart', async () => {
  const asked = payment();
  const key = randomUUID();
  const made = await create(asked, key);
  assert.equal(made.status, 201, made.body);
  assert.equal(made.headers['idempotency-replayed'], undefined);
  const same = async (answer) => {
    assert.deepEqual([answer.status, answer.json, answer.headers.etag, answer.headers.location],
      [201, made.json, made.headers.etag, made.headers.location]);
    assert.equal(answer.headers['idempotency-replayed'], 'true');
  };
  await same(await create(asked, key));
  await same(await create({ ...asked, amount: '1234.5', currency: 'BRL' }, `"${key}"`)); // the same payment, in other words
  for (const other of [{ amount: '1234.51' }, { account: 'another' }, { date: later(4) }, { reference: 'r' }, { currency: 'USD' }, { purpose: 'p' }]) {
    const refused = await create({ ...asked, ...other }, key);
    assert.deepEqual([refused.status, refused.problem], [422, 'key-reused'], JSON.stringify(other));
  }
  await api.post(`${made.headers.location}/cancel`, '');
  await same(await create(asked, key));
  await server.crash();
  await server.open();
  await same(await create(asked, key));
  assert.equal((await all(`/v1/accounts/${asked.account}/payments?limit=10`)).length, 1);
});

test('32 requests at once under one key are one payment', async () => {
  const asked = payment();
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 32 }, () => create(asked, key)));
  for (const answer of answers) assert.deepEqual([answer.status, answer.json], [201, answers[0].json], answer.body);
  assert.equal(answers.filter((answer) => answer.headers['idempotency-replayed'] === undefined).length, 1);
  assert.equal((await all(`/v1/accounts/${asked.account}/payments?limit=10`)).length, 1);
});

test('a reference does without a key', async () => {
  const asked = payment({ reference: 'rent-1' });
  const made = await api.post('/v1/payments', asked);
  assert.equal(made.status, 201, made.body);
  const again = await api.post('/v1/payments', asked);
  assert.deepEqual([again.status, again.json, again.headers['idempotency-replayed']], [200, made.json, 'true']);
  const taken = await api.post('/v1/payments', { ...asked, amount: '1' });
  assert.deepEqual([taken.status, taken.problem], [409, 'reference-taken']);
  const found = await api.get(`/v1/payments?account=${asked.account}&reference=rent-1`);
  assert.deepEqual(found.json, { payments: [made.json] });
  assert.deepEqual((await api.get(`/v1/payments?account=${asked.account}&reference=none`)).json, { payments: [] });
  const neither = await api.post('/v1/payments', payment());
  assert.deepEqual([neither.status, neither.problem, neither.json.errors[0].header], [400, 'invalid-parameters', 'Idempotency-Key']);
});

test('many payments come as lines, each with its answer', async () => {
  const account = `lines-${randomUUID()}`;
  const lines = Array.from({ length: 200 }, (_, n) => payment({ account, amount: `${n + 1}.01`, ...(n % 2 && { reference: `r-${n}` }) }));
  lines[7] = { ...lines[7], amount: '1.001' };
  lines[8] = { ...lines[8], surprise: 1 };
  const body = lines.map((one) => JSON.stringify(one)).join('\n');
  const send = (key, sent = body) => api.send('POST', '/v1/payments/batch',
    { headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': key }, body: sent });
  const key = randomUUID();
  const both = await Promise.all([send(key), send(key)]);
  for (const made of both) assert.equal(made.status, 200, made.body);
  const made = both.find(({ json }) => json.scheduled > 0).json;
  assert.equal(both[0].json.scheduled + both[1].json.scheduled, 198, 'each once, whoever was first');
  assert.deepEqual(made.lines.map(({ line }) => line), lines.map((_, n) => n + 1));
  assert.deepEqual(made.lines.filter(({ outcome }) => outcome === 'refused').map(({ line, type, errors }) => [line, type, errors[0].pointer]),
    [[8, '/v1/docs#problem-invalid-body', '#/amount'], [9, '/v1/docs#problem-invalid-body', '#/surprise']]);
  assert.equal((await all(`/v1/accounts/${account}/payments?limit=100`)).length, 198);
  assert.equal((await api.get(`/v1/payments/${made.lines[0].id}`)).json.amount, '1.01');
  await server.crash();
  await server.open();
  const again = await send(key);
  assert.deepEqual([again.json.scheduled, again.json.repeated, again.json.refused, again.headers['idempotency-replayed']], [0, 198, 2, 'true']);
  assert.deepEqual(again.json.lines.map(({ id }) => id), made.lines.map(({ id }) => id));
  const other = await send(key, `${body}\n${JSON.stringify(payment())}`);
  assert.deepEqual([other.status, other.problem], [422, 'key-reused']);
  assert.equal((await all(`/v1/accounts/${account}/payments?limit=100`)).length, 198);
});

test('lists go on with cursors that nobody can change', async () => {
  const account = `lists-${randomUUID()}`;
  for (let n = 0; n < 23; ++n) await create(payment({ account, date: later(n + 1), amount: `${n + 1}.01`, reference: `r-${n}` }));
  const amounts = async (target) => (await all(target)).map(({ amount }) => amount);
  const list = `/v1/accounts/${account}/payments`;
  const wanted = Array.from({ length: 23 }, (_, n) => `${n + 1}.01`);
  assert.deepEqual(await amounts(`${list}?limit=5`), wanted);
  assert.deepEqual(await amounts(`${list}?limit=4&horizon=10`), wanted.slice(0, 10));
  assert.deepEqual(await amounts(`${list}?limit=4&from=${later(5)}&to=${later(7)}&status=SCHEDULED`), wanted.slice(4, 7));
  assert.deepEqual(await amounts(`${list}?limit=4&status=PENDING`), []);
  const ofDay = (await all(`/v1/payments?limit=1&status=SCHEDULED&date=${later(9)}`)).filter((one) => one.account === account);
  assert.deepEqual(ofDay.map(({ amount }) => amount), ['9.01']);
  const ofDays = (await all(`/v1/payments?limit=3&from=${later(9)}&to=${later(20)}`)).filter((one) => one.account === account);
  assert.deepEqual(ofDays.map(({ amount }) => amount).sort(), wanted.slice(8, 20).sort());

  const { json: { next } } = await api.get(`${list}?limit=5`);
  const refused = async (target) => {
    const answer = await api.get(target);
    assert.deepEqual([answer.status, answer.problem, answer.json.errors[0].parameter], [400, 'invalid-cursor', 'cursor'], target);
  };
  await refused(`${list}?cursor=${next.slice(0, -2)}AA`);
  await refused(`${list}?cursor=AAAA`);
  await refused(`${list}?cursor=${next}&status=SCHEDULED`);
  await refused(`/v1/accounts/other/payments?cursor=${next}`);
  await refused(`/v1/payments?cursor=${next}`);
  assert.equal((await api.get(`${list}?cursor=${next}&limit=2`)).json.payments.length, 2, 'the limit may be another');
});

test('a transaction leads to its payment', async () => {
  const asked = payment({ reference: 'due', date: later(0) });
  const made = await create(asked);
  await server.stop();
  await server.lake.ok('payments', 'run', '--early', '--date', asked.date);
  await server.open();
  const processed = await api.get(made.headers.location);
  assert.equal(processed.json.status, 'PROCESSED');
  const found = await api.get(`/v1/transactions/${encodeURIComponent(processed.json.transaction)}`);
  assert.deepEqual([found.status, found.json, found.headers.etag], [200, processed.json, processed.headers.etag]);
  const none = await api.get('/v1/transactions/none');
  assert.deepEqual([none.status, none.problem], [404, 'not-found']);
  const late = await api.post(`${made.headers.location}/cancel`, {});
  assert.deepEqual([late.status, late.problem], [409, 'too-late']);
});

test('users may what their policies say, and keys are their own', async () => {
  await server.stop();
  await server.lake.ok('users', 'create', 'ana');
  const policy = await server.lake.write('policy.json', JSON.stringify({ Version: '2012-10-17', Statement: [
    { Effect: 'Allow', Action: ['caudal:CreatePayment', 'caudal:List*', 'caudal:GetPayment'], Resource: 'arn:aws:caudal:*:*:account/ana-*' }] }));
  await server.lake.ok('users', 'attach', 'ana', 'own', policy);
  const [key] = await server.lake.json('keys', 'create', 'ana');
  await server.open();
  const ana = restOf(server, { credentials: { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key } });
  const asked = payment({ account: 'ana-1' });
  const shared = randomUUID();
  const made = await create(asked, shared, ana);
  assert.equal(made.status, 201, made.body);
  assert.equal((await ana.get(made.headers.location)).status, 200);
  assert.equal((await ana.get('/v1/accounts/ana-1/payments')).json.payments.length, 1);
  for (const answer of [
    await create(payment(), randomUUID(), ana), await ana.get('/v1/payments'), await ana.get('/v1/accounts/bia-1/payments'),
    await ana.get('/v1/transactions/t'), await ana.get('/v1/payments/bia-1:1'), await ana.post(`${made.headers.location}/cancel`, {})]) {
    assert.deepEqual([answer.status, answer.problem], [403, 'forbidden'], answer.body);
  }
  const others = await create(payment({ account: 'root-1' }), shared);
  assert.equal(others.status, 201, 'the same text is another key of another caller');

  await server.stop();
  const rows = await server.lake.sql(
    `select operation, status, decision, resource from caudal.audit where service = 'caudal' and principal like '%user/ana'`);
  await server.open();
  assert.ok(rows.some((row) => row.operation === 'CreatePayment' && row.status === 201 && row.decision === 'allow' &&
    row.resource === 'arn:aws:caudal:us-east-1:000000000000:account/ana-1'), JSON.stringify(rows));
  assert.equal(rows.filter((row) => row.status === 403 && row.decision === 'implicit_deny').length, 6);
});

test('policies that come with Caudal let users look at payments, or also make and cancel them', async () => {
  await server.stop();
  const clients = {};
  for (const [user, policy] of [['reader', 'CaudalPaymentsReadOnlyAccess'], ['operator', 'CaudalPaymentsOperatorAccess']]) {
    await server.lake.ok('users', 'create', user);
    await server.lake.ok('users', 'attach', user, policy);
    const [key] = await server.lake.json('keys', 'create', user);
    clients[user] = { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
  }
  await server.open();
  const [reader, operator] = ['reader', 'operator'].map((user) => restOf(server, { credentials: clients[user] }));
  assert.equal((await create(payment(), randomUUID(), reader)).status, 403);
  const made = await create(payment(), randomUUID(), operator);
  assert.equal(made.status, 201, made.body);
  for (const client of [reader, operator]) {
    for (const target of [made.headers.location, `${made.headers.location}/history`, '/v1/payments?limit=1', `/v1/accounts/${made.json.account}/payments`]) {
      assert.equal((await client.get(target)).status, 200, target);
    }
    assert.equal((await client.get('/v1/transactions/none')).status, 404);
  }
  assert.equal((await reader.post(`${made.headers.location}/cancel`, {})).status, 403);
  assert.equal((await operator.post(`${made.headers.location}/cancel`, {})).status, 200);
});

test('who does not sign, or wrongly, is nobody', async () => {
  const unsigned = readAnswer(await exchange(server.url, { path: '/v1/payments' }));
  assert.deepEqual([unsigned.status, unsigned.problem, unsigned.headers['www-authenticate']], [401, 'unauthenticated', 'AWS4-HMAC-SHA256']);
  const wrong = restOf(server, { credentials: { accessKeyId: 'AKIAROOTOFTHETESTS', secretAccessKey: 'wrong' } });
  assert.equal((await wrong.get('/v1/payments')).status, 401);
  const tampered = await api.send('POST', '/v1/payments',
    { headers: { 'content-type': 'application/json', 'idempotency-key': 'k' }, body: JSON.stringify(payment()),
      change: (signed) => (signed.headers['idempotency-key'] = 'l') });
  assert.equal(tampered.status, 401);
  const gateway = restOf(server, { service: 'execute-api' });
  assert.equal((await gateway.get('/v1/payments?limit=1')).status, 200, 'what HTTP clients sign for by themselves');
  const s3 = await server.raw('GET', '/v1/payments');
  assert.match(s3.headers['content-type'], /xml/, 'what is signed for S3 is for S3');
});

test('what is hostile is refused, and the server lives on', async () => {
  const refused = async (status, problem, answer, pointer) => {
    assert.deepEqual([answer.status, answer.problem], [status, problem], answer.body);
    if (pointer) assert.ok(answer.json.errors.some((error) => Object.values(error).includes(pointer)), answer.body);
  };
  const key = () => ({ 'idempotency-key': randomUUID() });
  for (const body of ['{', '[1,2', '{"account":"a"}}', '\u0000', '"\\ud800"', '['.repeat(5000), '{"a":01}', 'nul'])
    await refused(400, 'malformed', await api.post('/v1/payments', body, key()));
  await refused(400, 'malformed', await api.post('/v1/payments', '', key()));
  for (const body of ['[]', 'null', '"x"', '1e999', '{}']) await refused(422, 'invalid-body', await api.post('/v1/payments', body, key()));
  const cases = [['amount', 1234.5], ['amount', '1e3'], ['amount', '-1'], ['amount', '0'], ['amount', '1.001'], ['amount', '9'.repeat(40)],
    ['amount', ['1']], ['date', '2027-02-30'], ['date', '2020-01-01'], ['date', 20270120], ['account', ''], ['account', 'a b'],
    ['account', 'x'.repeat(65)], ['beneficiary', 'é'], ['purpose', ''], ['purpose', 'a\nb'], ['purpose', 'x'.repeat(141)], ['currency', 'brl'], ['reference', ''], ['reference', null], ['note', 'n'.repeat(201)],
    ['unknown', 1], ['__proto__x', {}]];
  for (const [member, value] of cases)
    await refused(422, 'invalid-body', await create(payment({ [member]: value })), `#/${member}`);
  await refused(422, 'invalid-body', await api.post('/v1/payments', '{"account":"a","account":"b"}', key()), '#/account');
  await refused(413, 'too-large', await api.post('/v1/payments', `"${'x'.repeat(70_000)}"`, key()));
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', ''])
    await refused(415, 'unsupported-media-type', await api.post('/v1/payments', payment(), { ...key(), 'content-type': type }));
  await refused(400, 'invalid-parameters', await create(payment(), 'k'.repeat(256)), 'Idempotency-Key');
  for (const query of ['limit=0', 'limit=1001', 'limit=x', 'status=nope', 'date=2027-13-01', 'other=1', 'limit=1&limit=2', 'account=a',
    'reference=r', `date=${later(1)}&from=${later(1)}`])
    await refused(400, 'invalid-parameters', await api.get(`/v1/payments?${query}`));
  for (const path of ['/v1/payments/none', '/v1/payments/a:1:1', '/v1/payments/%00', '/v1/nothing', '/v1/accounts/a%20b/payments', '/v1/payments/a:1'])
    await refused(404, 'not-found', await api.get(path));
  for (const [method, path, allow] of [['DELETE', '/v1/payments', 'GET, HEAD, POST'], ['PUT', '/v1/payments/a:1', 'GET, HEAD'],
    ['GET', '/v1/payments/a:1/cancel', 'POST'], ['POST', '/v1/docs', 'GET, HEAD']]) {
    const answer = await api.send(method, path);
    await refused(405, 'method-not-allowed', answer);
    assert.equal(answer.headers.allow, allow);
  }
  assert.equal((await create(payment())).status, 201);
});

test('the document and the page tell what there is, to everybody', async () => {
  const document = await exchange(server.url, { path: '/v1/openapi.json' });
  assert.deepEqual([document.status, document.headers['content-type']], [200, 'application/json']);
  const { openapi, paths, components } = JSON.parse(document.body);
  assert.equal(openapi, '3.1.0');
  assert.deepEqual(Object.keys(paths), ['/v1/payments', '/v1/payments/batch', '/v1/payments/{payment}', '/v1/payments/{payment}/cancel',
    '/v1/payments/{payment}/history', '/v1/accounts/{account}/payments', '/v1/transactions/{transaction}',
    '/v1/transactions/{attempt}/outcome', '/v1/backups', '/v1/backups/{backup}']);
  // What was answered is what is told.
  const made = await create(payment({ reference: 'r' }));
  const told = components.schemas.Payment;
  for (const name of told.required) assert.ok(name in made.json, name);
  for (const [name, value] of Object.entries(made.json))
    assert.equal({ string: 'string', integer: 'number' }[told.properties[name]?.type], typeof value, name);
  const page = await exchange(server.url, { path: '/v1/docs' });
  assert.match(page.headers['content-type'], /^text\/html/);
  assert.match(page.headers['content-security-policy'], /default-src 'none'/);
  assert.match(page.body, /CreatePayment/);
});

test('buckets keep their names', async () => {
  const inBucket = await exchange(server.url, { path: '/v1/docs', headers: { host: 'lake.localhost' } });
  assert.match(inBucket.headers['content-type'], /xml/, 'a key of the bucket lake');
  const bucket = await server.bucket();
  assert.match((await exchange(server.url, { path: `/${bucket}/v1/payments` })).headers['content-type'], /xml/);
  const metrics = await exchange(server.url, { path: '/metrics' });
  assert.match(metrics.body, /caudal_requests_total\{code="201",operation="CreatePayment",service="caudal"\} \d+/);
});
