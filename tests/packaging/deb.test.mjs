// SPDX-License-Identifier: Apache-2.0
// The Debian package of the binary under test, really installed, served from, installed again, removed and purged: on a
// machine that is gone afterwards, so that this one stays as it is.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';

import { Running, binary, repository, temporaryFolder } from '../lib/caudal.mjs';
import { Machine, skip as noMachine } from '../lib/machine.mjs';

const build = path.dirname(binary);
const skip = existsSync(path.join(build, 'CPackConfig.cmake')) ? noMachine : `${build} is no build folder to make a package of`;
const service = '/lib/systemd/system/caudal.service';
const configuration = '/etc/caudal/caudal.yaml';

// What an installation touches, of this machine.
async function traces() {
  const places = ['/usr/bin/caudal', '/usr/lib/caudal', '/usr/share/caudal', '/etc/caudal', '/var/lib/caudal', service];
  const text = await Promise.all(['/etc/passwd', '/etc/group', '/var/lib/dpkg/status'].map((name) => readFile(name)));
  return [places.map(existsSync), text.map((bytes) => createHash('sha256').update(bytes).digest('hex'))];
}

// The settings of a unit, each with its values.
function settingsOf(unit) {
  const settings = {};
  for (const [, name, value] of unit.matchAll(/^(\w+)=(.*)$/gm)) (settings[name] ??= []).push(value);
  return settings;
}

// Starts what the unit starts, as whom and where it does so, with no more rights, and with what ProtectSystem=strict
// leaves writable. The port is any that is free, since another server may have the usual one.
async function startService(machine) {
  const unit = settingsOf(await machine.ok('cat', service));
  assert.deepEqual([unit.ProtectSystem, unit.PrivateTmp, unit.NoNewPrivileges, unit.CapabilityBoundingSet], [['strict'], ['yes'], ['yes'], ['']]);
  const state = `/var/lib/${unit.StateDirectory[0]}`;
  const before = `mount --rbind "$root" "$root"; mount -o remount,bind,ro "$root"
    mount --bind "$root${state}" "$root${state}"; mount -o remount,bind,rw "$root${state}"; mount -t tmpfs tmpfs "$root/tmp"`;
  const env = Object.fromEntries(unit.Environment.map((line) => line.split(/=(.*)/s, 2)));
  const process = machine.start(['setpriv', `--reuid=${unit.User[0]}`, `--regid=${unit.Group[0]}`, '--init-groups', '--no-new-privs',
    '--bounding-set=-all', '--inh-caps=-all', 'sh', '-c', `umask ${unit.UMask[0]}; cd ${unit.WorkingDirectory[0]}; exec ${unit.ExecStart[0]}`],
  { before, env: { ...env, CAUDAL_SERVER_PORT: '0' } });
  const [, url] = await process.until(/^serving .* on (http:\/\/\S+);/m);
  return { process, url };
}

async function answers(url) {
  for (const probe of ['/healthz', '/readyz']) assert.equal((await fetch(url + probe)).status, 200, probe);
}

