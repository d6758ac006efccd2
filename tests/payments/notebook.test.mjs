// SPDX-License-Identifier: Apache-2.0
// What a bank's notebook does with scheduled payments, through the AWS SDK and nothing else; and that the notebook and
// the commands see the same payments.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, QueryCommand, ScanCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';

import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';
import { Server } from '../lib/s3.mjs';

const table = 'BankPayments';
const day = (days) => new Date(Date.UTC(2035, 0, 1 + days)).toISOString().slice(0, 10);
const seconds = (date) => Date.parse(`${date}T00:00:00Z`) / 1000;

const text = (AttributeName) => ({ AttributeName, AttributeType: 'S' });
const key = (hash, range) => [{ AttributeName: hash, KeyType: 'HASH' }, ...(range ? [{ AttributeName: range, KeyType: 'RANGE' }] : [])];

async function createTables(server) {
  const dynamodb = dynamodbOf(server);
  const index = { IndexName: 'GSI1', KeySchema: key('GSI1PK', 'GSI1SK'), Projection: { ProjectionType: 'ALL' } };
  await dynamodb.send(new CreateTableCommand({ TableName: table, KeySchema: key('PK', 'SK'), BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['PK', 'SK', 'GSI1PK', 'GSI1SK'].map(text), GlobalSecondaryIndexes: [index] }));
  await dynamodb.send(new CreateTableCommand({ TableName: 'BankPaymentsProcessed', KeySchema: key('id'), BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [text('id')] }));
}

// Payment n of 2,500: 50 accounts, 5 dates, 5 shards.
function payment(n) {
  const account = `account-${n % 50}`;
  const date = day(n % 5);
  return {
    PK: `${account}#PAYMENT`, SK: `SCHEDULED#${seconds(date)}${String(n).padStart(9, '0')}`, AccountId: account, ScheduledDate: date,
    Status: 'SCHEDULED', DataBlob: { Amount: n + 0.25, Currency: 'BRL', BeneficiaryId: `beneficiary-${n % 7}` },
    GSI1PK: `SCHEDULED#${1 + (Math.floor(n / 5) % 5)}`, GSI1SK: date };
}

async function all(documents, input, Command = QueryCommand) {
  const items = [];
  for (let ExclusiveStartKey; ;) {
    const page = await documents.send(new Command({ ...input, ExclusiveStartKey }));
    items.push(...page.Items);
    if (!page.LastEvaluatedKey) return items;
    ExclusiveStartKey = page.LastEvaluatedKey;
  }
}

const ofDate = (documents, status, date) => all(documents, {
  TableName: table, IndexName: 'GSI1', KeyConditionExpression: 'GSI1PK = :status AND GSI1SK = :date',
  ExpressionAttributeValues: { ':status': status, ':date': date } });

// Fifty at a time: the item under its new sort key, the old one deleted.
async function move(documents, items, change) {
  for (let n = 0; n < items.length; n += 50) {
    await documents.send(new TransactWriteCommand({ TransactItems: items.slice(n, n + 50).flatMap((item) => {
      const moved = change(item);
      const long = moved.Status === 'ARCHIVED' ? [{ Put: { TableName: 'BankPaymentsProcessed', Item: { ...item, id: item.TransactionId } } }] : [];
      const SK = `${moved.Status}#${item.SK.split('#')[1]}`;
      return [{ Put: { TableName: table, Item: { ...moved, SK, GSI1PK: moved.Status } } },
        { Delete: { TableName: table, Key: { PK: item.PK, SK: item.SK }, ConditionExpression: 'attribute_exists(PK)' } }, ...long];
    }) }));
  }
}

async function batchWrite(documents, items) {
  for (let n = 0; n < items.length; n += 25) {
    let left = { [table]: items.slice(n, n + 25).map((Item) => ({ PutRequest: { Item } })) };
    while (Object.keys(left).length > 0) left = (await documents.send(new BatchWriteCommand({ RequestItems: left }))).UnprocessedItems;
  }
}

