// SPDX-License-Identifier: Apache-2.0
// A disk that fills under a server: what does not fit is refused and leaves nothing, what is there stays readable, and
// when there is room again it goes on without a restart.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';

import { Lake } from '../lib/caudal.mjs';
import { Server, bytesOf, md5 } from '../lib/s3.mjs';

const canMount = process.getuid() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

test('a full disk is refused, loses nothing, and works again when there is room',
  { skip: canMount ? false : 'needs root and mount namespaces, to mount a small file system' }, async (t) => {
    const lake = await Lake.create(t);
    const mount = 'mkdir -p "$0" && mount -t tmpfs -o size=64m tmpfs "$0" && exec "$@"';
    const server = await Server.start(t, { lake, prefix: ['unshare', '-m', 'sh', '-c', mount, lake.data] });
    server.expected.push(/.*/); // what it logs of the full disk is its own business
    const Bucket = await server.bucket();
    const stored = new Map();
    // Until five in a row are refused.
    const fill = async (name, sizes) => {
      let refusals = 0;
      for (let n = 0; refusals < 5; ++n) {
        assert.ok(n < 300, 'the disk fills');
        const Key = `${name}${n}`;
        const Body = Buffer.alloc(sizes[n % sizes.length], n + 1);
        try {
          await server.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
          stored.set(Key, md5(Body));
          refusals = 0;
        } catch (error) {
          assert.equal(error.$metadata?.httpStatusCode, 507, `${error.name}: ${error.message}`);
          assert.match(error.message, /disk .* full/);
          ++refusals;
        }
      }
    };
    await fill('large', [2_000_000, 2_000_000, 200_000]);
    await fill('small', [20_000]); // and what is left between them
    const { Contents } = await server.s3.send(new ListObjectsV2Command({ Bucket }));
    assert.deepEqual(Contents.map(({ Key }) => Key).sort(), [...stored.keys()].sort(), 'what was refused is not there');
    for (const [Key, digest] of stored) {
      assert.equal(md5(await bytesOf(await server.s3.send(new GetObjectCommand({ Bucket, Key })))), digest, Key);
    }
    for (const Key of [...stored.keys()].slice(0, 12)) await server.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await server.s3.send(new PutObjectCommand({ Bucket, Key: 'again', Body: Buffer.alloc(2_000_000, 'x') }));
    const again = await bytesOf(await server.s3.send(new GetObjectCommand({ Bucket, Key: 'again' })));
    assert.equal(again.length, 2_000_000);
    await server.stop();
  });
