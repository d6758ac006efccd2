// SPDX-License-Identifier: Apache-2.0
// Exports to S3 and imports from it, through the AWS SDK for both: the layout that DynamoDB's own exports have.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  CreateTableCommand, DeleteTableCommand, DescribeExportCommand, DescribeTableCommand, DescribeImportCommand, ExportTableToPointInTimeCommand, ImportTableCommand,
  ListExportsCommand, ListImportsCommand,
} from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';

import { Server, eventually, refused } from '../lib/s3.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';

const definition = (TableName) => ({
  TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] });

test('a table is exported with its manifests, and imported into another', async (t) => {
  const server = await Server.start(t);
  let dynamodb = dynamodbOf(server);
  let documents = documentsOf(server);
  const S3Bucket = await server.bucket();
  const body = async (Key) => Buffer.from(await (await server.s3.send(new GetObjectCommand({ Bucket: S3Bucket, Key }))).Body.transformToByteArray());
  await dynamodb.send(new CreateTableCommand(definition('payments')));
  for (let first = 0; first < 100; first += 25) {
    await documents.send(new BatchWriteCommand({ RequestItems: { payments:
      Array.from({ length: 25 }, (_, n) => ({ PutRequest: { Item: { id: `k${first + n}`, n: first + n, tags: new Set(['a', 'b']) } } })) } }));
  }
  const TableArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/payments';
  const asked = { TableArn, S3Bucket, S3Prefix: 'exports', ClientToken: 'one' };
  const { ExportDescription: begun } = await dynamodb.send(new ExportTableToPointInTimeCommand(asked));
  await documents.send(new PutCommand({ TableName: 'payments', Item: { id: 'later' } }));
  assert.equal((await dynamodb.send(new ExportTableToPointInTimeCommand(asked))).ExportDescription.ExportArn, begun.ExportArn);
  await refused(dynamodb.send(new ExportTableToPointInTimeCommand({ ...asked, S3Prefix: 'other' })), 'ExportConflictException', 400);
  let done;
  await eventually(async () => {
    ({ ExportDescription: done } = await dynamodb.send(new DescribeExportCommand({ ExportArn: begun.ExportArn })));
    return done.ExportStatus !== 'IN_PROGRESS';
  });
  assert.equal(done.ExportStatus, 'COMPLETED', done.FailureMessage);
  assert.equal(done.ItemCount, 100);
  assert.ok(done.ExportManifest.startsWith('exports/AWSDynamoDB/'));
  const summary = await body(done.ExportManifest);
  assert.equal((await body(done.ExportManifest.replace('.json', '.md5'))).toString(), createHash('md5').update(summary).digest('base64'));
  const { itemCount, manifestFilesS3Key, exportArn } = JSON.parse(summary);
  assert.deepEqual([itemCount, exportArn], [100, begun.ExportArn]);
  const files = (await body(manifestFilesS3Key)).toString().trim().split('\n').map(JSON.parse);
  const items = [];
  for (const { dataFileS3Key, md5Checksum, itemCount: count } of files) {
    const packed = await body(dataFileS3Key);
    assert.equal(createHash('md5').update(packed).digest('base64'), md5Checksum);
    const lines = gunzipSync(packed).toString().trim().split('\n').map((line) => JSON.parse(line).Item);
    assert.equal(lines.length, count);
    items.push(...lines);
  }
  assert.deepEqual(items.find(({ id }) => id.S === 'k7'), { id: { S: 'k7' }, n: { N: '7' }, tags: { SS: ['a', 'b'] } });
  const { ImportTableDescription: importing } = await dynamodb.send(new ImportTableCommand({
    S3BucketSource: { S3Bucket, S3KeyPrefix: `${done.ExportManifest.replace('manifest-summary.json', 'data/')}` },
    InputFormat: 'DYNAMODB_JSON', InputCompressionType: 'GZIP', TableCreationParameters: definition('again') }));
  const { ImportArn } = importing;
  let imported;
  await eventually(async () => {
    ({ ImportTableDescription: imported } = await dynamodb.send(new DescribeImportCommand({ ImportArn })));
    return imported.ImportStatus !== 'IN_PROGRESS';
  });
  assert.deepEqual([imported.ImportStatus, imported.ImportedItemCount, imported.ErrorCount], ['COMPLETED', 100, 0], imported.FailureMessage);
  assert.equal((await documents.send(new ScanCommand({ TableName: 'again', Select: 'COUNT' }))).Count, 100);
  await server.crash();
  await server.open();
  dynamodb = dynamodbOf(server);
  documents = documentsOf(server);
  assert.equal((await dynamodb.send(new DescribeExportCommand({ ExportArn: begun.ExportArn }))).ExportDescription.ExportStatus, 'COMPLETED');
  assert.deepEqual((await dynamodb.send(new ListExportsCommand({ TableArn }))).ExportSummaries.map(({ ExportArn }) => ExportArn), [begun.ExportArn]);
  assert.deepEqual((await dynamodb.send(new ListImportsCommand({}))).ImportSummaryList.map((one) => one.ImportArn), [ImportArn]);
});

