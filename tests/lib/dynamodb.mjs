// SPDX-License-Identifier: Apache-2.0
// Clients of DynamoDB, which nobody here wrote, for a Server of lib/s3.mjs.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SignatureV4 } from '@smithy/signature-v4';

import { Sha256, exchange, region, rootKey, sha256 } from './s3.mjs';

// One attempt for each request: what is asked again may hide what went wrong first.
export function dynamodbOf(server, options = {}) {
  const client = new DynamoDBClient({ endpoint: server.url, region, credentials: rootKey, maxAttempts: 1, ...options });
  server.clients.push(client);
  return client;
}

// The same with plain values of JavaScript in place of typed ones.
export const documentsOf = (server, options) => DynamoDBDocumentClient.from(dynamodbOf(server, options));

const signer = new SignatureV4({ service: 'dynamodb', region, credentials: rootKey, sha256: Sha256, applyChecksum: false });

// A request that no SDK would send, signed by its signer. `body`: bytes or text as they are, or what is sent as JSON.
// Answers what was received, with the error's name (after the '#', `prefix` before it) and its message.
export async function askDynamodb(server, operation, body, { headers = {}, prefix = 'DynamoDB_20120810' } = {}) {
  const bytes = Buffer.from(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  const signed = await signer.sign({
    method: 'POST', protocol: 'http:', hostname: '127.0.0.1', port: server.port, path: '/', query: {}, body: bytes,
    headers: { host: `127.0.0.1:${server.port}`, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${prefix}.${operation}`,
      'x-amz-content-sha256': sha256(bytes), ...headers } });
  const answer = await exchange(server.url, { method: 'POST', path: '/', headers: signed.headers, body: bytes });
  const { __type = '#', message } = answer.status === 200 ? {} : JSON.parse(answer.body);
  const [namespace, type] = __type.split('#');
  return { ...answer, namespace, type, message };
}

// As x-amz-crc32 has it; Node has one of its own only since 20.15.
export function crc32(data) {
  let crc = ~0;
  for (const byte of Buffer.from(data)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
