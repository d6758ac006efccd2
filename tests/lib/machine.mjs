// SPDX-License-Identifier: Apache-2.0
// A machine to install things on: this one, with a layer above it that takes every change and is gone with the test. It
// is a mount namespace, so that nothing outside sees any of it; needs root.
//
//   const machine = await Machine.start(t, { share: folder });        // `folder` is /mnt there
//   const { code, stdout, stderr } = await machine.run('dpkg', '--install', '/mnt/caudal.deb');
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { Running, temporaryFolder } from './caudal.mjs';

// $own: an empty folder; $share: what is seen as /mnt.
const mounts = `set -e
mount -t tmpfs tmpfs "$own"
mkdir "$own/changes" "$own/work" "$own/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$own/changes,workdir=$own/work" "$own/root"
for folder in dev proc; do mount --rbind "/$folder" "$own/root/$folder"; done
mount --bind "$share" "$own/root/mnt"`;
const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
const inNamespace = (script) => ['unshare', ['--mount', 'sh', '-c', script]];

// For the option `skip` of a test: false, or why there can be no machine.
export const skip = (() => {
  if (process.getuid() !== 0) return 'needs root, to mount a layer over the file system';
  const [command, args] = inNamespace(`${mounts}\nchroot "$own/root" dpkg --version >/dev/null`);
  const tried = spawnSync(command, args, { env: { ...environment, own: '/mnt', share: '/mnt' }, encoding: 'utf8' });
  return tried.status === 0 ? false : `needs mount namespaces and overlayfs: ${tried.stderr ?? tried.error.message}`.trim();
})();

export class Machine {
  static async start(t, { share }) {
    const own = path.join(await temporaryFolder(t), 'machine');
    await mkdir(own);
    const [command, args] = inNamespace(`${mounts}\necho mounted\nexec cat`);
    // Lives until its input ends, and the mounts with it.
    const holder = new Running(command, args, { env: { ...environment, own, share }, keepInput: true });
    const machine = new Machine(holder, path.join(own, 'root'));
    t.after(async () => {
      for (const process of machine.running) await process.kill('SIGKILL');
      holder.child.stdin.end();
      await holder.ended;
    });
    await holder.until(/mounted/);
    return machine;
  }

  constructor(holder, root) {
    this.holder = holder;
    this.root = root; // as its own processes outside of it see it
    this.running = new Set();
  }

  // Starts a command there; `before` is a shell script that is run first, with mounts of its own, and sees $root.
  start(command, { before = ':', env = {} } = {}) {
    const script = `set -e; ${before}; exec env --ignore-environment "$@"`;
    const settings = Object.entries({ ...environment, ...env }).map(([name, value]) => `${name}=${value}`);
    const running = new Running('nsenter', [`--target=${this.holder.pid}`, '--mount', 'unshare', '--mount', 'sh', '-c', script, 'sh',
      ...settings, 'chroot', this.root, ...command], { env: { ...environment, root: this.root } });
    this.running.add(running);
    void running.ended.then(() => this.running.delete(running), () => this.running.delete(running));
    return running;
  }

  run(...command) {
    return this.start(command).ended;
  }

  // Runs to the end, which must be exit code 0; answers stdout.
  async ok(...command) {
    const { code, stdout, stderr } = await this.run(...command);
    assert.equal(code, 0, `${command.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  // Whether there is such a file or folder there.
  async has(name) {
    return (await this.run('test', '-e', name)).code === 0;
  }
}
