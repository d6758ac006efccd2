// SPDX-License-Identifier: Apache-2.0
// Users, keys and policies while the server runs: with the AWS SDK, with Debian's AWS CLI, and with `caudal users` and
// `caudal keys` beside it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  AttachUserPolicyCommand, CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, DeleteAccessKeyCommand,
  DeleteUserCommand, GetUserCommand, GetUserPolicyCommand, IAMClient, ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand, ListUserPoliciesCommand, ListUsersCommand, PutUserPolicyCommand, UpdateAccessKeyCommand,
  paginateListUsers } from '@aws-sdk/client-iam';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';

import { AwsCli } from '../lib/awscli.mjs';
import { Server, refused, region, rootKey } from '../lib/s3.mjs';

const server = await Server.start({ after });
function client(credentials = rootKey) {
  const iam = new IAMClient({ endpoint: server.url, region, credentials, maxAttempts: 1 });
  server.clients.push(iam);
  return iam;
}
const iam = client();
const credentialsOf = (key) => ({ accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey });

test('a user is made, may do what is allowed, and its key ends with the next request after it is disabled', async () => {
  const { User: user } = await iam.send(new CreateUserCommand({ UserName: 'ana' }));
  assert.equal(user.Arn, 'arn:aws:iam::000000000000:user/ana');
  assert.ok(Math.abs(user.CreateDate - Date.now()) < 60_000);
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ana' }));
  const bucket = await server.bucket();
  await server.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'x' }));
  const ana = server.client({ credentials: credentialsOf(key) });
  const get = () => ana.send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }));
  await refused(get(), 'AccessDenied', 403);
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
  await iam.send(new AttachUserPolicyCommand({ UserName: 'ana', PolicyArn }));
  assert.equal(await (await get()).Body.transformToString(), 'x');
  const { AttachedPolicies: attached } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName: 'ana' }));
  assert.deepEqual(attached, [{ PolicyName: 'AmazonS3ReadOnlyAccess', PolicyArn }]);
  const which = { UserName: 'ana', AccessKeyId: key.AccessKeyId };
  await iam.send(new UpdateAccessKeyCommand({ ...which, Status: 'Inactive' }));
  await refused(get(), 'InvalidAccessKeyId', 403);
  const { AccessKeyMetadata: [listed] } = await iam.send(new ListAccessKeysCommand({ UserName: 'ana' }));
  assert.deepEqual([listed.AccessKeyId, listed.Status], [key.AccessKeyId, 'Inactive']);
  await refused(iam.send(new DeleteUserCommand({ UserName: 'ana' })), 'DeleteConflictException', 409);
  await iam.send(new DeleteAccessKeyCommand(which));
  await iam.send(new DeleteUserCommand({ UserName: 'ana' }));
  await refused(iam.send(new GetUserCommand({ UserName: 'ana' })), 'NoSuchEntityException', 404);
});

test('who may not change users is refused, and learns nothing of them', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'bia' }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bia' }));
  const bia = client(credentialsOf(key));
  const told = [];
  for (const UserName of ['bia', 'nobody']) {
    const error = await refused(bia.send(new CreateAccessKeyCommand({ UserName })), 'AccessDenied', 403);
    told.push(error.message.replace(UserName, '?').replace(UserName, '?'));
  }
  assert.match(told[0], /is not authorized to perform: iam:CreateAccessKey on resource/);
  await refused(bia.send(new ListUsersCommand({})), 'AccessDenied', 403);
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [
    { Effect: 'Allow', Action: 'iam:*AccessKey*', Resource: 'arn:aws:iam::*:user/${aws:username}' }] });
  await iam.send(new PutUserPolicyCommand({ UserName: 'bia', PolicyName: 'own-keys', PolicyDocument: document }));
  const kept = await iam.send(new GetUserPolicyCommand({ UserName: 'bia', PolicyName: 'own-keys' }));
  assert.equal(decodeURIComponent(kept.PolicyDocument), document);
  assert.deepEqual((await iam.send(new ListUserPoliciesCommand({ UserName: 'bia' }))).PolicyNames, ['own-keys']);
  const { AccessKeyMetadata: own } = await bia.send(new ListAccessKeysCommand({}));
  assert.deepEqual(own.map((one) => one.AccessKeyId), [key.AccessKeyId]);
  await refused(bia.send(new ListAccessKeysCommand({ UserName: 'ana' })), 'AccessDenied', 403);
});

