// SPDX-License-Identifier: Apache-2.0
// Debian's AWS CLI, set up as a user would: by its environment alone.
//
//   const aws = new AwsCli(server);                               // of lib/s3.mjs
//   test('...', AwsCli.options, async () => assert.match(await aws.ok('s3', 'ls'), /lake$/m));
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

import { region, rootKey } from './s3.mjs';

const program = '/usr/bin/aws'; // Debian's, whatever else is on the path

export class AwsCli {
  // Of tests that need it.
  static options = existsSync(program) ? {} : { skip: `${program} is not there: apt-get install awscli` };

  constructor(server, credentials = rootKey) {
    this.server = server;
    this.credentials = credentials;
  }

  // Runs `aws ...args` to its end: {code, stdout, stderr}. Each run takes a second of Python.
  run(...args) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: this.server.lake.work, env: {
        PATH: '/usr/bin:/bin', HOME: this.server.lake.folder, LC_ALL: 'C.UTF-8', TZ: 'UTC', AWS_PAGER: '',
        AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: region, AWS_ACCESS_KEY_ID: this.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: this.credentials.secretAccessKey } });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (data) => (stdout += data));
      child.stderr.setEncoding('utf8').on('data', (data) => (stderr += data));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  // The version of Debian 12 does not read AWS_ENDPOINT_URL yet, and takes it as an option.
  async ok(...args) {
    const { code, stdout, stderr } = await this.run('--endpoint-url', this.server.url, ...args);
    assert.equal(code, 0, `aws ${args.join(' ')}\n${stdout}\n${stderr}`);
    return stdout;
  }

  async json(...args) {
    const text = await this.ok(...args, '--output', 'json');
    return text ? JSON.parse(text) : undefined;
  }
}