test('the package installs, serves, keeps what is the user\'s, and goes', { skip }, async (t) => {
  const before = await traces();
  const folder = await temporaryFolder(t);
  // Not packed: that takes longer than all the rest.
  const made = await new Running(path.join(repository, 'packaging/make-deb'), [build, folder, '-D', 'CPACK_DEBIAN_COMPRESSION_TYPE=none'],
    { cwd: folder, env: process.env }).ended;
  assert.equal(made.code, 0, made.stderr);
  const [deb, ...others] = await readdir(folder);
  assert.deepEqual(others, []);
  const version = (await new Running(binary, ['version'], {}).ended).stdout;
  assert.equal(version.trim().split(' ')[1], deb.split('_')[1], 'the package has the version of the program');

  const machine = await Machine.start(t, { share: folder });
  // Images of Debian may leave manuals out.
  const install = () => machine.ok('dpkg', '--path-include=/usr/share/*', '--install', `/mnt/${deb}`);
  await install();

  await t.test('the program runs, with the flows that ship', async () => {
    assert.equal(await machine.ok('caudal', 'version'), version);
    const flows = JSON.parse(await machine.ok('caudal', 'flows', 'list', '--output', 'json'));
    assert.deepEqual(flows.map(({ flow, state }) => [flow, state]), [['invoices', 'ok'], ['payments', 'ok']]);
    assert.doesNotMatch(await machine.ok('ldd', '/usr/bin/caudal'), /not found/);
  });

  await t.test('the service has a user who cannot log in, and a folder that others cannot read', async () => {
    const [name, , , , , home, shell] = (await machine.ok('getent', 'passwd', 'caudal')).trim().split(':');
    assert.deepEqual([name, home, shell], ['caudal', '/var/lib/caudal', '/usr/sbin/nologin']);
    assert.equal(await machine.ok('stat', '--format=%U %G %a', '/var/lib/caudal'), 'caudal caudal 750\n');
    assert.equal(await machine.ok('dpkg-query', '--show', '--showformat=${Conffiles}', 'caudal').then((text) => text.trim().split(' ')[0]), configuration);
  });

  await t.test('the manual names every command, and the shells complete them', async () => {
    const manual = await machine.ok('gzip', '--decompress', '--stdout', '/usr/share/man/man1/caudal.1.gz');
    const commandsOf = async (...words) => {
      const help = await machine.ok('caudal', ...words, '--help');
      return help.includes('\nCommands:') ? [...help.split('\nCommands:')[1].split('\n\n')[0].matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name) : [];
    };
    const commands = await commandsOf();
    assert.ok(commands.length > 10, `${commands}`);
    for (const command of commands) {
      const line = [command, (await commandsOf(command)).join('|')].join(' ').trim();
      assert.ok(manual.includes(`\n.B ${line}`), `the manual lacks '${line}'`);
    }
    const places = { bash: '/usr/share/bash-completion/completions/caudal', zsh: '/usr/share/zsh/vendor-completions/_caudal',
      fish: '/usr/share/fish/vendor_completions.d/caudal.fish' };
    for (const [shell, place] of Object.entries(places)) {
      assert.equal(await machine.ok('cat', place), await machine.ok('caudal', 'completion', shell), place);
    }
  });

  const noSystemd = existsSync('/usr/bin/systemd-analyze') ? false : 'there is no systemd-analyze';
  await t.test('systemd finds nothing wrong with the unit', { skip: noSystemd }, async () => {
    const { code, stdout, stderr } = await machine.run('systemd-analyze', 'verify', service);
    assert.deepEqual([code, stdout + stderr], [0, '']);
  });

  await t.test('the unit\'s command serves as the unit\'s user, who writes nowhere else', async () => {
    const { process, url } = await startService(machine);
    await answers(url);
    const status = await readFile(`/proc/${process.pid}/status`, 'utf8');
    const uid = (await machine.ok('id', '--user', 'caudal')).trim();
    assert.match(status, new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, 'm'));
    assert.match(status, /^CapEff:\t0+$/m);
    assert.equal((await stat(`/proc/${process.pid}/exe`)).size, (await stat(`/proc/${machine.holder.pid}/root${machine.root}/usr/bin/caudal`)).size);
    process.child.kill('SIGHUP'); // what the unit's reload sends
    await answers(url);
    const { code, stderr } = await process.kill('SIGTERM');
    assert.equal(code, 0, stderr);
    assert.equal(await machine.ok('find', '/var/lib/caudal', '(', '!', '-user', 'caudal', '-o', '-perm', '/027', '-type', 'f', ')'), '',
      'all that it wrote is the user\'s, and nobody else can read it');
  });

  await t.test('installed again, the configuration that was changed and the lake are as they were', async () => {
    await machine.ok('sh', '-c', `echo 'server: {region: sa-east-1}' >>${configuration}`);
    const state = () => machine.ok('sh', '-c', `sha256sum ${configuration} $(find /var/lib/caudal -type f | sort)`);
    const was = await state();
    assert.match(was, /\/var\/lib\/caudal\/\S+/);
    await install();
    assert.equal(await state(), was);
    const { process, url } = await startService(machine);
    await answers(url);
    assert.equal((await process.kill('SIGTERM')).code, 0);
  });

  await t.test('removed, the program is gone and what the user changed stays; purged, the lake alone', async () => {
    await machine.ok('dpkg', '--remove', 'caudal');
    for (const gone of ['/usr/bin/caudal', '/usr/lib/caudal', '/usr/share/caudal', service]) assert.equal(await machine.has(gone), false, gone);
    assert.match(await machine.ok('cat', configuration), /sa-east-1/);
    const lake = () => machine.ok('find', '/var/lib/caudal', '-type', 'f');
    const was = await lake();
    const purged = await machine.run('dpkg', '--purge', 'caudal');
    assert.equal(purged.code, 0, purged.stderr);
    assert.match(purged.stderr, /\/var\/lib\/caudal holds your data and was left in place/);
    assert.equal(await machine.has('/etc/caudal'), false);
    assert.equal(await lake(), was);
    assert.notEqual((await machine.run('dpkg', '--status', 'caudal')).code, 0, 'dpkg knows no more of it');
  });

  assert.deepEqual(await traces(), before, 'this machine is as it was');
});
