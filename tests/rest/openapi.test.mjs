// SPDX-License-Identifier: Apache-2.0
// The OpenAPI document is one, in the eyes of a validator that nobody here wrote. That answers are as it says is held by
// lib/rest.mjs, for every answer of the other tests.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';

import { documentOf } from '../lib/openapi.mjs';
import { Server } from '../lib/s3.mjs';

const server = await Server.start({ after });
const api = await documentOf(server);
const { document } = api;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })));

test('it is a valid document of OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document));
  assert.ok(result.valid, JSON.stringify(result.errors, null, 1));
  assert.equal(validator.version, '3.1');
  assert.doesNotThrow(() => validator.resolveRefs(), 'every reference leads somewhere');
});

test('a document with a mistake is none', async () => {
  for (const spoil of [
    (one) => delete one.info.title, (one) => (one.paths['/v1/payments'].get.responses = []), (one) => (one.openapi = '3'),
    (one) => (one.paths['/v1/payments'].get.parameters[0].in = 'nowhere')]) {
    const spoilt = structuredClone(document);
    spoil(spoilt);
    assert.equal((await new Validator().validate(spoilt)).valid, false, spoil.toString());
  }
});

test('what no schema of OpenAPI checks', () => {
  const names = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(names).size, names.length, 'each operation has a name of its own');
  for (const { path, operation } of operations) {
    const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
    assert.deepEqual(inPath, [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name), path);
    for (const security of operation.security ?? document.security)
      for (const name of Object.keys(security)) assert.ok(document.components.securitySchemes[name], name);
  }
});

// Strict: a keyword that is misspelt, or means nothing for its type, is no schema.
test('its schemas are schemas of JSON Schema 2020-12, whose examples and defaults they take', () => {
  const schemas = [...Object.entries(document.components.schemas),
    ...operations.flatMap(({ path, operation }) => (operation.parameters ?? []).map(({ name, schema }) => [`${path} ${name}`, schema]))];
  let examples = 0;
  const visit = (name, schema) => {
    api.validatorOf(schema);
    for (const value of [...(schema.examples ?? []), ...('default' in schema ? [schema.default] : [])]) {
      api.expect(schema, value, `an example of ${name}`);
      ++examples;
    }
    for (const [member, one] of Object.entries(schema.properties ?? {})) visit(`${name}.${member}`, one);
    if (schema.items) visit(`${name}[]`, schema.items);
  };
  for (const [name, schema] of schemas) visit(name, schema);
  assert.ok(examples > 10, `${examples} examples`);
});