test('a table cannot be used until its import is done, also over a restart', async (t) => {
  const server = await Server.start(t);
  let dynamodb = dynamodbOf(server);
  let documents = documentsOf(server);
  const S3Bucket = await server.bucket();
  const lines = Array.from({ length: 60_000 }, (_, n) => `k${n},file\n`).join('');
  await server.s3.send(new PutObjectCommand({ Bucket: S3Bucket, Key: 'in/a.csv', Body: `id,from\n${lines}` }));
  const TableName = 'slow';
  const put = () => documents.send(new PutCommand({ TableName, Item: { id: 'k1', from: 'client' } }));
  const { ImportTableDescription: { ImportArn } } = await dynamodb.send(new ImportTableCommand({
    S3BucketSource: { S3Bucket, S3KeyPrefix: 'in/' }, InputFormat: 'CSV', TableCreationParameters: definition(TableName) }));
  const status = async () => (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table.TableStatus;
  let refusals = 0;
  const expectRefusals = async () => {
    // What it is before and after: in between it may have been done.
    if (await status() !== 'CREATING') return;
    const answers = await Promise.allSettled([
      put(), documents.send(new GetCommand({ TableName, Key: { id: 'k1' } })), documents.send(new ScanCommand({ TableName, Limit: 1 })),
      dynamodb.send(new DeleteTableCommand({ TableName }))]);
    if (await status() !== 'CREATING') return;
    assert.deepEqual(answers.map(({ reason }) => reason?.name),
      [...Array(3).fill('ResourceNotFoundException'), 'ResourceInUseException']);
    assert.match(answers[3].reason.message, /Table is being created: slow/);
    ++refusals;
  };
  await expectRefusals();
  await server.crash();
  // Nor by who opens the data directory meanwhile.
  const said = /table slow is being imported; it can be used once `caudal serve` has put all into it/;
  await server.lake.fails(1, said, 'items', 'put', TableName, '{"id":"k1","from":"client"}');
  await server.lake.fails(1, said, 'items', 'get', TableName, 'k1');
  await server.lake.fails(1, said, 'items', 'drop', TableName, '--with-items');
  await server.open();
  dynamodb = dynamodbOf(server);
  documents = documentsOf(server);
  await expectRefusals();
  assert.ok(refusals > 0, 'the import was too fast to be seen');
  await eventually(async () => await status() === 'ACTIVE');
  const { ImportTableDescription: done } = await dynamodb.send(new DescribeImportCommand({ ImportArn }));
  assert.deepEqual([done.ImportStatus, done.ImportedItemCount], ['COMPLETED', 60_000], done.FailureMessage);
  await put();
  await server.crash();
  await server.open();
  documents = documentsOf(server);
  assert.equal((await documents.send(new GetCommand({ TableName, Key: { id: 'k1' } }))).Item.from, 'client');
});

test('CSV is imported with the types of keys, and what is refused is counted', async (t) => {
  const server = await Server.start(t);
  const dynamodb = dynamodbOf(server);
  const documents = documentsOf(server);
  const S3Bucket = await server.bucket();
  await server.s3.send(new PutObjectCommand({ Bucket: S3Bucket, Key: 'in/a.csv.gz', Body: gzipSync('a|1|"x|y"\n|2|z\nb|3|\n') }));
  const { ImportTableDescription } = await dynamodb.send(new ImportTableCommand({
    S3BucketSource: { S3Bucket, S3KeyPrefix: 'in/' }, InputFormat: 'CSV', InputCompressionType: 'GZIP',
    InputFormatOptions: { Csv: { Delimiter: '|', HeaderList: ['id', 'n', 'note'] } }, TableCreationParameters: definition('csv') }));
  let imported;
  await eventually(async () => {
    ({ ImportTableDescription: imported } = await dynamodb.send(new DescribeImportCommand({ ImportArn: ImportTableDescription.ImportArn })));
    return imported.ImportStatus !== 'IN_PROGRESS';
  });
  assert.deepEqual([imported.ImportStatus, imported.ProcessedItemCount, imported.ImportedItemCount, imported.ErrorCount], ['COMPLETED', 3, 2, 1], imported.FailureMessage);
  assert.deepEqual((await documents.send(new GetCommand({ TableName: 'csv', Key: { id: 'a' } }))).Item, { id: 'a', n: '1', note: 'x|y' });
  await refused(dynamodb.send(new ImportTableCommand({ S3BucketSource: { S3Bucket }, InputFormat: 'CSV', TableCreationParameters: definition('csv') })), 'ResourceInUseException', 400);
  await refused(dynamodb.send(new ExportTableToPointInTimeCommand({ TableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/none', S3Bucket })), 'TableNotFoundException', 400);
  await refused(dynamodb.send(new ExportTableToPointInTimeCommand({ TableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/csv', S3Bucket, ExportTime: new Date('2020-01-01') })), 'PointInTimeRecoveryUnavailableException', 400);
});
