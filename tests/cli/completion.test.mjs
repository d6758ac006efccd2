// SPDX-License-Identifier: Apache-2.0
// Completion, by really completing in bash.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Lake, binary } from '../lib/caudal.mjs';

// What bash offers for a line that ends in the word being typed.
function complete(lake, words) {
  const script = `
    source <("$CAUDAL" completion bash) || exit 1
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}
    compopt() { :; }  # bash allows it only while it completes at a prompt
    _caudal caudal "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ran = spawnSync('bash', ['-c', script, 'bash', ...words], { cwd: lake.work, env: { ...lake.env, CAUDAL: binary }, encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stderr, '');
  return ran.stdout.split('\n').filter((line) => line !== '');
}

test('bash completes commands, options, values and files', async (t) => {
  const lake = await Lake.create(t);
  await lake.write('tb_faturas_202401.csv', 'x');
  await mkdir(path.join(lake.work, 'folder'));
  assert.deepEqual(complete(lake, ['caudal', 'ob']), ['objects']);
  assert.deepEqual(complete(lake, ['caudal', 'objects', 'ver']), ['versions']);
  assert.deepEqual(complete(lake, ['caudal', '--data', 'folder', 'objects', 'l']), ['ls']);
  assert.deepEqual(complete(lake, ['caudal', 'objects', 'ls', '--rec']), ['--recursive']);
  assert.deepEqual(complete(lake, ['caudal', 'objects', 'ls', '--output', '']), ['table', 'csv', 'json']);
  assert.deepEqual(complete(lake, ['caudal', 'objects', 'ls', '--output', '=', 'j']), ['json']);
  assert.deepEqual(complete(lake, ['caudal', 'completion', 'z']), ['zsh']);
  assert.deepEqual(complete(lake, ['caudal', 'objects', 'put', 'tb_']), ['tb_faturas_202401.csv']);
  assert.deepEqual(complete(lake, ['caudal', '--data', 'fo']), ['folder']);
  assert.ok(!complete(lake, ['caudal', '']).includes('docs'), 'hidden commands are not offered');
});

for (const shell of ['zsh', 'fish']) {
  test(`the script for ${shell} is one that ${shell} reads`, async (t) => {
    const lake = await Lake.create(t);
    const script = await lake.ok('completion', shell);
    assert.match(script, /objects/);
    if (spawnSync('which', [shell]).status !== 0) return t.skip(`${shell} is not installed`);
    const ran = spawnSync(shell, ['-n', await lake.write('script', script)], { encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stderr);
  });
}
