// SPDX-License-Identifier: Apache-2.0
// What people are told of runs, by the finished binary, through an SMTP server and a chat's webhook that receive it:
// what happened, the counts, and a command that really shows more. Whatever becomes of a notice, the run stands.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { repository } from '../lib/caudal.mjs';
import { InvoiceLake, invoice, invoices, payment, payments } from '../lib/invoices.mjs';
import { Receiver } from '../lib/receiver.mjs';

const everything = `notices:
  succeeded: [log, email, chat]
  failed: [log, email, chat]
  refused: [log, email, chat]
  late: [log, email, chat]
  recovered: [log, email, chat]
`;

const settings = (smtpPort, webhookUrl) => ({
  CAUDAL_NOTICES_EMAIL_HOST: '127.0.0.1', CAUDAL_NOTICES_EMAIL_PORT: String(smtpPort), CAUDAL_NOTICES_EMAIL_FROM: 'caudal@example.org',
  CAUDAL_NOTICES_EMAIL_TO: 'dados@example.org', CAUDAL_NOTICES_CHAT_URL: webhookUrl });

async function lakeWithReceiver(t, options = {}) {
  const receiver = await Receiver.start(options);
  t.after(() => receiver.stop());
  const lake = await InvoiceLake.create(t, { env: settings(receiver.smtpPort, receiver.webhookUrl) });
  await lake.editFlow('flow.yaml', /^notices:\n(?: .*\n)+/m, everything);
  return { lake, receiver };
}

// The mail and the chat's text, which say the same.
async function told(receiver, event, timeoutMs) {
  const mail = await receiver.next('email', timeoutMs);
  const { body } = await receiver.next('chat', timeoutMs);
  assert.match(mail.subject, new RegExp(`^\\[Caudal\\] invoices ${event}`));
  assert.match(body.text, new RegExp(`invoices ${event}`));
  return { mail, chat: JSON.stringify(body) };
}

// The command at the end of a notice, typed as it stands there.
async function typed(lake, text) {
  const [, command] = /caudal (flows [^\n]*)\n$/.exec(text) ?? assert.fail(text);
  return lake.ok(...command.trim().split(' '));
}

test('a run that succeeds tells its counts by mail and chat, and what to type', async (t) => {
  const { lake, receiver } = await lakeWithReceiver(t, { httpStatuses: [503, 200] });
  await lake.deliverMonth('2024-01', [invoice(1), invoice(2), invoice(2), invoice(3, { valor_fatura: 'x' })], [payment(1)]);
  const run = await lake.run('flows', 'run', 'invoices', '--month', '2024-01');
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stderr, /invoices succeeded run=\S+ kind=month month=2024-01/, 'the log is told as well');
  const mail = await receiver.next('email');
  assert.match(mail.subject, /^\[Caudal\] invoices succeeded/);
  assert.deepEqual(mail.to, ['dados@example.org']);
  assert.match(mail.text, /month +2024-01/);
  assert.match(mail.text, /tb_faturas +1 file: 4 rows read, 2 curated, 1 quarantined, 1 repeats/);
  assert.match(mail.text, /tb_pagamentos valor_pagamento +101\.50 read, 101\.50 curated/);
  assert.match(await typed(lake, mail.text), /book_variaveis/);
  const posts = receiver.all('chat').map((post) => post.status);
  assert.deepEqual(posts, [503, 200], 'a chat that was busy is told again');
});

test('a run whose data is refused tells why, with exit code 3', async (t) => {
  const { lake, receiver } = await lakeWithReceiver(t);
  await lake.deliver('tb_faturas_202401.csv', invoices([invoice(1)], { columns: ['id_fatura', 'id_cliente'] }));
  await lake.deliver('tb_pagamentos_202401.csv', payments([payment(1)]));
  await lake.fails(3, /tb_faturas_202401\.csv/, 'flows', 'run', 'invoices', '--month', '2024-01');
  const { mail, chat } = await told(receiver, 'refused');
  for (const text of [mail.text, chat]) assert.match(text, /tb_faturas_202401\.csv/);
  assert.match(mail.text, /missing data_emissao/);
  assert.match(await typed(lake, mail.text), /missing data_emissao/);
});

