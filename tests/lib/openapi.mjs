// SPDX-License-Identifier: Apache-2.0
// What an OpenAPI 3.1 document says of requests and answers, held against those that were really sent, with a validator of
// JSON Schema that nobody here wrote.
//
//   const document = await documentOf(server);
//   document.hold({ method, target, type, body }, answer);      // an answer of lib/rest.mjs
import assert from 'node:assert/strict';
import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020.js';

import { exchange } from './s3.mjs';

const documents = new WeakMap(); // server → a promise of its document, which a restart does not change

export function documentOf(server) {
  if (!documents.has(server)) {
    documents.set(server, exchange(server.url, { path: '/v1/openapi.json' }).then(({ body }) => new ApiDocument(JSON.parse(body))));
  }
  return documents.get(server);
}

export class ApiDocument {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv2020({ strict: true, allErrors: true });
    addFormats(this.ajv);
    // Answers may have more one day; today they have what is told.
    this.closed = structuredClone(document.components);
    for (const schema of Object.values(this.closed.schemas)) if (schema.properties) schema.additionalProperties ??= false;
    this.ajv.addVocabulary(['components']);
    this.compiled = new Map();
    this.paths = Object.keys(document.paths)
      .sort((one, other) => one.split('{').length - other.split('{').length)
      .map((path) => [path, new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`)]);
  }

  // Of a schema of the document: its references lead to the document's own components.
  validatorOf(schema) {
    const key = JSON.stringify(schema);
    if (!this.compiled.has(key)) this.compiled.set(key, this.ajv.compile({ ...schema, components: this.closed }));
    return this.compiled.get(key);
  }

  expect(schema, value, what) {
    const validate = this.validatorOf(schema);
    assert.ok(validate(value), `${what} is not as the document says: ${this.ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`);
  }

  operationOf(method, target) {
    const { pathname } = new URL(target, 'http://localhost');
    const found = this.paths.find(([, pattern]) => pattern.test(pathname));
    return found && this.document.paths[found[0]][method === 'HEAD' ? 'get' : method.toLowerCase()];
  }

  // `sent`: method, target, type and body of a request. What no operation is for has a problem for an answer.
  hold(sent, answer) {
    const what = `the answer ${answer.status} to ${sent.method} ${sent.target}`;
    const operation = this.operationOf(sent.method, sent.target);
    if (!operation) return answer.json && this.expect({ $ref: '#/components/schemas/Problem' }, answer.json, what);
    const told = operation.responses[answer.status];
    assert.ok(told, `${what} is not in the document`);
    const type = (answer.headers['content-type'] ?? '').split(';')[0];
    if (answer.body !== '') assert.ok(told.content?.[type], `${what} of ${type} is not in the document`);
    if (answer.json !== undefined) this.expect(told.content[type].schema, answer.json, what);
    if (answer.status < 300) this.holdRequest(operation, sent);
  }

  // What was taken is what the document says that is taken.
  holdRequest(operation, { type, body, method, target }) {
    const schema = operation.requestBody?.content[type]?.schema;
    if (!body || !schema) return;
    if (type === 'application/json') this.expect(schema, JSON.parse(body), `what ${method} ${target} took`);
  }
}
