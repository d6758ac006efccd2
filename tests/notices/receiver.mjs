// SPDX-License-Identifier: Apache-2.0
// tests/lib/receiver.mjs as a program, to look at notices by hand or from another language: first a line with the ports,
// then every message as a line of JSON.
//
//   node tests/notices/receiver.mjs [--smtp-port N] [--http-port N]      0, the default, takes a free one
import { parseArgs } from 'node:util';

import { Receiver } from '../lib/receiver.mjs';

const { values } = parseArgs({
  options: { 'smtp-port': { type: 'string', default: '0' }, 'http-port': { type: 'string', default: '0' } },
});
const print = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);
const receiver = await Receiver.start({
  smtpPort: Number(values['smtp-port']),
  httpPort: Number(values['http-port']),
  onReceived: print,
});
print({ listening: { smtp: receiver.smtpPort, http: receiver.httpPort, webhook: receiver.webhookUrl } });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => receiver.stop().then(() => process.exit(0)));
