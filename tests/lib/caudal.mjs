// SPDX-License-Identifier: Apache-2.0
// Drives the finished binary as a user would: every test has a folder of its own, and the environment of the machine
// does not reach the program. CAUDAL_BINARY names the binary; without it build/dev/caudal is taken.
//
//   const lake = await Lake.create(t);                       // removed when test t ends
//   const { code, stdout, stderr } = await lake.run('sql', 'select 1 as one', '--output', 'json');
//   const rows = await lake.json('catalog', 'databases');    // fails the test unless it exits 0 with JSON on stdout
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = process.env.CAUDAL_BINARY ?? path.join(repository, 'build/dev/caudal');

// The seed of a randomised test: CAUDAL_SEED when given, else a new one. Printed, so that a failure can be repeated.
export function seedFor(t) {
  const seed = process.env.CAUDAL_SEED ? Number(process.env.CAUDAL_SEED) : Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed} (CAUDAL_SEED=${seed} repeats it)`);
  return seed;
}

// mulberry32: a small generator whose whole state is the seed. Answers numbers in [0, 1).
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// A folder that is removed, whatever its permissions became, when the test ends.
export async function temporaryFolder(t) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'caudal-blackbox-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

// A process that was started: its output so far, a promise of its end, and signals.
export class Running {
  constructor(command, args, options) {
    this.stdout = '';
    this.stderr = '';
    this.child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    const binaryOutput = options.binaryOutput ?? false;
    this.chunks = [];
    this.child.stdout.on('data', (data) => (binaryOutput ? this.chunks.push(data) : (this.stdout += data)));
    this.child.stderr.on('data', (data) => (this.stderr += data));
    if (!binaryOutput) this.child.stdout.setEncoding('utf8');
    this.child.stderr.setEncoding('utf8');
    this.child.stdin.on('error', () => {}); // the program may end without having read its input
    if (options.keepInput) this.child.stdin.write(options.input ?? '');
    else this.child.stdin.end(options.input ?? '');
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => resolve({ ...this.output(), code, signal }));
    });
  }

  output() {
    return { stdout: this.chunks.length > 0 ? Buffer.concat(this.chunks) : this.stdout, stderr: this.stderr };
  }

  get pid() {
    return this.child.pid;
  }

  async kill(signal = 'SIGKILL') {
    this.child.kill(signal);
    return this.ended;
  }

  // Resolves when stdout or stderr matches; fails with what was written when the process ends or time runs out first.
  async until(pattern, timeoutMs = 30_000) {
    const deadline = Date.now() + timeoutMs;
    let over = false;
    void this.ended.then(() => (over = true));
    for (;;) {
      const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (match) return match;
      assert.ok(!over && Date.now() < deadline,
        `${over ? 'ended' : 'timed out'} before writing ${pattern}\nstdout: ${this.stdout}\nstderr: ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

export class Lake {
  static async create(t, options = {}) {
    const lake = new Lake(t, await temporaryFolder(t), options);
    await mkdir(path.join(lake.folder, 'work'));
    return lake;
  }

  constructor(t, folder, options) {
    this.t = t;
    this.folder = folder;
    this.data = path.join(folder, 'data');
    this.work = path.join(folder, 'work'); // the current folder of every command
    this.env = { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C.UTF-8', TZ: 'UTC', NO_COLOR: '1', ...options.env };
    this.running = new Set();
    t.after(async () => {
      for (const process of this.running) await process.kill('SIGKILL');
    });
  }

  // Starts `caudal --data <data> ...args`. Options: input (text for stdin), keepInput (stdin stays open; its end is
  // child.stdin.end()), env, cwd, binaryOutput, prefix (a command
  // such as ['setpriv', ...] to start it under).
  start(args, options = {}) {
    assert.ok(existsSync(binary), `${binary} does not exist; build it, or set CAUDAL_BINARY`);
    const command = [...(options.prefix ?? []), binary, ...(options.noData ? [] : ['--data', this.data]), ...args];
    const env = { ...this.env, ...options.env };
    const running = new Running(command[0], command.slice(1), { cwd: this.work, ...options, env });
    this.running.add(running);
    void running.ended.then(() => this.running.delete(running), () => this.running.delete(running));
    return running;
  }

  // Runs to the end: {code, signal, stdout, stderr}.
  run(...args) {
    return this.start(args).ended;
  }

  runWith(options, ...args) {
    return this.start(args, options).ended;
  }

  // Runs to the end, which must be exit code 0; answers stdout.
  async ok(...args) {
    const result = await this.run(...args);
    assert.equal(result.code, 0, `caudal ${args.join(' ')} ended with ${result.code ?? result.signal}\n${result.stderr}`);
    return result.stdout;
  }

  // Runs to the end, which must be exit code `code` with stderr matching every one of `patterns`; answers the result.
  async fails(code, patterns, ...args) {
    const result = await this.run(...args);
    const seen = `caudal ${args.join(' ')}\nstdout: ${result.stdout}\nstderr: ${result.stderr}`;
    assert.equal(result.code, code, seen);
    for (const pattern of [patterns].flat()) assert.match(result.stderr, pattern, `expected ${pattern} on stderr\n${seen}`);
    return result;
  }

  // The rows that a command answers with --output json.
  async json(...args) {
    const text = await this.ok(...args, '--output', 'json');
    try {
      return JSON.parse(text);
    } catch (error) {
      return assert.fail(`caudal ${args.join(' ')} wrote no JSON (${error.message}): ${text.slice(0, 400)}`);
    }
  }

  sql(statement) {
    return this.json('sql', statement);
  }

  // Writes a file below the current folder of the commands; answers its path.
  async write(name, content) {
    const file = path.join(this.work, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  }

  // A second lake in the same state, for a test that needs to go two ways from one point.
  async copy() {
    const other = await this.constructor.create(this.t, { env: this.env, copied: true });
    await cp(this.data, other.data, { recursive: true });
    return other;
  }
}
