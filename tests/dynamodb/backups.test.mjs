// SPDX-License-Identifier: Apache-2.0
// Backups through the AWS SDK: they hold one moment, outlive their table and the process, and become tables again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateBackupCommand, CreateTableCommand, DeleteBackupCommand, DeleteTableCommand, DescribeBackupCommand,
  DescribeContinuousBackupsCommand, DescribeTableCommand, ListBackupsCommand, RestoreTableFromBackupCommand,
} from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';

import { Server, eventually, refused } from '../lib/s3.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';

test('a backup outlives its table and the process, and becomes a table with its index', async (t) => {
  const server = await Server.start(t);
  let dynamodb = dynamodbOf(server);
  let documents = documentsOf(server);
  const TableName = 'payments';
  await dynamodb.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: ['id', 'status'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [{ IndexName: 'by-status', Projection: { ProjectionType: 'ALL' }, KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }] }] }));
  for (let first = 0; first < 500; first += 25) {
    await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]:
      Array.from({ length: 25 }, (_, n) => ({ PutRequest: { Item: { id: `k${first + n}`, status: 'OPEN' } } })) } }));
  }
  const { BackupDetails } = await dynamodb.send(new CreateBackupCommand({ TableName, BackupName: 'before' }));
  const { BackupArn } = BackupDetails;
  assert.match(BackupArn, /^arn:aws:dynamodb:us-east-1:000000000000:table\/payments\/backup\/\d{14}-[0-9a-f]{8}$/);
  await documents.send(new PutCommand({ TableName, Item: { id: 'k0', status: 'PAID' } }));
  await eventually(async () => (await dynamodb.send(new DescribeBackupCommand({ BackupArn }))).BackupDescription.BackupDetails.BackupStatus === 'AVAILABLE');
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  await server.crash();
  await server.open();
  dynamodb = dynamodbOf(server);
  documents = documentsOf(server);
  const { BackupDescription: backup } = await dynamodb.send(new DescribeBackupCommand({ BackupArn }));
  assert.equal(backup.SourceTableDetails.ItemCount, 500);
  assert.equal(backup.SourceTableFeatureDetails.GlobalSecondaryIndexes[0].IndexName, 'by-status');
  const { TableDescription } = await dynamodb.send(new RestoreTableFromBackupCommand({ TargetTableName: 'again', BackupArn }));
  assert.equal(TableDescription.RestoreSummary.SourceBackupArn, BackupArn);
  await refused(dynamodb.send(new RestoreTableFromBackupCommand({ TargetTableName: 'again', BackupArn })), 'TableAlreadyExistsException', 400);
  await eventually(async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'again' }));
    return Table.TableStatus === 'ACTIVE' && Table.GlobalSecondaryIndexes[0].IndexStatus === 'ACTIVE';
  });
  assert.equal((await documents.send(new ScanCommand({ TableName: 'again', Select: 'COUNT' }))).Count, 500);
  assert.equal((await documents.send(new GetCommand({ TableName: 'again', Key: { id: 'k0' } }))).Item.status, 'OPEN');
  const open = await documents.send(new QueryCommand({ TableName: 'again', IndexName: 'by-status', KeyConditionExpression: '#s = :s',
    ExpressionAttributeNames: { '#s': 'status' }, ExpressionAttributeValues: { ':s': 'OPEN' }, Select: 'COUNT' }));
  assert.equal(open.Count, 500);
  assert.deepEqual((await dynamodb.send(new ListBackupsCommand({ TableName }))).BackupSummaries.map(({ BackupName }) => BackupName), ['before']);
  assert.deepEqual((await dynamodb.send(new ListBackupsCommand({ TableName: 'another' }))).BackupSummaries, []);
  assert.equal((await dynamodb.send(new DeleteBackupCommand({ BackupArn }))).BackupDescription.BackupDetails.BackupStatus, 'DELETED');
  await refused(dynamodb.send(new DescribeBackupCommand({ BackupArn })), 'BackupNotFoundException', 400);
  await refused(dynamodb.send(new CreateBackupCommand({ TableName: 'none', BackupName: 'none' })), 'TableNotFoundException', 400);
  const { ContinuousBackupsDescription } = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName: 'again' }));
  assert.equal(ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus, 'DISABLED');
});
