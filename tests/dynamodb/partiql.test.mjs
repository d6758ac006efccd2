// SPDX-License-Identifier: Apache-2.0
// PartiQL through the AWS SDK: statements, batches and transactions, with parameters and pages.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand, ExecuteStatementCommand, ExecuteTransactionCommand, GetCommand, PutCommand,
} from '@aws-sdk/lib-dynamodb';

import { Server, refused } from '../lib/s3.mjs';
import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';

const server = await Server.start({ after });
const dynamodb = dynamodbOf(server);
const documents = documentsOf(server);
const run = (Statement, Parameters, rest = {}) => documents.send(new ExecuteStatementCommand({ Statement, Parameters, ...rest }));

let tables = 0;
async function table() {
  const TableName = `table-${++tables}`;
  await dynamodb.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    AttributeDefinitions: ['pk', 'sk', 'status'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [{ IndexName: 'by-status', Projection: { ProjectionType: 'ALL' },
      KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }] }] }));
  return TableName;
}

test('a life in statements, with parameters', async () => {
  const name = await table();
  await run(`INSERT INTO "${name}" VALUE {'pk': ?, 'sk': ?, 'n': ?, 'tags': ?}`, ['a', '1', 12.5, new Set(['x'])]);
  await refused(run(`INSERT INTO "${name}" VALUE {'pk': 'a', 'sk': '1'}`), 'DuplicateItemException', 400);
  const updated = await run(`UPDATE "${name}" SET n = n + ? SET tags = set_add(tags, <<'y'>>) WHERE pk = ? AND sk = ? RETURNING ALL NEW *`, [1, 'a', '1']);
  assert.deepEqual(updated.Items, [{ pk: 'a', sk: '1', n: 13.5, tags: new Set(['x', 'y']) }]);
  assert.deepEqual((await run(`SELECT n FROM "${name}" WHERE pk = ? AND sk = ?`, ['a', '1'])).Items, [{ n: 13.5 }]);
  await refused(run(`UPDATE "${name}" SET n = 0 WHERE pk = 'a' AND sk = '1' AND n < 5`), 'ConditionalCheckFailedException', 400);
  await refused(run(`UPDATE "${name}" SET n = 0 WHERE pk = 'a'`), 'ValidationException', 400);
  assert.equal((await run(`DELETE FROM "${name}" WHERE pk = 'a' AND sk = '1' RETURNING ALL OLD *`)).Items.length, 1);
  assert.deepEqual((await run(`SELECT * FROM "${name}"`)).Items, []);
  await refused(run('SELECT * FROM nowhere WHERE pk = 1'), 'ResourceNotFoundException', 400);
  await refused(run('SELEC'), 'ValidationException', 400);
});

test('what a SELECT answers comes in order and in pages, from table and index', async () => {
  const name = await table();
  for (let n = 0; n < 40; ++n) {
    await documents.send(new PutCommand({ TableName: name, Item: { pk: n % 2 ? 'odd' : 'even', sk: String(n).padStart(2, '0'), status: n % 4 ? 'OPEN' : 'PAID', n } }));
  }
  const all = async (statement, Limit) => {
    const found = [];
    let NextToken;
    do {
      const page = await run(statement, undefined, { Limit, NextToken });
      found.push(...page.Items.map(({ n }) => n));
      NextToken = page.NextToken;
    } while (NextToken);
    return found;
  };
  assert.deepEqual(await all(`SELECT n FROM "${name}" WHERE pk = 'odd' AND sk BETWEEN '10' AND '20'`, 2), [11, 13, 15, 17, 19]);
  assert.deepEqual(await all(`SELECT n FROM "${name}" WHERE pk IN ['odd', 'even'] AND sk < '04' ORDER BY pk DESC, sk ASC`, 1), [1, 3, 0, 2]);
  assert.deepEqual(await all(`SELECT n FROM "${name}"."by-status" WHERE status = 'PAID' AND begins_with(sk, '1') ORDER BY sk DESC`), [16, 12]);
  assert.equal((await all(`SELECT n FROM "${name}" WHERE n >= 30 AND status IS NOT MISSING`, 7)).length, 10);
  const { ConsumedCapacity } = await run(`SELECT * FROM "${name}" WHERE pk = 'odd' AND sk = '01'`, undefined, { ReturnConsumedCapacity: 'TOTAL', ConsistentRead: true });
  assert.deepEqual([ConsumedCapacity.TableName, ConsumedCapacity.CapacityUnits], [name, 1]);
});

