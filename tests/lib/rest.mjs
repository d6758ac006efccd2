// SPDX-License-Identifier: Apache-2.0
// A client of Caudal's own API for a Server of lib/s3.mjs, signed by the AWS SDK's signer.
//
//   const api = restOf(server);                                   // of the root key; restOf(server, {credentials}) of another
//   const { status, headers, json } = await api.post('/v1/payments', payment, { 'idempotency-key': 'k' });
import assert from 'node:assert/strict';
import { SignatureV4 } from '@smithy/signature-v4';

import { documentOf } from './openapi.mjs';
import { Sha256, exchange, region, rootKey } from './s3.mjs';

export class RestClient {
  constructor(server, { credentials = rootKey, service = 'caudal' } = {}) {
    this.server = server;
    this.signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  }

  // `target`: path and query, encoded. `change` may spoil what was signed. Every answer of JSON is read, every refusal is
  // held to RFC 9457, and all of them to what the server's OpenAPI document says.
  async send(method, target, { headers = {}, body = '', change } = {}) {
    const url = new URL(target, this.server.url);
    const query = {};
    for (const name of new Set(url.searchParams.keys())) {
      const values = url.searchParams.getAll(name);
      query[name] = values.length > 1 ? values : values[0];
    }
    const signed = await this.signer.sign({
      method, protocol: 'http:', hostname: '127.0.0.1', port: this.server.port, path: url.pathname, body,
      query, headers: { host: `127.0.0.1:${this.server.port}`, ...headers } });
    change?.(signed);
    const answer = await exchange(this.server.url,
      { method, path: target, headers: signed.headers, body: body.length > 0 ? body : undefined });
    const read = readAnswer(answer);
    (await documentOf(this.server)).hold({ method, target, type: headers['content-type'], body }, read);
    return read;
  }

  get(target, headers) {
    return this.send('GET', target, { headers });
  }

  post(target, value, headers) {
    return this.send('POST', target,
      { headers: { 'content-type': 'application/json', ...headers }, body: typeof value === 'string' ? value : JSON.stringify(value) });
  }
}

export function readAnswer(answer) {
  const type = answer.headers['content-type'] ?? '';
  const json = type.includes('json') && answer.body !== '' ? JSON.parse(answer.body) : undefined;
  if (answer.status >= 400) {
    assert.equal(type, 'application/problem+json', answer.body);
    assert.equal(json?.status ?? answer.status, answer.status);
    if (json) {
      assert.match(json.type, /^\/v1\/docs#problem-[a-z-]+$/);
      assert.equal(json.instance, `urn:uuid:${answer.headers['x-request-id']}`);
      assert.ok(json.title && json.detail);
    }
  }
  return { ...answer, json, problem: json?.type?.replace('/v1/docs#problem-', '') };
}

export const restOf = (server, options) => new RestClient(server, options);
