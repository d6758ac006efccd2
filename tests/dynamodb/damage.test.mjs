// SPDX-License-Identifier: Apache-2.0
// Files of the data directory that are damaged or gone: the server and the commands refuse to start and say what to do,
// however often they are asked, and the copy that was kept of it is all that it takes to go on.
import assert from 'node:assert/strict';
import { cp, readdir, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';

import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';
import { Server } from '../lib/s3.mjs';

const TableName = 'kept';

test('a damaged file is told at the start with what to do, and a backup restores', async (t) => {
  const server = await Server.start(t);
  await dynamodbOf(server).send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] }));
  // Twice, so that some are in a table file and some in the log.
  for (const first of [0, 25]) {
    const documents = documentsOf(server);
    for (let n = first; n < first + 25; ++n) await documents.send(new PutCommand({ TableName, Item: { id: `k${n}`, n } }));
    await server.stop();
    if (first === 0) await server.open();
  }
  const { lake } = server;
  const backup = path.join(lake.work, 'backup');
  await cp(lake.data, backup, { recursive: true });

  const kv = path.join(lake.data, 'kv');
  const fileOf = async (part) => {
    for (const name of await readdir(kv)) {
      const isIt = name.startsWith(part) || name.endsWith(part);
      if (isIt && (await stat(path.join(kv, name))).size > 0) return path.join(kv, name);
    }
    return assert.fail(`there is no ${part}`);
  };
  const putBack = async () => {
    await rm(lake.data, { recursive: true });
    await cp(backup, lake.data, { recursive: true });
  };
  const damages = {
    'CURRENT is gone': async () => rm(await fileOf('CURRENT')),
    'CURRENT is cut off': async () => truncate(await fileOf('CURRENT'), 5),
    'the manifest is gone': async () => rm(await fileOf('MANIFEST')),
    'the manifest is cut off': async () => truncate(await fileOf('MANIFEST'), Math.floor((await stat(await fileOf('MANIFEST'))).size / 2)),
    'a table file is gone': async () => rm(await fileOf('.sst')),
    'a table file is cut off': async () => truncate(await fileOf('.sst'), 100),
    'the log is gone': async () => rm(await fileOf('.log')),
    'the log is cut off': async () => truncate(await fileOf('.log'), 100),
    'FORMAT is cut off': async () => truncate(path.join(lake.data, 'FORMAT'), 3),
  };
  const told = /restore (it|the data directory) from a backup/;
  for (const [what, damage] of Object.entries(damages)) {
    await damage();
    // The second who asks finds it as the first did.
    for (const command of [['items', 'get', TableName, 'k7'], ['serve', '--port', '0'], ['items', 'tables'], ['serve', '--port', '0']]) {
      const { code, stderr } = await lake.runWith({ env: { CAUDAL_SERVER_LOG: 'none' } }, ...command);
      assert.notEqual(code, 0, `${what}: ${command.join(' ')}`);
      assert.match(stderr, told, what);
      assert.ok(stderr.includes(lake.data), `${what}: ${stderr}`);
    }
    await putBack();
  }
  await server.open();
  const again = documentsOf(server);
  assert.equal((await again.send(new ScanCommand({ TableName, Select: 'COUNT' }))).Count, 50);
  assert.deepEqual((await again.send(new GetCommand({ TableName, Key: { id: 'k7' } }))).Item, { id: 'k7', n: 7 });
});
