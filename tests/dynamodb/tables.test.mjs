// SPDX-License-Identifier: Apache-2.0
// The settings of tables through the AWS SDK: classes, billing, protection, tags; each kept over a restart, and there at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateTableCommand, DeleteTableCommand, DescribeTableCommand, ListTablesCommand, ListTagsOfResourceCommand, TagResourceCommand,
  UntagResourceCommand, UpdateTableCommand, paginateListTables,
} from '@aws-sdk/client-dynamodb';

import { dynamodbOf } from '../lib/dynamodb.mjs';
import { Server, refused } from '../lib/s3.mjs';

const definition = (TableName, more = {}) => ({
  TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], ...more });
const units = (ReadCapacityUnits, WriteCapacityUnits) => ({ ReadCapacityUnits, WriteCapacityUnits });

test('settings are changed one by one, and outlive the process', async (t) => {
  const server = await Server.start(t);
  let dynamodb = dynamodbOf(server);
  const TableName = 'settings';
  const { TableDescription: made } = await dynamodb.send(new CreateTableCommand(definition(TableName, {
    TableClass: 'STANDARD_INFREQUENT_ACCESS', Tags: [{ Key: 'team', Value: 'risk' }, { Key: 'stage', Value: 'test' }] })));
  const described = async () => (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  const settings = ({ TableClassSummary, BillingModeSummary, ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits }, DeletionProtectionEnabled }) => [
    TableClassSummary?.TableClass ?? 'STANDARD', BillingModeSummary?.BillingMode ?? 'PROVISIONED', ReadCapacityUnits, WriteCapacityUnits, DeletionProtectionEnabled];
  assert.deepEqual(settings(await described()), ['STANDARD_INFREQUENT_ACCESS', 'PAY_PER_REQUEST', 0, 0, false]);
  const update = async (more) => {
    await dynamodb.send(new UpdateTableCommand({ TableName, ...more }));
    const table = await described();
    assert.equal(table.TableStatus, 'ACTIVE');
    return settings(table);
  };
  assert.deepEqual(await update({ TableClass: 'STANDARD' }), ['STANDARD', 'PAY_PER_REQUEST', 0, 0, false]);
  assert.deepEqual(await update({ BillingMode: 'PROVISIONED', ProvisionedThroughput: units(5, 7) }), ['STANDARD', 'PROVISIONED', 5, 7, false]);
  assert.deepEqual(await update({ ProvisionedThroughput: units(6, 7) }), ['STANDARD', 'PROVISIONED', 6, 7, false]);
  assert.deepEqual(await update({ DeletionProtectionEnabled: true, TableClass: 'STANDARD_INFREQUENT_ACCESS' }), ['STANDARD_INFREQUENT_ACCESS', 'PROVISIONED', 6, 7, true]);
  const words = async (more) => (await refused(dynamodb.send(new UpdateTableCommand({ TableName, ...more })), 'ValidationException', 400)).message;
  assert.match(await words({}), /^At least one of ProvisionedThroughput, BillingMode, /);
  assert.match(await words({ BillingMode: 'PAY_PER_REQUEST', ProvisionedThroughput: units(1, 1) }), /Neither ReadCapacityUnits nor WriteCapacityUnits can be specified/);
  assert.match(await words({ TableClass: 'CHEAP' }), /enum value set: \[STANDARD, STANDARD_INFREQUENT_ACCESS\]/);

  const ResourceArn = made.TableArn;
  await dynamodb.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'team', Value: 'cards' }, { Key: 'more', Value: '' }] }));
  await dynamodb.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['stage', 'none'] }));
  await server.crash();
  await server.open();
  dynamodb = dynamodbOf(server);
  const table = await described();
  assert.deepEqual(settings(table), ['STANDARD_INFREQUENT_ACCESS', 'PROVISIONED', 6, 7, true]);
  assert.equal(table.TableId, made.TableId);
  const { Tags } = await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn }));
  assert.deepEqual(Tags, [{ Key: 'more', Value: '' }, { Key: 'team', Value: 'cards' }]);
  const { message } = await refused(dynamodb.send(new DeleteTableCommand({ TableName })), 'ValidationException', 400);
  assert.match(message, /protected against deletion/);
});

test('tables can be used at once, and are listed page by page', async (t) => {
  const server = await Server.start(t);
  const dynamodb = dynamodbOf(server);
  const names = Array.from({ length: 12 }, (_, n) => `table-${String(n).padStart(2, '0')}`);
  const begun = performance.now();
  for (const name of names) {
    await dynamodb.send(new CreateTableCommand(definition(name)));
    assert.equal((await dynamodb.send(new DescribeTableCommand({ TableName: name }))).Table.TableStatus, 'ACTIVE');
  }
  const each = (performance.now() - begun) / names.length;
  assert.ok(each < 500, `a table took ${each} ms`);
  const pages = [];
  for await (const { TableNames } of paginateListTables({ client: dynamodb, pageSize: 5 }, {})) pages.push(TableNames);
  assert.deepEqual(pages.flat(), names);
  assert.deepEqual(pages.map(({ length }) => length), [5, 5, 2]);
  const { TableNames, LastEvaluatedTableName } = await dynamodb.send(new ListTablesCommand({ ExclusiveStartTableName: 'table-09a' }));
  assert.deepEqual([TableNames, LastEvaluatedTableName], [['table-10', 'table-11'], undefined]);
});