test('of a batch each statement has an answer of its own', async () => {
  const name = await table();
  await run(`INSERT INTO "${name}" VALUE {'pk': 'a', 'sk': '1'}`);
  const { Responses } = await documents.send(new BatchExecuteStatementCommand({ Statements: [
    { Statement: `INSERT INTO "${name}" VALUE {'pk': ?, 'sk': ?}`, Parameters: ['b', '1'] },
    { Statement: `INSERT INTO "${name}" VALUE {'pk': 'a', 'sk': '1'}` } ] }));
  assert.deepEqual(Responses.map(({ Error }) => Error?.Code), [undefined, 'DuplicateItem']);
  const reads = [`SELECT * FROM "${name}" WHERE pk = 'a' AND sk = '1'`, `SELECT * FROM "${name}" WHERE pk = 'a'`, "SELECT * FROM nowhere WHERE pk = 'a'"]
    .map((Statement) => ({ Statement }));
  const { Responses: read } = await documents.send(new BatchExecuteStatementCommand({ Statements: reads }));
  assert.deepEqual(read.map(({ Error }) => Error?.Code), [undefined, 'ValidationError', 'ResourceNotFound']);
  assert.deepEqual(read[0].Item, { pk: 'a', sk: '1' });
  const remove = { Statement: `DELETE FROM "${name}" WHERE pk = 'a' AND sk = '1'` };
  await refused(documents.send(new BatchExecuteStatementCommand({ Statements: [reads[0], remove] })), 'ValidationException', 400);
  await refused(documents.send(new BatchExecuteStatementCommand({ Statements: [remove, remove] })), 'ValidationException', 400);
  await refused(documents.send(new BatchExecuteStatementCommand({ Statements: Array.from({ length: 26 }, () => ({ Statement: 'SELECT' })) })), 'ValidationException', 400);
});

test('transactions are whole, tell their reasons and are done once', async () => {
  const name = await table();
  await run(`INSERT INTO "${name}" VALUE {'pk': 'a', 'sk': '1', 'n': 0}`);
  const transact = (statements, rest) => documents.send(new ExecuteTransactionCommand({ TransactStatements: statements.map((Statement) => ({ Statement })), ...rest }));
  const error = await refused(transact([`INSERT INTO "${name}" VALUE {'pk': 'b', 'sk': '1'}`, `INSERT INTO "${name}" VALUE {'pk': 'a', 'sk': '1'}`]), 'TransactionCanceledException', 400);
  assert.deepEqual(error.CancellationReasons.map(({ Code }) => Code), ['None', 'DuplicateItem']);
  assert.equal((await documents.send(new GetCommand({ TableName: name, Key: { pk: 'b', sk: '1' } }))).Item, undefined);
  const add = `UPDATE "${name}" SET n = n + 1 WHERE pk = 'a' AND sk = '1'`;
  for (let n = 0; n < 3; ++n) await transact([add], { ClientRequestToken: 'once' });
  const { Responses } = await transact([`SELECT n FROM "${name}" WHERE pk = 'a' AND sk = '1'`]);
  assert.deepEqual(Responses, [{ Item: { n: 1 } }]);
  await refused(transact([`EXISTS(SELECT * FROM "${name}" WHERE pk = 'a' AND sk = '1' AND n = 7)`, `INSERT INTO "${name}" VALUE {'pk': 'c', 'sk': '1'}`]), 'TransactionCanceledException', 400);
});
