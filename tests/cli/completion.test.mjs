// SPDX-License-Identifier: Apache-2.0
// Completion, by really completing in each of the shells; zsh and fish only where they are installed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Lake, binary, repository, temporaryFolder } from '../lib/caudal.mjs';

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

// Lines that end where TAB is pressed, and all that is offered there.
const lines = [
  ['caudal ob', ['objects']],
  ['caudal objects ver', ['versions']],
  ['caudal --data folder objects l', ['ls']],
  ['caudal objects ls --rec', ['--recursive']],
  ['caudal objects ls --output ', ['csv', 'json', 'table']],
  ['caudal completion z', ['zsh']],
  ['caudal objects put tb_', ['tb_faturas_202401.csv']],
  ['caudal --data fo', ['folder']],
];

async function lakeWithFiles(t) {
  const lake = await Lake.create(t);
  await lake.write('tb_faturas_202401.csv', 'x');
  await mkdir(path.join(lake.work, 'folder'));
  return lake;
}

function installed(t, shell) {
  if (spawnSync('which', [shell]).status === 0) return true;
  t.skip(`${shell} is not installed: apt-get install ${shell}`);
  return false;
}

function offers(lake, shell, args) {
  const ran = spawnSync(shell, args, { cwd: lake.work, env: { ...lake.env, CAUDAL: binary, TERM: 'dumb' }, encoding: 'utf8', timeout: 60_000 });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout.split('\n').filter((line) => line !== '');
}

// Sourced by the user, and as a file of $fpath, as the Debian package installs it.
for (const way of ['sourced', 'autoloaded']) {
  test(`zsh completes when the script is ${way}`, async (t) => {
    if (!installed(t, 'zsh')) return;
    const lake = await lakeWithFiles(t);
    const driver = path.join(repository, 'tests/lib/complete.zsh');
    for (const [line, expected] of [...lines, ['caudal objects ls --output=j', ['json']]]) {
      const folder = await temporaryFolder(t);
      assert.deepEqual(offers(lake, 'zsh', ['-f', driver, way, line, folder]), expected, line);
    }
    const all = offers(lake, 'zsh', ['-f', driver, way, 'caudal ', await temporaryFolder(t)]);
    assert.ok(all.includes('flows') && !all.includes('docs'), all.join(' '));
  });
}

test('fish completes', async (t) => {
  if (!installed(t, 'fish')) return;
  const lake = await lakeWithFiles(t);
  const complete = (line) => offers(lake, 'fish', ['--no-config', '-c', '$CAUDAL completion fish | source; complete -C $argv[1]', '--', line])
    .map((offer) => offer.split('\t')[0].replace(/\/$/, '')).sort();
  for (const [line, expected] of [...lines, ['caudal objects ls --output=j', ['--output=json']]])
    assert.deepEqual(complete(line), expected, line);
  const all = complete('caudal ');
  assert.ok(all.includes('flows') && !all.includes('docs'), all.join(' '));
});