test('a notebook schedules 2,500 payments, and takes a day of them to the long term', async (t) => {
  const server = await Server.start(t);
  await createTables(server);
  const documents = documentsOf(server);
  await batchWrite(documents, Array.from({ length: 2500 }, (_, n) => payment(n)));

  // An account between two sort keys: two of its dates.
  const account = await all(documents, {
    TableName: table, KeyConditionExpression: 'PK = :account AND SK BETWEEN :from AND :to', Limit: 7,
    ExpressionAttributeValues: { ':account': 'account-3#PAYMENT', ':from': `SCHEDULED#${seconds(day(3))}`, ':to': `SCHEDULED#${seconds(day(4))}~` } });
  assert.equal(account.length, 50);
  assert.ok(account.every((item) => item.ScheduledDate === day(3)));

  // A date: five shards.
  const shards = await Promise.all([1, 2, 3, 4, 5].map((n) => ofDate(documents, `SCHEDULED#${n}`, day(0))));
  assert.deepEqual(shards.map((items) => items.length), [100, 100, 100, 100, 100]);
  const due = shards.flat();
  await move(documents, due, (item) => ({ ...item, Status: 'PENDING' }));
  const pending = await ofDate(documents, 'PENDING', day(0));
  assert.equal(pending.length, 500);
  await move(documents, pending, (item) => ({ ...item, Status: 'PROCESSED', TransactionId: `tx-${item.SK.split('#')[1]}`, TransactionDate: day(0) }));
  const processed = await ofDate(documents, 'PROCESSED', day(0));
  for (let n = 0; n < processed.length; n += 33) await move(documents, processed.slice(n, n + 33), (item) => ({ ...item, Status: 'ARCHIVED' }));

  assert.equal((await ofDate(documents, 'ARCHIVED', day(0))).length, 500);
  assert.equal((await ofDate(documents, 'SCHEDULED#1', day(0))).length, 0);
  const long = await all(documents, { TableName: 'BankPaymentsProcessed' }, ScanCommand);
  const sum = (items) => items.reduce((total, item) => total + item.DataBlob.Amount * 100, 0);
  assert.equal(long.length, 500);
  assert.equal(sum(long), sum(due));
  assert.equal((await all(documents, { TableName: table }, ScanCommand)).length, 2500);
  await server.stop();

  // The commands take over the notebook's tables, and see its payments.
  const listed = await server.lake.json('payments', 'list', '--account', 'account-3', '--status', 'SCHEDULED', '--from', day(3), '--to', day(3));
  assert.equal(listed.length, 50);
  assert.deepEqual([...new Set(listed.map((row) => row.version))], [0]);
  const run = await server.lake.json('payments', 'run', '--early', '--date', day(1));
  assert.equal(run.find((row) => row.what === 'processed').payments, 500);
  assert.equal((await server.lake.json('payments', 'show', '--transaction', long[0].TransactionId))[0].status, 'ARCHIVED');
});

test('payments that were loaded by command are seen by any client of DynamoDB', async (t) => {
  const lines = Array.from({ length: 40 }, (_, n) => `account-${n % 4},r-${n},${day(0)},${n + 1}.10,BRL,b\n`);
  const server = await Server.start(t, { prepare: async (lake) => {
    await lake.ok('payments', 'load', await lake.write('a.csv', `account,reference,date,amount,currency,beneficiary\n${lines.join('')}`));
    await lake.ok('payments', 'run', '--early', '--date', day(0));
    const [payment] = await lake.json('payments', 'add', '--account', 'account-1', '--reference', 'last', '--date', day(1), '--amount', '7.07', '--beneficiary', 'b');
    assert.equal(payment.status, 'SCHEDULED');
  } });
  const documents = documentsOf(server);
  const items = await all(documents, { TableName: table, KeyConditionExpression: 'PK = :account',
    ExpressionAttributeValues: { ':account': 'account-1#PAYMENT' } });
  assert.equal(items.length, 11);
  const { GSI1PK, SK, ...item } = items.find(({ Status }) => Status === 'SCHEDULED');
  assert.match(GSI1PK, /^SCHEDULED#[1-5]$/);
  assert.match(SK, new RegExp(`^SCHEDULED#${seconds(day(1))}\\d{9}$`));
  assert.deepEqual(item, { PK: 'account-1#PAYMENT', AccountId: 'account-1', ScheduledDate: day(1), GSI1SK: day(1), Status: 'SCHEDULED',
    ClientReference: 'last', Version: 1, DataBlob: { Amount: 7.07, Currency: 'BRL', BeneficiaryId: 'b' } });
  assert.equal((await ofDate(documents, 'PROCESSED', day(0))).length, 40);
  const journal = await all(documents, { TableName: 'BankPaymentsJournal' }, ScanCommand);
  assert.equal(journal.length, 40 * 3 + 1);
});

test('caudal serve keeps the timetable', async (t) => {
  const today = new Date().toISOString().slice(0, 10);
  const server = await Server.start(t, {
    env: { CAUDAL_PAYMENTS_TIMETABLE_ON: 'true', CAUDAL_PAYMENTS_TIMETABLE_WEEKENDS: 'true', CAUDAL_PAYMENTS_TIMETABLE_INBOX: 'inbox' },
    prepare: (lake) => lake.write('inbox/a.jsonl', `{"account":"a","reference":"r","date":"${today}","amount":"1.10","beneficiary":"b"}\n`) });
  server.expected.push(/^keeping the timetable of payments$/, /^payments: /);
  // Whatever slots were missed before the first start are caught up at once: what it loads it hands over, and archives.
  await server.process.until(/payments: a\.jsonl: 1 inserted, 0 there already, 0 refused/);
  await server.process.until(/payments: 1 handed over, 1 processed/);
  await server.process.until(/payments: 1 archived/);
  const items = await all(documentsOf(server), { TableName: table }, ScanCommand);
  assert.deepEqual(items.map(({ Status }) => Status), ['ARCHIVED']);
});