test('a run that fails tells what failed, with exit code 1', async (t) => {
  const { lake, receiver } = await lakeWithReceiver(t);
  // Right for the tables' types, and wrong for what is in them.
  await lake.editFlow('faturas_pagas.sql', /ELSE 0 END AS dias_atraso/, 'ELSE CAST(f.id_fatura AS INTEGER) END AS dias_atraso');
  await lake.deliverMonth('2024-01', [invoice(1)], [payment(1)]);
  await lake.fails(1, /Could not convert string '1-1'/, 'flows', 'run', 'invoices', '--month', '2024-01');
  const { mail } = await told(receiver, 'failed');
  assert.match(mail.text, /Could not convert string '1-1'/);
  assert.match(await typed(lake, mail.text), /Could not convert string '1-1'/);
});

test('a run succeeds though nobody can be told', async (t) => {
  const receiver = await Receiver.start();
  const env = { ...settings(receiver.smtpPort, receiver.webhookUrl), CAUDAL_NOTICES_ATTEMPTS: '1' };
  await receiver.stop();
  const lake = await InvoiceLake.create(t, { env });
  await lake.editFlow('flow.yaml', /^notices:\n(?: .*\n)+/m, everything);
  await lake.deliverMonth('2024-01', [invoice(1)], [payment(1)]);
  const run = await lake.run('flows', 'run', 'invoices', '--month', '2024-01');
  assert.equal(run.code, 0, run.stderr);
  assert.equal((await lake.curated('tb_faturas')).length, 1);
  assert.ok(!run.stderr.includes('T0/B0/secret'), 'the address of a chat is a secret');
});

test('a watch tells of SQL that cannot run, and runs nothing', async (t) => {
  const { lake, receiver } = await lakeWithReceiver(t);
  await lake.editFlow('faturas_pagas.sql', /WHERE f\.data_emissao/, 'WHERE f.data_emisao');
  await lake.deliverMonth('2024-01', [invoice(1)], [payment(1)]);
  const watch = lake.start(['flows', 'watch', '--poll', '1']);
  await watch.until(/faturas_pagas\.sql:\d+:7: .*data_emisao/, 60_000);
  await watch.kill('SIGTERM');
  assert.deepEqual(await lake.json('flows', 'runs', 'invoices'), []);
  assert.equal(receiver.all('email').filter((mail) => /succeeded/.test(mail.subject)).length, 0);
});

// The environment in which the finished binary's clock, going on as any clock, is now at `moment` (milliseconds).
function clockAt(moment) {
  const library = process.env.CAUDAL_SHIFTED_CLOCK ?? path.join(repository, 'build/dev/tests/libshifted_clock.so');
  assert.ok(existsSync(library), `${library} does not exist; build shifted_clock, or set CAUDAL_SHIFTED_CLOCK`);
  return { LD_PRELOAD: library, CAUDAL_CLOCK_SHIFT_S: String(Math.round((moment - Date.now()) / 1000)) };
}

// With the deadline that ships: the third of the following month, at nine in São Paulo.
test('a late file raises its notice at the deadline, once', async (t) => {
  const due = Date.parse('2024-02-03T12:00:00Z');
  const { lake, receiver } = await lakeWithReceiver(t);
  await lake.write('inbox/tb_pagamentos_202401.csv', payments([]));
  const watching = ['flows', 'watch', '--poll', '1', '--inbox', 'inbox'];
  Object.assign(lake.env, clockAt(due - 3_600_000));
  const early = lake.start(watching);
  await early.until(/taken from the inbox: \S*tb_pagamentos_202401\.csv/);
  assert.equal((await early.kill('SIGTERM')).code, 0);

  Object.assign(lake.env, clockAt(due - 5_000));
  const shiftMs = Number(lake.env.CAUDAL_CLOCK_SHIFT_S) * 1000;
  const watch = lake.start(watching);
  const { mail, chat } = await told(receiver, 'late', 60_000);
  assert.ok(Date.now() + shiftMs >= due, 'not before the deadline');
  for (const text of [mail.text, chat]) {
    assert.match(text, /tb_faturas/);
    assert.match(text, /2024-01\b/);
    assert.match(text, /2024-02-03 09:00 America\/Sao_Paulo/);
  }
  assert.ok(!mail.text.includes('tb_pagamentos'), 'only of the file that is missing');
  await watch.until(/invoices late/);
  await new Promise((resolve) => setTimeout(resolve, 3_000)); // three more looks
  assert.deepEqual([receiver.all('email').length, receiver.all('chat').length], [1, 1]);
  assert.equal((await watch.kill('SIGTERM')).code, 0);
});
