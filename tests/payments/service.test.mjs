// SPDX-License-Identifier: Apache-2.0
// Payments handed over to a bank that is asked over HTTP: it answers at once, later by a callback that its own library
// signs, or never, and then is asked. Whatever it does, money moves once.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';
import { Webhook } from 'standardwebhooks';

import { readAnswer, restOf } from '../lib/rest.mjs';
import { exchange, Server } from '../lib/s3.mjs';

const secret = `whsec_${Buffer.from('the secret of the tests, 32 byte').toString('base64')}`;
const today = new Date().toISOString().slice(0, 10);

// What each account's payments meet: 'answers', 'calls back' or 'is lost'.
class Bank {
  constructor() {
    this.moved = new Map(); // attempt to outcome
    this.submitted = [];
    this.server = http.createServer((request, response) => void this.serve(request, response));
  }

  async start() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}/transactions`;
  }

  async serve(request, response) {
    assert.equal(request.headers.authorization, 'Bearer t0ken');
    const answer = (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(value && JSON.stringify(value));
    };
    if (request.method === 'GET') {
      const outcome = this.moved.get(decodeURIComponent(request.url.replace('/transactions/', '')));
      return outcome ? answer(200, outcome) : answer(404);
    }
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const instruction = JSON.parse(Buffer.concat(pieces));
    assert.equal(request.headers['idempotency-key'], instruction.attempt);
    this.submitted.push(instruction);
    const known = this.moved.get(instruction.attempt);
    const outcome = known ?? { attempt: instruction.attempt, outcome: 'done', transaction: `T-${this.moved.size + 1}`, at: new Date().toISOString() };
    this.moved.set(instruction.attempt, outcome);
    if (instruction.account.startsWith('calls-back')) return answer(202);
    if (instruction.account.startsWith('is-lost')) return request.socket.destroy();
    return answer(200, outcome);
  }
}

const bank = new Bank();
await bank.start();
after(() => bank.server.close());
const env = {
  CAUDAL_PAYMENTS_SERVICE: 'http', CAUDAL_PAYMENTS_HTTP_URL: bank.url, CAUDAL_PAYMENTS_HTTP_TOKEN: 't0ken',
  CAUDAL_PAYMENTS_HTTP_WEBHOOK_SECRETS: secret, CAUDAL_PAYMENTS_LEASE: '1' };
const server = await Server.start({ after }, { env });
const api = restOf(server);

async function schedule(account, more = {}) {
  const made = await api.post('/v1/payments', { account, reference: 'r', date: today, amount: '99.90', beneficiary: 'b', ...more });
  assert.equal(made.status, 201, made.body);
  return made.json.id;
}
const find = async (id) => (await api.get(`/v1/payments/${id}`)).json;

// Hands over what is due, with the server out of the way of the command.
async function run() {
  await server.stop();
  const result = await server.lake.runWith({ env }, 'payments', 'run', '--output', 'json');
  await server.open({ env });
  return Object.fromEntries(JSON.parse(result.stdout).map((row) => [row.what, row.payments]));
}

// As the bank sends it: signed by the library of those who specified how.
async function callBack(attempt, outcome, { at = new Date(), id = 'msg_1', change = {}, path = attempt } = {}) {
  const body = JSON.stringify(outcome);
  const signature = new Webhook(secret).sign(id, at, body);
  return readAnswer(await exchange(server.url, {
    method: 'POST', path: `/v1/transactions/${path}/outcome`, body: change.body ?? body,
    headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': change.signature ?? signature } }));
}

test('a bank that answers at once', async () => {
  const id = await schedule('answers-1', { purpose: 'rent of März' });
  const counts = await run();
  assert.deepEqual([counts['handed over'], counts.processed, counts.unanswered], [1, 1, 0]);
  const done = await find(id);
  assert.deepEqual([done.status, done.transaction], ['PROCESSED', bank.moved.get(`${id}:1`).transaction]);
  assert.deepEqual(bank.submitted, [{ attempt: `${id}:1`, account: 'answers-1', date: today, amount: '99.90', currency: 'BRL', beneficiary: 'b',
    purpose: 'rent of März' }]);
});

test('a bank that calls back', async () => {
  const id = await schedule('calls-back-1');
  await run();
  assert.equal((await find(id)).status, 'PENDING');
  const attempt = `${id}:1`;
  const outcome = bank.moved.get(attempt);

  const refused = async (status, problem, answer) => assert.deepEqual([answer.status, answer.problem], [status, problem], answer.body);
  await refused(401, 'unauthenticated', await callBack(attempt, outcome, { change: { body: JSON.stringify({ ...outcome, transaction: 'T-other' }) } }));
  await refused(401, 'unauthenticated', await callBack(attempt, outcome, { change: { signature: 'v1,AAAA' } }));
  await refused(401, 'unauthenticated', await callBack(attempt, outcome, { at: new Date(Date.now() - 301_000) }));
  await refused(401, 'unauthenticated', await callBack(attempt, outcome, { at: new Date(Date.now() + 310_000) }));
  await refused(401, 'unauthenticated', readAnswer(await exchange(server.url, { method: 'POST', path: `/v1/transactions/${attempt}/outcome`, body: '{}' })));
  await refused(422, 'invalid-body', await callBack(attempt, { ...outcome, attempt: `${id}:2` }));
  await refused(422, 'invalid-body', await callBack(attempt, { attempt, outcome: 'done' }));
  await refused(422, 'invalid-body', await callBack(attempt, { attempt, outcome: 'perhaps' }));
  assert.equal((await find(id)).status, 'PENDING', 'none of these was believed');

  for (let n = 0; n < 3; ++n) {
    const taken = await callBack(attempt, { ...outcome, more: { than: 'is needed' } });
    assert.deepEqual([taken.status, taken.body], [204, '']);
  }
  const done = await find(id);
  assert.deepEqual([done.status, done.transaction], ['PROCESSED', outcome.transaction]);

  server.expected.push(/"operation":"ReportOutcome".*"error":"contradiction"/);
  await refused(409, 'contradiction', await callBack(attempt, { ...outcome, transaction: 'T-other' }));
  assert.equal((await find(id)).transaction, outcome.transaction);
  await refused(409, 'contradiction', await callBack('nobody:1:1', { ...outcome, attempt: 'nobody:1:1' }));
});

test('a bank that refuses by callback', async () => {
  const id = await schedule('calls-back-2');
  await run();
  const taken = await callBack(`${id}:1`, { attempt: `${id}:1`, outcome: 'refused', reason: 'no such beneficiary' });
  assert.equal(taken.status, 204, taken.body);
  const failed = await find(id);
  assert.deepEqual([failed.status, failed.reason], ['FAILED', 'no such beneficiary']);
});

test('a bank whose answer is lost is asked, and the money has moved once', async () => {
  const id = await schedule('is-lost-1');
  const before = bank.submitted.length;
  const counts = await run();
  assert.equal(counts.processed, 0);
  assert.equal((await find(id)).status, 'PENDING', 'what is not answered is not refused');
  await new Promise((resolve) => setTimeout(resolve, 1100)); // the lease, by the clock of the machine
  await run();
  const done = await find(id);
  assert.deepEqual([done.status, done.attempts, done.transaction], ['PROCESSED', 1, bank.moved.get(`${id}:1`).transaction]);
  assert.equal(bank.submitted.length, before + 1, 'it was asked, not told again');
});

test('without a secret no callbacks are taken', async () => {
  await server.stop();
  await server.open({ env: { ...env, CAUDAL_PAYMENTS_HTTP_WEBHOOK_SECRETS: '' } });
  const answer = await callBack('a:1:1', { attempt: 'a:1:1', outcome: 'under_way' });
  assert.deepEqual([answer.status, answer.problem], [404, 'not-found']);
  await server.stop();
  const { code, stderr } = await server.lake.runWith({ env: { ...env, CAUDAL_PAYMENTS_HTTP_WEBHOOK_SECRETS: 'my-secret' } }, 'payments', 'run');
  assert.equal(code, 2);
  assert.match(stderr, /payments\.http\.webhook_secrets: a webhook secret must be 'whsec_'/);
  assert.doesNotMatch(stderr, /my-secret/);
  await server.open({ env });
});
