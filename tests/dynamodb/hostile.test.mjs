// SPDX-License-Identifier: Apache-2.0
// What a hostile or a broken client sends: it is told so in DynamoDB's words, with 400, and the server lives on. And what
// is just within the limits is taken.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';

import { askDynamodb, crc32, dynamodbOf } from '../lib/dynamodb.mjs';
import { Server, exchange, wire } from '../lib/s3.mjs';

const server = await Server.start({ after });
const TableName = 'tab';
await dynamodbOf(server).send(new CreateTableCommand({
  TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }, { AttributeName: 'n', KeyType: 'RANGE' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }, { AttributeName: 'n', AttributeType: 'N' }] }));
const key = { id: { S: 'a' }, n: { N: '1' } };
const ask = (operation, body, options) => askDynamodb(server, operation, body, options);
const put = (more) => ask('PutItem', { TableName, Item: { ...key, ...more } });

const validation = 'com.amazon.coral.validate';
const service = 'com.amazon.coral.service';
async function refused(answer, message, [namespace, type] = [validation, 'ValidationException']) {
  const { status, body, headers } = await answer;
  assert.equal(status, 400, body);
  assert.deepEqual(JSON.parse(body), { __type: `${namespace}#${type}`, message });
  assert.match(headers['x-amzn-requestid'], /^[0-9A-Z]{52}$/);
  assert.equal(headers['content-type'], 'application/x-amz-json-1.0');
  assert.equal(Number(headers['x-amz-crc32']), crc32(body));
}
async function taken(answer) {
  const { status, body, headers } = await answer;
  assert.equal(status, 200, body);
  assert.equal(Number(headers['x-amz-crc32']), crc32(body));
  return JSON.parse(body);
}
const nested = (lists) => (lists === 0 ? { S: 'x' } : { L: [nested(lists - 1)] });
const text = (bytes) => 'x'.repeat(bytes);

