// SPDX-License-Identifier: Apache-2.0
// Continuous backups through the AWS SDK: a table becomes what it was at a second, also after the process was killed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateTableCommand, DeleteTableCommand, DescribeContinuousBackupsCommand, DescribeTableCommand,
  RestoreTableToPointInTimeCommand, UpdateContinuousBackupsCommand, UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, ScanCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';

import { Server, eventually, refused } from '../lib/s3.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';

const TableName = 'payments';
const switched = (PointInTimeRecoveryEnabled, RecoveryPeriodInDays) => new UpdateContinuousBackupsCommand({
  TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled, RecoveryPeriodInDays } });
const wholeSecond = (date) => new Date(Math.floor(date / 1000) * 1000);

test('a table becomes what it was at a second', async (t) => {
  const server = await Server.start(t);
  let dynamodb = dynamodbOf(server);
  let documents = documentsOf(server);
  const described = async () => (await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })))
    .ContinuousBackupsDescription.PointInTimeRecoveryDescription;
  const active = (name) => eventually(async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return Table.TableStatus === 'ACTIVE' && Table.GlobalSecondaryIndexes?.every((one) => one.IndexStatus === 'ACTIVE') && Table;
  });
  const count = async (name, more = {}) => (await documents.send(new ScanCommand({ TableName: name, Select: 'COUNT', ...more }))).Count;

  await dynamodb.send(new CreateTableCommand({
    TableName, BillingMode: 'PROVISIONED', ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], Tags: [{ Key: 'team', Value: 'risk' }],
    AttributeDefinitions: ['id', 'status'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    GlobalSecondaryIndexes: [{ IndexName: 'by-status', Projection: { ProjectionType: 'ALL' },
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }, KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }] }] }));
  await dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' } }));
  assert.deepEqual(await described(), { PointInTimeRecoveryStatus: 'DISABLED' });
  await refused(dynamodb.send(new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName: 'then', UseLatestRestorableTime: true })),
    'PointInTimeRecoveryUnavailableException', 400);
  await refused(dynamodb.send(switched(true, 36)), 'ValidationException', 400);
  await documents.send(new PutCommand({ TableName, Item: { id: 'first', status: 'OPEN' } }));
  const { ContinuousBackupsDescription: on } = await dynamodb.send(switched(true));
  assert.equal(on.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus, 'ENABLED');
  assert.equal(on.PointInTimeRecoveryDescription.RecoveryPeriodInDays, 35);
  // Until a whole second has passed since.
  const { EarliestRestorableDateTime } = await described();
  await eventually(async () => (await described()).LatestRestorableDateTime > EarliestRestorableDateTime);

  for (let n = 0; n < 20; ++n) await documents.send(new PutCommand({ TableName, Item: { id: `k${n}`, status: 'OPEN' } }));
  const then = new Date(wholeSecond(Date.now()).getTime() + 1000);
  await eventually(async () => Date.now() > then.getTime() + 100);
  await documents.send(new TransactWriteCommand({ TransactItems: [
    ...Array.from({ length: 20 }, (_, n) => ({ Put: { TableName, Item: { id: `k${n}`, status: 'PAID' } } })),
    { Delete: { TableName, Key: { id: 'first' } } }] }));

  const { TableDescription } = await dynamodb.send(new RestoreTableToPointInTimeCommand({
    SourceTableName: TableName, TargetTableName: 'then', RestoreDateTime: then, BillingModeOverride: 'PAY_PER_REQUEST' }));
  assert.equal(TableDescription.TableStatus, 'CREATING');
  assert.deepEqual(TableDescription.RestoreSummary.RestoreDateTime, then);
  assert.equal(TableDescription.RestoreSummary.SourceTableArn, 'arn:aws:dynamodb:us-east-1:000000000000:table/payments');
  await server.crash();
  await server.open();
  dynamodb = dynamodbOf(server);
  documents = documentsOf(server);
  const table = await active('then');
  assert.equal(table.BillingModeSummary.BillingMode, 'PAY_PER_REQUEST');
  assert.equal(table.StreamSpecification, undefined);
  assert.equal(table.ItemCount, 21);
  assert.equal(await count('then', { IndexName: 'by-status' }), 21);
  assert.equal((await documents.send(new GetCommand({ TableName: 'then', Key: { id: 'k7' } }))).Item.status, 'OPEN');
  assert.equal((await documents.send(new GetCommand({ TableName: 'then', Key: { id: 'first' } }))).Item.status, 'OPEN');
  assert.equal((await documents.send(new GetCommand({ TableName, Key: { id: 'k7' } }))).Item.status, 'PAID', 'the table itself stays as it is');

  await dynamodb.send(new RestoreTableToPointInTimeCommand({ SourceTableArn: table.TableArn.replace('then', TableName),
    TargetTableName: 'latest', UseLatestRestorableTime: true, GlobalSecondaryIndexOverride: [] }));
  await eventually(async () => (await dynamodb.send(new DescribeTableCommand({ TableName: 'latest' }))).Table.TableStatus === 'ACTIVE');
  assert.equal(await count('latest'), 20);
  const restore = (more) => dynamodb.send(new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName: 'other', ...more }));
  await refused(restore({ RestoreDateTime: new Date(Date.now() - 86_400_000) }), 'InvalidRestoreTimeException', 400);
  await refused(restore({ RestoreDateTime: new Date(Date.now() + 86_400_000) }), 'InvalidRestoreTimeException', 400);
  await refused(restore({}), 'ValidationException', 400);
  await refused(restore({ UseLatestRestorableTime: true, TargetTableName: 'then' }), 'TableAlreadyExistsException', 400);
  await refused(restore({ UseLatestRestorableTime: true, SourceTableName: 'none' }), 'TableNotFoundException', 400);

  await dynamodb.send(switched(false));
  assert.deepEqual(await described(), { PointInTimeRecoveryStatus: 'DISABLED' });
  const { ContinuousBackupsDescription: again } = await dynamodb.send(switched(true, 7));
  assert.equal(again.PointInTimeRecoveryDescription.RecoveryPeriodInDays, 7);
  assert.ok(again.PointInTimeRecoveryDescription.EarliestRestorableDateTime > then, 'its window begins anew');
  await refused(restore({ RestoreDateTime: then }), 'InvalidRestoreTimeException', 400);
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  await refused(described(), 'TableNotFoundException', 400);
});
