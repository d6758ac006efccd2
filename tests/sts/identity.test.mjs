// SPDX-License-Identifier: Apache-2.0
// Who am I: STS's GetCallerIdentity, with the AWS SDK.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';

import { Server, refused, region, rootKey } from '../lib/s3.mjs';

let ana;
let anaId;
const server = await Server.start({ after }, { prepare: async (lake) => {
  await lake.ok('users', 'create', 'ana');
  [{ id: anaId }] = await lake.json('users', 'list');
  const [key] = await lake.json('keys', 'create', 'ana');
  ana = { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
} });

function client(credentials) {
  const sts = new STSClient({ endpoint: server.url, region, credentials, maxAttempts: 1 });
  server.clients.push(sts);
  return sts;
}
const ask = (credentials) => client(credentials).send(new GetCallerIdentityCommand({}));

test('root and users are told their account, ARN and id', async () => {
  const { $metadata, ...root } = await ask(rootKey);
  assert.deepEqual(root, { Account: '000000000000', Arn: 'arn:aws:iam::000000000000:root', UserId: '000000000000' });
  assert.match($metadata.requestId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const { $metadata: ignored, ...user } = await ask(ana);
  assert.deepEqual(user, { Account: '000000000000', Arn: 'arn:aws:iam::000000000000:user/ana', UserId: anaId });
});

test('keys that are none are refused as STS refuses them', async () => {
  await refused(ask({ ...rootKey, secretAccessKey: 'another' }), 'SignatureDoesNotMatch', 403);
  await refused(ask({ accessKeyId: 'AKIANOBODYNOBODYNOBO', secretAccessKey: 'x' }), 'InvalidClientTokenId', 403);
  await refused(ask({ ...rootKey, sessionToken: 'of nobody' }), 'InvalidClientTokenId', 403);
});

test('what else STS does is no action here', async () => {
  const assume = new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::000000000000:role/admin', RoleSessionName: 'session' });
  const error = await refused(client(rootKey).send(assume), 'InvalidAction', 400);
  assert.equal(error.message, 'Could not find operation AssumeRole for version 2011-06-15');
  await refused(client(rootKey).send(new GetSessionTokenCommand({})), 'InvalidAction', 400);
});
