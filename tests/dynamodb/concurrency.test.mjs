// SPDX-License-Identifier: Apache-2.0
// Many clients at once on few items: no count is lost, and what transactions did and saw is as if they had been done one
// after the other, in an order that does not contradict when they were asked for and answered.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactGetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

import { documentsOf, dynamodbOf } from '../lib/dynamodb.mjs';
import { randomFrom, seedFor } from '../lib/caudal.mjs';
import { Server } from '../lib/s3.mjs';

const clients = 64;
const server = await Server.start({ after });
const documents = documentsOf(server, { requestHandler: { httpAgent: { maxSockets: clients, keepAlive: true } } });
const TableName = 'shared';
await dynamodbOf(server).send(new CreateTableCommand({
  TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] }));

const atOnce = (work) => Promise.all(Array.from({ length: clients }, (_, n) => work(n)));

test('of what 64 clients add to the same items nothing is lost', async (t) => {
  const random = randomFrom(seedFor(t));
  const expected = new Map();
  await atOnce(async (client) => {
    for (let n = 0; n < 8; ++n) {
      const id = `count-${Math.floor(random() * 4)}`;
      const by = Math.floor(random() * 100);
      expected.set(id, (expected.get(id) ?? 0) + by);
      const update = { TableName, Key: { id }, UpdateExpression: 'ADD n :by, who :me', ExpressionAttributeValues: { ':by': by, ':me': new Set([`c${client}`]) } };
      if (n % 3 === 0) await documents.send(new TransactWriteCommand({ TransactItems: [{ Update: update }, { Update: { ...update, Key: { id: `${id}-too` } } }] }));
      else await documents.send(new UpdateCommand(update));
    }
  });
  for (const [id, n] of expected) {
    assert.equal((await documents.send(new GetCommand({ TableName, Key: { id } }))).Item.n, n, id);
  }
});

