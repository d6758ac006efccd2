// SPDX-License-Identifier: Apache-2.0
// A disk that fills under a server: writes that do not fit are refused and leave nothing, and when there is room again
// it goes on without a restart.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';

import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';
import { Lake } from '../lib/caudal.mjs';
import { Server, eventually } from '../lib/s3.mjs';

const canMount = process.getuid() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

test('items on a full disk are refused, none is lost, and it works again when there is room',
  { skip: canMount ? false : 'needs root and mount namespaces, to mount a small file system' }, async (t) => {
    const lake = await Lake.create(t);
    const mount = 'mkdir -p "$0" && mount -t tmpfs -o size=64m tmpfs "$0" && exec "$@"';
    const server = await Server.start(t, { lake, prefix: ['unshare', '-m', 'sh', '-c', mount, lake.data] });
    server.expected.push(/.*/); // what it logs of the full disk is its own business
    // The mount is the server's alone; its root shows it.
    const filler = path.join(`/proc/${server.process.pid}/root`, lake.data, 'filler');
    const documents = documentsOf(server);
    const TableName = 'filled';
    await dynamodbOf(server).send(new CreateTableCommand({
      TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] }));
    const stored = new Map();
    await documents.send(new PutCommand({ TableName, Item: { id: 'before', pad: 'b' } }));
    stored.set('before', 'b');
    await writeFile(filler, Buffer.alloc(30 << 20, 1));
    let refusals = 0;
    for (let n = 0; n < 400 && refusals < 20; ++n) {
      const Item = { id: `k${n}`, pad: randomBytes(n % 3 === 0 ? 1000 : 250_000).toString('base64') };
      try {
        await documents.send(new PutCommand({ TableName, Item }));
        stored.set(Item.id, Item.pad);
      } catch (error) {
        // Whether it is the items that do not fit or the record of who asked: nothing is done that is not recorded.
        const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode;
        assert.ok(status === 500 || status === 503, `${status} ${error.name}: ${error.message}`);
        ++refusals;
      }
    }
    assert.ok(refusals >= 20, 'the disk fills');
    await rm(filler);
    await eventually(() => documents.send(new PutCommand({ TableName, Item: { id: 'after', pad: 'a' } })).catch(() => null));
    stored.set('after', 'a');
    const there = new Map();
    for await (const { Items } of paginateScan({ client: documents }, { TableName })) {
      for (const { id, pad } of Items) there.set(id, pad);
    }
    assert.deepEqual([...there.keys()].sort(), [...stored.keys()].sort(), 'what was refused is not there');
    for (const [id, pad] of stored) assert.ok(there.get(id) === pad, id);
    await server.stop();
  });
