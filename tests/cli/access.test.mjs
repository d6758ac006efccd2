// SPDX-License-Identifier: Apache-2.0
// Users, keys and policies by command: what is shown, what never is, and that the audit log knows of every change.
import assert from 'node:assert/strict';
import { chmod, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Lake } from '../lib/caudal.mjs';

async function lakeWithUser(t, options) {
  const lake = await Lake.create(t, options);
  const first = await lake.run('users', 'create', 'ana');
  assert.equal(first.code, 0, first.stderr);
  return { lake, first };
}

test('the first start makes a root key, shows it once and keeps it for its owner alone', async (t) => {
  const { lake, first } = await lakeWithUser(t);
  const [, id, secret] = /access key id +(\S+)\n +secret access key +(\S+)/.exec(first.stderr);
  assert.match(id, /^AKIA[A-Z2-7]{16}$/);
  assert.match(secret, /^[A-Za-z0-9+/]{40}$/);
  const file = path.join(lake.data, 'access', 'root.credentials');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const kept = await readFile(file, 'utf8');
  assert.match(kept, new RegExp(`aws_access_key_id = ${id}\n`));
  assert.ok(kept.includes(`aws_secret_access_key = ${secret}\n`));
  const again = await lake.run('keys', 'list');
  assert.ok(!again.stdout.includes(secret) && !again.stderr.includes(secret));
  assert.deepEqual((await lake.json('keys', 'list')).map((key) => [key.user, key.access_key_id]), [['root', id]]);
});

test('a root key whose file others may read is refused, with what to do', async (t) => {
  const { lake } = await lakeWithUser(t);
  const file = path.join(lake.data, 'access', 'root.credentials');
  await chmod(file, 0o640);
  await lake.fails(1, [/others than its owner may use it \(mode 0640\)/, /chmod 600 .*root\.credentials/], 'keys', 'list');
});

test('a preset root key is taken, and none is made', async (t) => {
  const env = { CAUDAL_ROOT_ACCESS_KEY_ID: 'minha_chave', CAUDAL_ROOT_SECRET_ACCESS_KEY: 'um-segredo-longo' };
  const { lake, first } = await lakeWithUser(t, { env });
  assert.doesNotMatch(first.stderr, /root key was made/);
  assert.equal((await lake.json('keys', 'list'))[0].access_key_id, 'minha_chave');
  assert.deepEqual(await readdir(path.join(lake.data, 'access')), ['master.key']);
  const half = await lake.runWith({ env: { CAUDAL_ROOT_SECRET_ACCESS_KEY: '' } }, 'keys', 'list');
  assert.equal(half.code, 2);
  assert.match(half.stderr, /secret access key must be 8 to 128/);
  const doctor = await lake.run('doctor');
  assert.ok(!doctor.stdout.includes('um-segredo-longo'));
});

test('a key is made for a user, shown once, disabled, enabled and deleted', async (t) => {
  const { lake } = await lakeWithUser(t);
  const [made] = await lake.json('keys', 'create', 'ana', '--description', 'laptop');
  assert.equal(made.user, 'ana');
  assert.match(made.secret_access_key, /^\S{40}$/);
  const of = async () => (await lake.json('keys', 'list')).find((key) => key.access_key_id === made.access_key_id);
  assert.deepEqual([(await of()).state, (await of()).description], ['active', 'laptop']);
  await lake.ok('keys', 'disable', made.access_key_id);
  assert.equal((await of()).state, 'disabled');
  await lake.ok('keys', 'enable', made.access_key_id);
  assert.equal((await of()).state, 'active');
  await lake.fails(1, /user 'ana' has 1 key/, 'users', 'delete', 'ana');
  await lake.ok('keys', 'delete', made.access_key_id);
  assert.equal(await of(), undefined);
  await lake.fails(1, /there is no key/, 'keys', 'delete', made.access_key_id);
  await lake.ok('users', 'delete', 'ana');
  await lake.fails(1, /there is no user 'ana'.*users create/, 'keys', 'create', 'ana');
});