test('money that is moved between accounts is never more or less, whenever one looks', async (t) => {
  const random = randomFrom(seedFor(t));
  const accounts = Array.from({ length: 6 }, (_, n) => `account-${n}`);
  const set = (id, n) => new UpdateCommand({ TableName, Key: { id }, UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': n } });
  for (const id of accounts) await documents.send(set(id, 100));
  const look = async () => {
    const { Responses } = await documents.send(new TransactGetCommand({ TransactItems: accounts.map((id) => ({ Get: { TableName, Key: { id } } })) }));
    return Responses.map(({ Item }) => Item.n);
  };
  let moved = 0;
  let refused = 0;
  await atOnce(async (client) => {
    for (let n = 0; n < 8; ++n) {
      if (client % 4 === 0) {
        const balances = await look();
        assert.equal(balances.reduce((sum, one) => sum + one, 0), 600, balances.join());
        assert.ok(balances.every((one) => one >= 0), balances.join());
        continue;
      }
      const from = Math.floor(random() * accounts.length);
      const to = (from + 1 + Math.floor(random() * (accounts.length - 1))) % accounts.length;
      const by = 1 + Math.floor(random() * 80);
      const change = (id, text, more) => ({ Update: { TableName, Key: { id: accounts[id] }, UpdateExpression: text, ExpressionAttributeValues: { ':by': by }, ...more } });
      try {
        await documents.send(new TransactWriteCommand({ TransactItems: [
          change(from, 'SET n = n - :by', { ConditionExpression: 'n >= :by' }), change(to, 'SET n = n + :by')] }));
        ++moved;
      } catch (error) {
        assert.equal(error.name, 'TransactionCanceledException', `${error.name}: ${error.message}`);
        assert.deepEqual(error.CancellationReasons.map(({ Code }) => Code), ['ConditionalCheckFailed', 'None']);
        ++refused;
      }
    }
  });
  assert.equal((await look()).reduce((sum, one) => sum + one, 0), 600);
  assert.ok(moved > 50 && refused > 5, `${moved} moved, ${refused} refused`);
});

// Who comes before whom; a history in which somebody comes before himself is that of no order.
class Order {
  constructor() {
    this.after = new Map();
  }
  add(before, after) {
    for (const one of [before, after]) if (!this.after.has(one)) this.after.set(one, new Set());
    this.after.get(before).add(after);
  }
  // Those that no order has room for; none when there is one.
  stuck() {
    const before = new Map([...this.after.keys()].map((one) => [one, 0]));
    for (const all of this.after.values()) for (const one of all) before.set(one, before.get(one) + 1);
    const ready = [...before].filter(([, count]) => count === 0).map(([one]) => one);
    while (ready.length > 0) {
      const one = ready.pop();
      before.delete(one);
      for (const next of this.after.get(one)) {
        before.set(next, before.get(next) - 1);
        if (before.get(next) === 0) ready.push(next);
      }
    }
    return [...before.keys()];
  }
}

// What was done, seen from the items: each keeps the names of the transactions that wrote it, in their order, so that
// what a transaction saw of an item tells between which two writes it stands.
function orderOf(history, items) {
  const order = new Order();
  for (const [, names] of items) for (let n = 1; n < names.length; ++n) order.add(names[n - 1], names[n]);
  for (const { name, seen } of history) {
    for (const [id, names] of seen ?? []) {
      const all = items.get(id) ?? [];
      assert.deepEqual(names, all.slice(0, names.length), `${name} saw of ${id} what never was`);
      if (names.length > 0) order.add(names.at(-1), name);
      if (names.length < all.length) order.add(name, all[names.length]);
    }
  }
  // Who was answered before another was asked for comes before it: along a line of moments.
  const moments = history.flatMap(({ name, asked, answered }) => [{ at: asked, name, begins: true }, { at: answered, name, begins: false }]);
  moments.sort((a, b) => a.at - b.at || Number(b.begins) - Number(a.begins));
  moments.forEach(({ name, begins }, n) => {
    if (n > 0) order.add(`moment ${n - 1}`, `moment ${n}`);
    if (begins) order.add(`moment ${n}`, name);
    else order.add(name, `moment ${n}`);
  });
  return order;
}

test('the check of orders finds what no order has', () => {
  const at = (asked, answered) => ({ asked, answered });
  const items = new Map([['a', ['one', 'two']], ['b', ['two', 'one']]]);
  assert.notDeepEqual(orderOf([{ name: 'one', ...at(0, 9) }, { name: 'two', ...at(0, 9) }], items).stuck(), []);
  const one = new Map([['a', ['one']], ['b', ['one']]]);
  const torn = { name: 'look', ...at(0, 9), seen: [['a', ['one']], ['b', []]] };
  assert.notDeepEqual(orderOf([{ name: 'one', ...at(0, 9) }, torn], one).stuck(), []);
  const stale = { name: 'look', ...at(5, 6), seen: [['a', []]] };
  assert.notDeepEqual(orderOf([{ name: 'one', ...at(0, 1) }, stale], one).stuck(), []);
  const fine = { name: 'look', ...at(0, 6), seen: [['a', []], ['b', []]] };
  assert.deepEqual(orderOf([{ name: 'one', ...at(0, 9) }, fine], one).stuck(), []);
});

test('what 64 clients do in transactions has an order', async (t) => {
  const random = randomFrom(seedFor(t));
  const ids = Array.from({ length: 8 }, (_, n) => `listed-${n}`);
  const some = () => [...new Set([0, 1, 2].map(() => ids[Math.floor(random() * ids.length)]))];
  const history = [];
  await atOnce(async (client) => {
    for (let n = 0; n < 8; ++n) {
      const name = `${client}-${n}`;
      const touched = some();
      const asked = performance.now();
      const one = { name, asked };
      if (random() < 0.35) {
        const { Responses } = await documents.send(new TransactGetCommand({ TransactItems: touched.map((id) => ({ Get: { TableName, Key: { id } } })) }));
        one.seen = touched.map((id, at) => [id, Responses[at].Item?.names ?? []]);
      } else {
        const append = (id) => ({ TableName, Key: { id }, UpdateExpression: 'SET #n = list_append(if_not_exists(#n, :none), :name)',
          ExpressionAttributeNames: { '#n': 'names' }, ExpressionAttributeValues: { ':none': [], ':name': [name] } });
        if (random() < 0.3) {
          // By itself, and it tells what it found.
          const { Attributes } = await documents.send(new UpdateCommand({ ...append(touched[0]), ReturnValues: 'ALL_OLD' }));
          one.found = [touched[0], Attributes?.names ?? []];
        } else {
          await documents.send(new TransactWriteCommand({ TransactItems: touched.map((id) => ({ Update: append(id) })) }));
        }
      }
      history.push({ ...one, answered: performance.now() });
    }
  });
  const items = new Map();
  for (const id of ids) items.set(id, (await documents.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }))).Item?.names ?? []);
  const written = [...items.values()].flat();
  for (const { name, seen, found } of history) {
    assert.equal(written.includes(name), !seen, name);
    if (found) assert.deepEqual(items.get(found[0]).slice(0, found[1].length + 1), [...found[1], name], name);
  }
  assert.deepEqual(orderOf(history, items).stuck(), []);
});