test('items have their limits', async () => {
  const overhead = 'id'.length + 'a'.length + 'n'.length + 2 + 'text'.length; // a number of two digits or fewer is two bytes
  await taken(put({ text: { S: text(400 * 1024 - overhead) } }));
  await refused(put({ text: { S: text(400 * 1024 - overhead + 1) } }), 'Item size has exceeded the maximum allowed size');
  const tooDeep = 'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit';
  await taken(put({ deep: nested(31) }));
  await refused(put({ deep: nested(32) }), tooDeep);
  await refused(put({ deep: nested(33) }), tooDeep);
  await refused(put({ empty: {} }), 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  await refused(put({ both: { S: 'a', N: '1' } }), 'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes');
  await refused(put({ nothing: { NULL: false } }), 'One or more parameter values were invalid: Null attribute value types must have the value of true');
  await refused(ask('PutItem', { TableName, Item: { id: { S: '' }, n: { N: '1' } } }),
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id');
  await taken(put({ empty: { S: '' }, none: { L: [] }, map: { M: {} } }));
  await taken(ask('GetItem', { TableName, Key: { ...key, id: { S: text(2048) } } }));
  await refused(ask('GetItem', { TableName, Key: { ...key, id: { S: text(2049) } } }),
    'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes');
  await refused(ask('GetItem', { TableName, Key: { id: { S: 'a' } } }), 'The provided key element does not match the schema');
});

test('numbers have 38 digits, and sets no member twice', async () => {
  const digits = '12345678901234567890123456789012345678';
  await taken(put({ m: { N: digits } }));
  const { Item } = await taken(ask('GetItem', { TableName, Key: key, ConsistentRead: true }));
  assert.equal(Item.m.N, digits);
  await refused(put({ m: { N: `${digits}9` } }), 'Attempting to store more than 38 significant digits in a Number');
  await refused(put({ m: { N: '1e126' } }), 'Number overflow. Attempting to store a number with magnitude larger than supported range');
  await refused(put({ m: { N: '1e-131' } }), 'Number underflow. Attempting to store a number with magnitude smaller than supported range');
  for (const none of ['abc', '0x1', 'NaN', 'Infinity', '1,5', '--1']) {
    await refused(put({ m: { N: none } }), `The parameter cannot be converted to a numeric value: ${none}`);
  }
  await refused(put({ m: { N: '' } }), 'The parameter cannot be converted to a numeric value');
  await refused(put({ s: { SS: ['a', 'b', 'a'] } }), 'One or more parameter values were invalid: Input collection [a, b, a] contains duplicates.');
  await refused(put({ s: { NS: ['1', '1.0'] } }), 'Input collection contains duplicates');
  await refused(put({ s: { SS: [] } }), 'One or more parameter values were invalid: An string set  may not be empty');
});

test('expressions have their limits, and know their functions', async () => {
  const conditional = (ConditionExpression, ExpressionAttributeValues) => ask('PutItem', { TableName, Item: key, ConditionExpression, ExpressionAttributeValues });
  const long = `${'a = b AND '.repeat(100_000)}a = b`;
  await refused(conditional(long), `Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: ${long.length}`);
  await refused(conditional('fly(a)'), 'Invalid ConditionExpression: Invalid function name; function: fly');
  await refused(conditional('a = '), 'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "="');
  await refused(conditional(''), 'Invalid ConditionExpression: The expression can not be empty;');
  await refused(conditional('attribute_exists(a)', { ':unused': { S: 'a' } }), 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:unused}');
  await refused(conditional('a = :none'),
    'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :none');
  assert.equal((await conditional(`${'('.repeat(20_000)}a = b`)).status, 400);
  assert.equal((await conditional(`a IN (${Array.from({ length: 101 }, () => 'b').join()})`)).status, 400);
  const update = (UpdateExpression) => ask('UpdateItem', { TableName, Key: key, UpdateExpression });
  await refused(update('SET a = b SET c = d'), 'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;');
  await refused(update('FLY a'), 'Invalid UpdateExpression: Syntax error; token: "FLY", near: "FLY a"');
  await refused(update('SET m.x = id'), 'The document path provided in the update expression is invalid for update');
});

test('batches and transactions have their limits', async () => {
  const keys = (count) => Array.from({ length: count }, (_, n) => ({ ...key, n: { N: `${n}` } }));
  await taken(ask('BatchGetItem', { RequestItems: { [TableName]: { Keys: keys(100) } } }));
  await refused(ask('BatchGetItem', { RequestItems: { [TableName]: { Keys: keys(101) } } }),
    `1 validation error detected: Value at 'requestItems.${TableName}.member.keys' failed to satisfy constraint: Member must have length less than or equal to 100`);
  const removals = (count) => ({ [TableName]: keys(count).map((Key) => ({ DeleteRequest: { Key } })) });
  await taken(ask('BatchWriteItem', { RequestItems: removals(25) }));
  assert.match((await ask('BatchWriteItem', { RequestItems: removals(26) })).message, /^1 validation error detected: .*less than or equal to 25/);
  const puts = (count) => keys(count).map((Item) => ({ Put: { TableName, Item } }));
  await taken(ask('TransactWriteItems', { TransactItems: puts(100) }));
  await refused(ask('TransactWriteItems', { TransactItems: puts(101) }),
    "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100");
  const large = keys(12).map((one) => ({ Put: { TableName, Item: { ...one, text: { S: text(390_000) } } } }));
  assert.match((await ask('TransactWriteItems', { TransactItems: large })).message, /^Transaction payload size cannot exceed 4MB\. Payload Size: \d+$/);
  await taken(ask('TransactWriteItems', { TransactItems: large.slice(0, 10) }));
  await refused(ask('TransactWriteItems', { TransactItems: [{ Put: { TableName, Item: key } }, { Delete: { TableName, Key: key } }] }),
    'Transaction request cannot include multiple operations on one item');
});

test('what is no request at all is a 400', async () => {
  const serialization = [service, 'SerializationException'];
  for (const body of ['', '{', '[]', 'null', '"x"', '{"TableName":', Buffer.from([0xff, 0xfe, 0x00]), '{"TableName":"tab","Item":'.padEnd(100_000, '{"a":')]) {
    const { status, type } = await ask('PutItem', body);
    assert.deepEqual([status, type], [400, 'SerializationException'], String(body).slice(0, 40));
  }
  for (const B of ['*', 'YQ', 'YQ=', 'Y Q==', '====']) await refused(put({ b: { B } }), 'Invalid Base64 in a value of binary type', serialization);
  await refused(put({ n: { N: 1 } }), 'NUMBER_VALUE cannot be converted to String', serialization);
  await refused(ask('PutItem', { TableName, Item: [] }), 'Start of list found where not expected', serialization);
  for (const packed of [Buffer.from('not gzip at all'), gzipSync('{"TableName":"tab"}').subarray(0, 20), Buffer.alloc(0)]) {
    const { status, type } = await ask('GetItem', packed, { headers: { 'content-encoding': 'gzip' } });
    assert.deepEqual([status, type], [400, 'SerializationException']);
  }
  // A small body that would be a gigabyte.
  const bomb = await ask('PutItem', gzipSync(Buffer.alloc(64 << 20, 0x20)), { headers: { 'content-encoding': 'gzip' } });
  assert.ok(bomb.status === 400 || bomb.status === 413, bomb.body);
  await refused(ask('GetItem', {}), "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null; "
    + "Value null at 'key' failed to satisfy constraint: Member must not be null");
  assert.equal((await exchange(server.url, { method: 'POST', headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, body: '{}' })).status, 400);
  assert.match(await wire(server.url, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{'), /^(HTTP\/1\.1 4\d\d|$)/);
  await taken(ask('ListTables', {}));
});

test('requests and answers may be packed', async () => {
  await taken(ask('PutItem', gzipSync(JSON.stringify({ TableName, Item: { ...key, text: { S: text(10_000) } } })), { headers: { 'content-encoding': 'gzip' } }));
  const answer = await ask('GetItem', { TableName, Key: key }, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(answer.headers['content-encoding'], 'gzip');
  assert.equal(Number(answer.headers['x-amz-crc32']), crc32(answer.bytes), 'of what is sent');
  assert.ok(answer.bytes.length < 1000);
  assert.equal(JSON.parse(gunzipSync(answer.bytes)).Item.text.S.length, 10_000);
});
