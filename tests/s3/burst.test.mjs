// SPDX-License-Identifier: Apache-2.0
// Many more connections at once than the server keeps: it refuses them in S3's words, serves those that it has, and
// is afterwards what it was before. CAUDAL_BIG_TESTS=1 makes it 100,000.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';

import { Server, bytesOf, eventually, exchange } from '../lib/s3.mjs';

const total = process.env.CAUDAL_BIG_TESTS ? 100_000 : 6_000;
const wave = 2_000;
const limit = 300;
const sources = 16; // addresses of this machine, each of which has some 28,000 ports to offer

// One connection that asks for something and stays: 'served', 'refused' (503 or at once closed), or what else came.
// `keep` gets what is to be closed.
function ask(url, n, keep) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let received = '';
    const socket = net.connect({ host: hostname, port: Number(port), localAddress: `127.0.0.${2 + (n % sources)}` });
    keep.push(socket);
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write('GET /healthz HTTP/1.1\r\nHost: burst\r\n\r\n'));
    socket.on('data', (data) => {
      received += data;
      if (received.startsWith('HTTP/1.1 200 ')) resolve('served');
    });
    socket.on('error', (error) => {
      if (received === '') resolve(['ECONNRESET', 'EPIPE'].includes(error.code) ? 'refused' : error.code);
    });
    socket.on('close', () => {
      const told = /^HTTP\/1\.1 503 /.test(received) && received.includes('<Code>SlowDown</Code>');
      resolve(told || received === '' ? 'refused' : received);
    });
  });
}

async function residentBytes(server) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${server.process.pid}/status`, 'utf8'))[1]) * 1024;
}

async function metric(server, name) {
  const { body } = await exchange(server.url, { path: '/metrics' });
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(body)[1]);
}

// `count` connections at once, all of which are gone when it resolves; how many were served and refused.
async function burst(server, first, count) {
  const sockets = [];
  const outcomes = await Promise.all(Array.from({ length: count }, (_, n) => ask(server.url, first + n, sockets)));
  for (const socket of sockets) socket.resetAndDestroy(); // so that no port stays taken
  const others = new Set(outcomes.filter((outcome) => !['served', 'refused'].includes(outcome)));
  assert.deepEqual([...others], [], 'neither served nor refused');
  const served = outcomes.filter((outcome) => outcome === 'served').length;
  return { served, refused: count - served };
}

test(`${total} connections in a burst are served or refused, and leave nothing behind`, { timeout: 120_000 }, async (t) => {
  const server = await Server.start(t, { env: { CAUDAL_SERVER_CONNECTIONS: String(limit) } });
  server.expected.push(/SlowDown/, /"status":503/);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const calm = server.client({ requestHandler: { httpAgent: agent } }); // on one connection that it has from the beginning
  const Bucket = await server.bucket({ client: calm });
  await calm.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'still here' }));
  const get = async (client) => (await bytesOf(await client.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toString();
  await burst(server, 0, wave); // what a first burst leaves is not a leak: threads, pools, buffers of the allocator
  const before = await eventually(() => residentBytes(server).catch(() => 0));
  const count = { served: 0, refused: 0 };
  for (let asked = 0; asked < total; asked += wave) {
    const [{ served, refused }, answer] = await Promise.all([burst(server, asked, wave), get(calm)]);
    assert.equal(answer, 'still here', 'who is connected is served meanwhile');
    assert.ok(served < limit && refused >= wave - limit, `${served} served, ${refused} refused`);
    count.served += served;
    count.refused += refused;
  }
  assert.equal(count.served + count.refused, total);
  await eventually(async () => {
    const open = await metric(server, 'caudal_http_connections').catch(() => limit);
    return open <= 4;
  });
  assert.equal(await get(server.client()), 'still here', 'and so is who comes afterwards');
  assert.ok((await metric(server, 'caudal_http_connections_refused_total')) >= count.refused);
  const after = await residentBytes(server);
  assert.ok(after - before < 16e6, `it had ${before / 1e6} MB before, and ${after / 1e6} MB after`);
});