test('secrets lie nowhere in the data directory in clear, but for the root key in its file', async (t) => {
  const { lake, first } = await lakeWithUser(t);
  const [made] = await lake.json('keys', 'create', 'ana');
  const rootSecret = /secret access key +(\S+)/.exec(first.stderr)[1];
  for (const entry of await readdir(lake.data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(path.join(entry.parentPath ?? entry.path, entry.name), 'latin1');
    assert.ok(!bytes.includes(made.secret_access_key), entry.name);
    assert.equal(bytes.includes(rootSecret), entry.name === 'root.credentials', entry.name);
  }
});

test('an expiry in the past is refused, and a key tells when it expires', async (t) => {
  const { lake } = await lakeWithUser(t);
  await lake.fails(2, /expires in the past/, 'keys', 'create', 'ana', '--expires', '2020-01-31');
  await lake.ok('keys', 'create', 'ana', '--expires', '2999-12-31');
  assert.match((await lake.json('keys', 'list'))[1].expires, /^3000-01-01T00:00:00/);
});

test('policies are attached by name or by document, shown and detached', async (t) => {
  const { lake } = await lakeWithUser(t);
  await lake.ok('users', 'attach', 'ana', 'AmazonS3ReadOnlyAccess');
  const document = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}}';
  await lake.ok('users', 'attach', 'ana', 'careful', await lake.write('p.json', document));
  const piped = await lake.runWith({ input: document }, 'users', 'attach', 'ana', 'piped', '-');
  assert.equal(piped.code, 0, piped.stderr);
  assert.equal((await lake.json('users', 'list'))[0].policies, 'AmazonS3ReadOnlyAccess, careful, piped');
  assert.equal((await lake.ok('users', 'policy', 'ana', 'careful')).trim(), document);
  await lake.ok('users', 'detach', 'ana', 'careful');
  await lake.fails(1, /has no policy 'careful'/, 'users', 'policy', 'ana', 'careful');
  await lake.fails(2, /none of the policies that come with Caudal .*AmazonS3FullAccess/, 'users', 'attach', 'ana', 'Nothing');
});

test('what is wrong with a policy is said with its place', async (t) => {
  const { lake } = await lakeWithUser(t);
  const bad = await lake.write('bad.json', '{"Version": "2012-10-17",\n "Statement": {"Effect": "Allow", "Resource": "*"}}');
  await lake.fails(2, [/Policy statement must contain actions/, /line 2, column 15/], 'users', 'attach', 'ana', 'p', bad);
  const broken = await lake.write('broken.json', '{"Version": "2012-10-17",\n "Statement": }');
  await lake.fails(2, [/Syntax errors in policy/, /line 2, column 15/], 'users', 'attach', 'ana', 'p', broken);
});

test('every change is in caudal.audit, whatever came of it, and no secret is', async (t) => {
  const { lake } = await lakeWithUser(t);
  const [made] = await lake.json('keys', 'create', 'ana');
  await lake.fails(1, /there is no key/, 'keys', 'disable', 'AKIANONE');
  const rows = await lake.sql('select operation, resource, decision, error_code, principal from caudal.audit order by sequence');
  assert.deepEqual(rows.map((row) => [row.operation, row.resource, row.decision]), [
    ['CreateUser', 'ana', 'begun'], ['CreateUser', 'ana', 'done'],
    ['CreateKey', 'ana', 'begun'], ['CreateKey', 'ana', 'done'],
    ['DisableKey', 'AKIANONE', 'begun'], ['DisableKey', 'AKIANONE', 'failed']]);
  assert.equal(rows[5].error_code, 'access.no_such_key');
  assert.match(rows[0].principal, /^user \d+ of this machine$/);
  assert.ok(!JSON.stringify(rows).includes(made.secret_access_key));
});

test('the doctor tells whether the audit log is as it was written', async (t) => {
  const { lake } = await lakeWithUser(t);
  const finding = async () => {
    const { stdout } = await lake.run('doctor', '--deep', '--output', 'json');
    return JSON.parse(stdout).find((row) => row.check === 'audit log');
  };
  const good = await finding();
  assert.equal(good.state, 'ok', good.detail);
  const folder = path.join(lake.data, 'audit');
  const [segment] = await readdir(folder);
  const bytes = await readFile(path.join(folder, segment));
  bytes[bytes.indexOf('CreateUser')] = 'D'.charCodeAt(0);
  await writeFile(path.join(folder, segment), bytes);
  const bad = await finding();
  assert.equal(bad.state, 'problem', bad.detail);
});

test('while another process has the data directory, its name is told', async (t) => {
  const { lake } = await lakeWithUser(t);
  await lake.ok('objects', 'mb', 's3://lake');
  const holder = lake.start(['objects', 'put', '-', 's3://lake/x'], { keepInput: true, input: 'x' });
  const lock = path.join(lake.data, 'LOCK');
  while ((await readFile(lock, 'utf8')).trim() !== String(holder.pid)) await new Promise((resolve) => setTimeout(resolve, 5));
  await lake.fails(1, new RegExp(`in use by process ${holder.pid} .*objects put`), 'keys', 'list');
  holder.child.stdin.end();
  assert.equal((await holder.ended).code, 0);
});
