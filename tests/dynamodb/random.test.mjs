// SPDX-License-Identifier: Apache-2.0
// Thousands of random requests, most of them wrong somewhere: each is answered with 200 or a 400 that says why, the server
// lives on, and what is there in the end is there alike in table and indexes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateTableCommand, ScanCommand, paginateScan } from '@aws-sdk/client-dynamodb';

import { askDynamodb, dynamodbOf } from '../lib/dynamodb.mjs';
import { randomFrom, seedFor } from '../lib/caudal.mjs';
import { Server } from '../lib/s3.mjs';

const TableName = 'tab';
const requests = Number(process.env.CAUDAL_REQUESTS ?? 6000);

// Makes requests that are nearly right.
class Maker {
  constructor(random) {
    this.random = random;
    const names = ['v', 'w', 'k', '#a', 'a.b', 'v[0]', 'w.a', 'v[99]', 'v[0].a.b[1]', 'id', 'size'];
    this.name = () => this.any(names);
  }
  any(list) {
    return list[Math.floor(this.random() * list.length)];
  }
  chance(share) {
    return this.random() < share;
  }
  // One of these functions' results.
  one(...makers) {
    return this.any(makers)();
  }
  odd() {
    return this.any([null, 0, -1, 1e308, '', ' ', '\u0000', 'x'.repeat(300), [], {}, [null], true, '*', { S: 1 }, { L: [{}] }]);
  }
  value(depth = 0) {
    const inner = () => (depth > 4 ? { S: 'q' } : this.value(depth + 1));
    return this.one(() => ({ S: this.any(['a', 'b', 'é']) }), () => ({ S: 'x' }), () => ({ N: this.any(['0', '-5', '1e5', '0.1']) }), () => ({ N: '1' }),
      () => ({ B: 'AA==' }), () => ({ SS: this.any([['a'], ['a', 'b'], ['a', 'a'], []]) }), () => ({ NS: ['1', '2'] }), () => ({ BOOL: true }), () => ({ NULL: true }),
      () => ({ L: [inner(), inner()] }), () => ({ M: { a: inner() } }), () => (this.chance(0.3) ? this.odd() : { N: '7' }));
  }
  key() {
    const right = () => ({ id: { S: this.any(['a', 'b', 'c']) }, n: { N: String(Math.floor(this.random() * 5)) } });
    return this.chance(0.95) ? right() : this.one(() => ({}), () => ({ id: this.value(), n: this.value() }), () => this.odd());
  }
  item() {
    return { ...this.key(), ...(this.chance(0.6) && { k: this.chance(0.9) ? { S: this.any(['x', 'y']) } : this.value() }), v: this.value(), w: this.value() };
  }
  operand() {
    return this.one(() => ':a', () => ':b', () => this.name(), () => `size(${this.name()})`, () => `if_not_exists(${this.name()}, :a)`, () => `${this.name()} + :a`);
  }
  condition(depth = 0) {
    const [name, operand, more] = [() => this.name(), () => this.operand(), () => this.condition(depth + 1)];
    if (depth < 4 && this.chance(0.3)) return this.one(() => `(${more()} AND ${more()})`, () => `NOT ${more()}`, () => `${more()} OR ${more()}`);
    return this.one(() => `attribute_exists(${name()})`, () => `attribute_not_exists(${name()})`, () => `contains(${name()}, ${operand()})`,
      () => `${operand()} ${this.any(['=', '<>', '<', '>='])} ${operand()}`, () => `${operand()} BETWEEN ${operand()} AND :a`, () => `${name()} IN (:a, ${operand()})`);
  }
  update() {
    return [this.chance(0.7) && `SET ${this.name()} = ${this.operand()}`, this.chance(0.3) && `REMOVE ${this.name()}`, this.chance(0.2) && `ADD ${this.name()} :a`,
      this.chance(0.2) && `DELETE ${this.name()} :b`].filter(Boolean).join(' ');
  }
  // With the names and values that its expressions have.
  expressed(input) {
    const text = Object.values(input).filter((one) => typeof one === 'string').join(' ');
    const used = [':a', ':b'].filter((name) => text.includes(name) || this.chance(0.01));
    if (used.length > 0) input.ExpressionAttributeValues = Object.fromEntries(used.map((name) => [name, this.value()]));
    if (text.includes('#a')) input.ExpressionAttributeNames = { '#a': this.any(['v', 'w', 'x.y']) };
    return input;
  }
  conditional(input) {
    return this.expressed({ TableName, ...input, ...(this.chance(0.3) && { ConditionExpression: this.condition() }) });
  }
  write() {
    return this.one(() => ({ Put: this.conditional({ Item: this.item() }) }), () => ({ Delete: this.conditional({ Key: this.key() }) }),
      () => ({ Update: this.conditional({ Key: this.key(), UpdateExpression: this.update() }) }), () => ({ ConditionCheck: this.conditional({ Key: this.key() }) }));
  }
  statement() {
    const where = () => `id = '${this.any(['a', 'b'])}' AND n = ${Math.floor(this.random() * 5)}`;
    const Statement = this.one(() => `SELECT * FROM "tab" WHERE ${where()}`, () => `SELECT ${this.name()} FROM "tab"."${this.any(['gsi', 'lsi', 'x'])}" WHERE k = ?`,
      () => `INSERT INTO "tab" VALUE {'id': 'c', 'n': ${Math.floor(this.random() * 5)}, 'v': ?}`, () => `DELETE FROM "tab" WHERE ${where()}`,
      () => `UPDATE "tab" SET ${this.name()} = ? WHERE ${where()} RETURNING ALL NEW *`, () => `UPDATE "tab" REMOVE ${this.name()} WHERE ${where()}`, () => 'SELECT SELECT');
    return { Statement, ...(Statement.includes('?') && { Parameters: [this.value()] }) };
  }
  request() {
    const read = () => ({ ...(this.chance(0.3) && { IndexName: this.any(['gsi', 'lsi']) }), ...(this.chance(0.4) && { FilterExpression: this.condition() }),
      ...(this.chance(0.3) && { Limit: this.any([1, 2, 0]) }), ...(this.chance(0.1) && { ExclusiveStartKey: this.key() }) });
    const [operation, body] = this.one(
      () => ['PutItem', this.conditional({ Item: this.item() })], () => ['DeleteItem', this.conditional({ Key: this.key() })],
      () => ['UpdateItem', this.conditional({ Key: this.key(), UpdateExpression: this.update(), ReturnValues: this.any(['ALL_NEW', 'UPDATED_OLD', 'x']) })],
      () => ['GetItem', this.expressed({ TableName, Key: this.key(), ProjectionExpression: `${this.name()}, ${this.name()}` })],
      () => ['Query', this.expressed({ TableName, KeyConditionExpression: this.any(['id = :a', 'id = :a AND n > :b', 'k = :a', 'n = :a OR id = :b']), ...read() })],
      () => ['Scan', this.expressed({ TableName, ...read() })],
      () => ['BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item: this.item() } }, { DeleteRequest: { Key: this.key() } }] } }],
      () => ['BatchGetItem', { RequestItems: { [TableName]: { Keys: [this.key(), this.key()] } } }],
      () => ['TransactWriteItems', { TransactItems: [this.write(), this.write()], ...(this.chance(0.1) && { ClientRequestToken: this.any(['a', 'b']) }) }],
      () => ['ExecuteStatement', this.statement()], () => ['BatchExecuteStatement', { Statements: [this.statement(), this.statement()] }],
      () => ['ExecuteTransaction', { TransactStatements: [this.statement(), this.statement()] }]);
    if (this.chance(0.02)) body[this.any(Object.keys(body))] = this.odd();
    return [operation, body];
  }
}

test('whatever is asked is answered, and what it leaves is whole', async (t) => {
  const server = await Server.start(t, { env: { CAUDAL_SERVER_LOG: 'none' } });
  const dynamodb = dynamodbOf(server);
  const keys = (hash, range) => [{ AttributeName: hash, KeyType: 'HASH' }, ...(range ? [{ AttributeName: range, KeyType: 'RANGE' }] : [])];
  await dynamodb.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: keys('id', 'n'),
    AttributeDefinitions: [['id', 'S'], ['n', 'N'], ['k', 'S']].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    LocalSecondaryIndexes: [{ IndexName: 'lsi', KeySchema: keys('id', 'k'), Projection: { ProjectionType: 'ALL' } }],
    GlobalSecondaryIndexes: [{ IndexName: 'gsi', KeySchema: keys('k'), Projection: { ProjectionType: 'ALL' } }] }));
  const maker = new Maker(randomFrom(seedFor(t)));
  const done = new Map();
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let n = 0; n < requests / 8; ++n) {
      const [operation, body] = maker.request();
      const told = () => `${operation} ${JSON.stringify(body)}`;
      const { status, type, message } = await askDynamodb(server, operation, body).catch((error) => assert.fail(`${told()}: ${error.message}`));
      assert.ok(status === 200 || status === 400, `${told()}: ${status} ${message}`);
      if (status === 400) assert.ok(message || type === 'SerializationException', `${told()}: ${type} without a word`);
      else done.set(operation, (done.get(operation) ?? 0) + 1);
    }
  }));
  t.diagnostic(`done: ${[...done].map((one) => one.join(' ')).join(', ')}`);
  for (const operation of ['PutItem', 'UpdateItem', 'Query', 'TransactWriteItems', 'ExecuteStatement']) assert.ok(done.get(operation) > 0, operation);
  const all = async (more) => {
    const items = [];
    for await (const { Items } of paginateScan({ client: dynamodb, pageSize: 3 }, { TableName, ...more })) items.push(...Items);
    return items.map((item) => JSON.stringify(Object.entries(item).sort())).sort();
  };
  const { Items } = await dynamodb.send(new ScanCommand({ TableName, FilterExpression: 'attribute_type(k, :s)', ExpressionAttributeValues: { ':s': { S: 'S' } } }));
  const wanted = Items.map((item) => JSON.stringify(Object.entries(item).sort())).sort();
  for (const IndexName of ['lsi', 'gsi']) assert.deepEqual(await all({ IndexName }), wanted, IndexName);
});
