// SPDX-License-Identifier: Apache-2.0
// Notices sent by Caudal's own code to servers that nobody here wrote. The sender is notices_send, a small program beside
// the unit tests, because what makes notices in the finished binary are flows, which have tests of their own.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { binary, temporaryFolder } from '../lib/caudal.mjs';
import { Receiver } from '../lib/receiver.mjs';

const sender = path.join(path.dirname(binary), 'src/notices_send');
const here = path.dirname(fileURLToPath(import.meta.url));

// Runs the sender; resolves to its exit code, its outcomes (stdout, one JSON a line) and its log (stderr).
async function send(...args) {
  assert.ok(existsSync(sender), `${sender} is not built`);
  const child = spawn(sender, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let log = '';
  child.stdout.on('data', (data) => (stdout += data));
  child.stderr.on('data', (data) => (log += data));
  const [code] = await once(child, 'close');
  return { code, log, outcomes: stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line)) };
}

async function start(t, options) {
  const receiver = await Receiver.start(options);
  t.after(() => receiver.stop());
  return receiver;
}

// A certificate for 127.0.0.1 that is its own authority.
async function certificate(t) {
  const folder = await temporaryFolder(t);
  const key = path.join(folder, 'key.pem');
  const cert = path.join(folder, 'cert.pem');
  await promisify(execFile)('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert,
  ]);
  return { file: cert, tls: { key: await readFile(key), cert: await readFile(cert) } };
}

const title = 'reconciliação falhou: "10" < 12 — ver €';

test('an e-mail arrives whole, in any language, at every recipient', async (t) => {
  const receiver = await start(t);
  const { code, outcomes } = await send(
    '--smtp', `127.0.0.1:${receiver.smtpPort}`, '--to', 'José <jose@example.org>', '--to', 'risco@example.org',
    '--event', 'refused', '--title', title, '--fact', 'linhas em quarentena=12', '--error', 'valor_fatura: inválido\n.\nfim',
    '--command', 'caudal flows quarantine invoices',
  );
  assert.equal(code, 0);
  assert.equal(outcomes[0].state, 'delivered');
  const mail = await receiver.next('email');
  assert.equal(mail.from, 'caudal@example.org');
  assert.deepEqual(mail.to, ['jose@example.org', 'risco@example.org']);
  assert.equal(mail.subject, `[Caudal] invoices refused: ${title}`);
  assert.match(mail.headers.to, /José <jose@example\.org>, risco@example\.org/);
  assert.match(mail.headers['message-id'], /^<[0-9a-f]{32}@example\.org>$/);
  assert.ok(Math.abs(Date.parse(mail.headers.date) - Date.now()) < 60_000, mail.headers.date);
  assert.match(mail.text, /linhas em quarentena {2}12\n/);
  assert.match(mail.text, /valor_fatura: inválido\n\.\nfim\n/);
  assert.match(mail.text, /caudal flows quarantine invoices\n$/);
});

test('a title cannot add headers, recipients or a body', async (t) => {
  const receiver = await start(t);
  const hostile = 'x\r\nBcc: all@example.org\r\n\r\nhello\r\n.\r\nMAIL FROM:<evil@example.org>';
  const { code } = await send('--smtp', `127.0.0.1:${receiver.smtpPort}`, '--title', hostile, '--fact', `a\r\nb=${hostile}`);
  assert.equal(code, 0);
  const mail = await receiver.next('email');
  assert.deepEqual(mail.to, ['team@example.org']);
  assert.equal(mail.headers.bcc, undefined);
  assert.match(mail.subject, /x {2}Bcc: all@example\.org/);
  assert.equal(receiver.all('email').length, 1);
});

test('a login is made, and a wrong one is told without the password', async (t) => {
  const receiver = await start(t, { user: 'risco', password: 'segredo123' });
  const server = `127.0.0.1:${receiver.smtpPort}`;
  assert.equal((await send('--smtp', server, '--user', 'risco', '--password', 'segredo123')).code, 0);
  assert.equal((await receiver.next('email')).user, 'risco');
  const { code, outcomes, log } = await send('--smtp', server, '--user', 'risco', '--password', 'outro-segredo');
  assert.equal(code, 1);
  assert.equal(outcomes[0].state, 'undelivered');
  assert.equal(outcomes[0].attempts, 1, 'a wrong password is not tried again');
  assert.ok(!(log + JSON.stringify(outcomes)).includes('outro-segredo'));
  assert.equal(receiver.all('email').length, 1);
});

test('TLS from the first byte and by STARTTLS, to a server that proves who it is', async (t) => {
  const { file, tls } = await certificate(t);
  for (const [security, secure] of [['tls', true], ['starttls', false]]) {
    const receiver = await start(t, { tls, secure, user: 'u', password: 'p' });
    const args = ['--smtp', `127.0.0.1:${receiver.smtpPort}`, '--security', security, '--user', 'u', '--password', 'p'];
    const trusted = await send(...args, '--ca-file', file);
    assert.equal(trusted.code, 0, trusted.log);
    assert.equal((await receiver.next('email')).secure, true);
    const stranger = await send(...args);
    assert.equal(stranger.code, 1, 'a certificate that nobody vouches for');
    assert.match(stranger.outcomes[0].error, /certificate/i);
    assert.equal(receiver.all('email').length, 1);
  }
});

test('STARTTLS that the server does not offer is not done without', async (t) => {
  const receiver = await start(t);
  const { code } = await send('--smtp', `127.0.0.1:${receiver.smtpPort}`, '--security', 'starttls');
  assert.equal(code, 1);
  assert.equal(receiver.all('email').length, 0);
});

test('a refused recipient does not keep the others from it, and is named', async (t) => {
  const receiver = await start(t, { refuse: ['gone@example.org'] });
  const { code, outcomes, log } = await send(
    '--smtp', `127.0.0.1:${receiver.smtpPort}`, '--to', 'gone@example.org', '--to', 'here@example.org',
  );
  assert.equal(code, 0);
  assert.deepEqual((await receiver.next('email')).to, ['here@example.org']);
  assert.match(outcomes[0].error, /1 of 2 recipients: gone@example\.org: 550/);
  assert.match(log, /gone@example\.org/);
});

test('a chat gets its form, again after it was busy', async (t) => {
  const receiver = await start(t, { httpStatuses: [503, 429, 200] });
  const { code, outcomes, log } = await send('--webhook', receiver.webhookUrl, '--title', title, '--fact', 'linhas=10');
  assert.equal(code, 0);
  assert.equal(outcomes[0].attempts, 3);
  const posts = receiver.all('chat');
  assert.equal(posts.length, 3);
  assert.deepEqual(posts[0].body, posts[2].body);
  assert.equal(posts[2].body.blocks[0].type, 'header');
  assert.match(posts[2].body.text, /^invoices failed: reconciliação falhou: "10" &lt; 12/);
  assert.deepEqual(posts[2].body.blocks[1].fields, [{ type: 'mrkdwn', text: '*linhas*\n10' }]);
  assert.equal(posts[2].headers['content-type'], 'application/json; charset=utf-8');
  assert.ok(!log.includes('/services/'), 'the address of a webhook is a password');
});

test('the receiver is a program, too', async (t) => {
  const child = spawn(process.execPath, [path.join(here, 'receiver.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { listening } = JSON.parse((await lines.next()).value);
  assert.equal((await send('--smtp', `127.0.0.1:${listening.smtp}`, '--webhook', listening.webhook)).code, 0);
  const channels = [JSON.parse((await lines.next()).value).channel, JSON.parse((await lines.next()).value).channel];
  assert.deepEqual(channels.sort(), ['chat', 'email']);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});