test('lists are paged, and what is no action here is refused as IAM does', async () => {
  for (let n = 0; n < 7; ++n) await iam.send(new CreateUserCommand({ UserName: `paged-${n}` }));
  const names = [];
  for await (const page of paginateListUsers({ client: iam, pageSize: 3 }, {})) names.push(...page.Users.map((one) => one.UserName));
  assert.deepEqual(names.filter((name) => name.startsWith('paged')), [0, 1, 2, 3, 4, 5, 6].map((n) => `paged-${n}`));
  assert.deepEqual(names, [...new Set(names)].sort());
  await refused(iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: '{}' })), 'InvalidAction', 400);
});

test('the AWS CLI makes a key and takes it away', AwsCli.options, async () => {
  const aws = new AwsCli(server);
  assert.equal((await aws.json('iam', 'create-user', '--user-name', 'caio')).User.UserName, 'caio');
  const { AccessKey: key } = await aws.json('iam', 'create-access-key', '--user-name', 'caio');
  await aws.ok('iam', 'attach-user-policy', '--user-name', 'caio', '--policy-arn', 'arn:aws:iam::aws:policy/AmazonS3FullAccess');
  const caio = new AwsCli(server, credentialsOf(key));
  assert.match(await caio.ok('s3', 'mb', 's3://of-caio'), /make_bucket: of-caio/);
  assert.equal((await caio.json('sts', 'get-caller-identity')).Arn, 'arn:aws:iam::000000000000:user/caio');
  await aws.ok('iam', 'delete-access-key', '--user-name', 'caio', '--access-key-id', key.AccessKeyId);
  const { code, stderr } = await caio.run('--endpoint-url', server.url, 's3', 'ls');
  assert.notEqual(code, 0);
  assert.match(stderr, /InvalidAccessKeyId/);
});

test('the commands beside a running server do the same as in the directory itself', async () => {
  const { lake } = server;
  const asked = /is open in the server at http:\/\/\S+, which is asked instead/;
  const made = await lake.run('users', 'create', 'duda');
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stderr, asked);
  assert.match(made.stderr, /it may do nothing yet/);
  await lake.ok('users', 'attach', 'duda', 'AmazonS3ReadOnlyAccess');
  const [key] = await lake.json('keys', 'create', 'duda', '--description', 'à noite & cedo', '--expires', '2090-12-31');
  assert.match(key.secret_access_key, /^\S{40}$/);
  const credentials = { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
  const bucket = await server.bucket();
  await server.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'x' }));
  const get = () => server.client({ credentials }).send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }));
  await get();
  await lake.ok('keys', 'disable', key.access_key_id);
  await refused(get(), 'InvalidAccessKeyId', 403);
  const beside = { users: await lake.json('users', 'list'), keys: await lake.json('keys', 'list') };
  const document = await lake.ok('users', 'policy', 'duda', 'AmazonS3ReadOnlyAccess');
  await lake.fails(1, [/User with name duda already exists/], 'users', 'create', 'duda');
  await lake.fails(1, [/there is no key AKIANOBODYNOBODYNOBO/], 'keys', 'delete', 'AKIANOBODYNOBODYNOBO');
  await server.stop();
  assert.deepEqual({ users: await lake.json('users', 'list'), keys: await lake.json('keys', 'list') }, beside);
  assert.equal(await lake.ok('users', 'policy', 'duda', 'AmazonS3ReadOnlyAccess'), document);
  const audit = await lake.json('sql', `select operation, decision from caudal.audit
    where service = 'iam' and resource like '%duda' and operation = 'CreateUser' order by time`);
  assert.deepEqual(audit.map((one) => one.decision), ['allow', 'allow'], 'what was done, and what was there already');
});
