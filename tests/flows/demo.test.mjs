// SPDX-License-Identifier: Apache-2.0
// What `make demo` runs, on a smaller lender: it ends well, everything closes, and the book is shown.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';

import { Running, binary, repository, temporaryFolder } from '../lib/caudal.mjs';

test('the demonstration shows reconciled tables and the book', async (t) => {
  const folder = await temporaryFolder(t);
  const env = { ...process.env, CAUDAL_BINARY: binary, CAUDAL_DEMO: path.join(folder, 'demo'), CAUDAL_DEMO_CLIENTS: '60', NO_COLOR: '1' };
  const { code, stdout, stderr } = await new Running(path.join(repository, 'tools/demo'), [], { env, cwd: folder }).ended;
  assert.equal(code, 0, stdout + stderr);
  for (const table of ['tb_faturas', 'tb_pagamentos']) assert.match(stdout, new RegExp(`${table}.* true`));
  for (const period of ['U1M', 'U3M', 'U6M', 'U12M']) assert.match(stdout, new RegExp(`^ *${period}`, 'm'));
  assert.match(stdout, /caudal flows quarantine invoices/);
});

test('a folder that is not there is a usage error', async (t) => {
  const folder = await temporaryFolder(t);
  const env = { ...process.env, CAUDAL_BINARY: binary, CAUDAL_DEMO: path.join(folder, 'demo') };
  const { code, stderr } = await new Running(path.join(repository, 'tools/demo'), ['nowhere'], { env, cwd: folder }).ended;
  assert.equal(code, 2);
  assert.match(stderr, /no folder nowhere/);
});
