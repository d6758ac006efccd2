// SPDX-License-Identifier: Apache-2.0
// The reference documents are the program's own words.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Lake, repository } from '../lib/caudal.mjs';

for (const [name, file] of [['cli', 'docs/cli.md'], ['config', 'docs/configuration.md']]) {
  test(`${file} is what \`caudal docs ${name}\` prints`, async (t) => {
    const lake = await Lake.create(t);
    const printed = await lake.ok('docs', name);
    assert.equal(await readFile(path.join(repository, file), 'utf8'), printed, `out of date: build/dev/caudal docs ${name} > ${file}`);
  });
}
