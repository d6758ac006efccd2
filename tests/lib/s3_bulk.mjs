// SPDX-License-Identifier: Apache-2.0
// Many small objects in little time: signed by hand and written one behind the other on a few connections. An SDK takes a
// millisecond for each. For tests of what is done with many objects, never of how they are put.
import { createHash, createHmac } from 'node:crypto';
import net from 'node:net';

import { region, rootKey, sha256 } from './s3.mjs';

const hmac = (key, text) => createHmac('sha256', key).update(text);

// Answers the head and body of PUT for a key that needs no encoding, with the body "x".
function signer(server) {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const key = [day, region, 's3', 'aws4_request'].reduce((so, part) => hmac(so, part).digest(), `AWS4${rootKey.secretAccessKey}`);
  const host = new URL(server.url).host;
  const payload = sha256('x');
  const signed = `host:${host}\nx-amz-content-sha256:${payload}\nx-amz-date:${time}\n\nhost;x-amz-content-sha256;x-amz-date\n${payload}`;
  return (path) => {
    const request = createHash('sha256').update(`PUT\n${path}\n\n${signed}`).digest('hex');
    const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${request}`).digest('hex');
    return `PUT ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nx-amz-date: ${time}\r\nx-amz-content-sha256: ${payload}\r\n`
      + `Authorization: AWS4-HMAC-SHA256 Credential=${rootKey.accessKeyId}/${scope}, `
      + `SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}\r\n\r\nx`;
  };
}

// Puts those of `paths` that fall to one connection, `depth` of them under way. Resolves when all were answered 200.
function putOn(server, sign, paths, depth) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.port, '127.0.0.1');
    let sent = 0;
    let answered = 0;
    let rest = '';
    const send = () => {
      const until = Math.min(paths.length, answered + depth);
      if (sent < until) socket.write(paths.slice(sent, until).map(sign).join(''));
      sent = Math.max(sent, until);
    };
    socket.setEncoding('latin1');
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`closed after ${answered} of ${paths.length} answers: ${rest}`)));
    socket.on('data', (data) => {
      const heads = (rest + data).split('\r\n\r\n');
      rest = heads.pop();
      const refused = heads.find((head) => !head.startsWith('HTTP/1.1 200 '));
      if (refused) return socket.destroy(new Error(refused));
      answered += heads.length;
      if (answered === paths.length) {
        socket.removeAllListeners('close');
        socket.end(resolve);
      } else if (sent - answered <= depth / 2) {
        send();
      }
    });
  });
}

// Puts an object of one byte under each of `keys`, which need no encoding in a path.
export async function putMany(server, bucket, keys, { connections = 64, depth = 4 } = {}) {
  const sign = signer(server);
  const share = Math.ceil(keys.length / connections);
  await Promise.all(Array.from({ length: connections }, (_, i) => {
    const paths = keys.slice(i * share, (i + 1) * share).map((key) => `/${bucket}/${key}`);
    return paths.length > 0 ? putOn(server, sign, paths, depth) : undefined;
  }));
}
