// SPDX-License-Identifier: Apache-2.0
// Clients of DynamoDB, which nobody here wrote, for a Server of lib/s3.mjs.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

import { region, rootKey } from './s3.mjs';

// One attempt for each request: what is asked again may hide what went wrong first.
export function dynamodbOf(server, options = {}) {
  const client = new DynamoDBClient({ endpoint: server.url, region, credentials: rootKey, maxAttempts: 1, ...options });
  server.clients.push(client);
  return client;
}

// The same with plain values of JavaScript in place of typed ones.
export const documentsOf = (server, options) => DynamoDBDocumentClient.from(dynamodbOf(server, options));
