// SPDX-License-Identifier: Apache-2.0
// Every operation that the SDK's newest models have is offered, or is told as not offered; and the guide says which.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as streams from '@aws-sdk/client-dynamodb-streams';

import { repository } from '../lib/caudal.mjs';
import { askDynamodb } from '../lib/dynamodb.mjs';
import { Server } from '../lib/s3.mjs';

const operationsOf = (sdk) => Object.keys(sdk).filter((name) => /^[A-Z].+Command$/.test(name)).map((name) => name.replace(/Command$/, ''));

test('what the models list is offered or listed as not offered, as the guide says', async (t) => {
  const server = await Server.start(t);
  const offered = [];
  const refused = [];
  for (const [prefix, sdk] of [['DynamoDB_20120810', dynamodb], ['DynamoDBStreams_20120810', streams]]) {
    for (const operation of operationsOf(sdk)) {
      const { status, type, message } = await askDynamodb(server, operation, {}, { prefix });
      if (type !== 'UnknownOperationException') {
        // It looks at what was asked; without anything some have nothing to refuse.
        assert.ok(status === 200 || type === 'ValidationException', `${operation}: ${status} ${type}`);
        offered.push(operation);
        continue;
      }
      assert.equal(status, 400);
      assert.equal(message, `The operation ${operation} is not offered here`);
      refused.push(operation);
    }
  }
  const guide = await readFile(path.join(repository, 'docs/dynamodb.md'), 'utf8');
  const [, is, isNot] = /## What is offered\n(.*)## What is not\n(.*)## Where it differs/s.exec(guide);
  const named = (text) => text.split('\n').filter((line) => line.startsWith('|')).slice(2).flatMap((line) => line.split('|')[2].trim().split(' ')).sort();
  assert.deepEqual(named(is), offered.sort());
  assert.deepEqual(named(isNot), refused.sort());
  const nonsense = await askDynamodb(server, 'FlyAway', {});
  assert.deepEqual([nonsense.status, nonsense.type], [400, 'UnknownOperationException']);
});
