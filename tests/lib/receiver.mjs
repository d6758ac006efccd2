// SPDX-License-Identifier: Apache-2.0
// Receives notices as people would: a real SMTP server (npm's smtp-server) and an HTTP listener for a chat's webhook, both
// on loopback and on ports of their own.
//
//   const receiver = await Receiver.start({ httpStatuses: [503, 200] });
//   t.after(() => receiver.stop());
//   ... configure notices with receiver.smtpPort and receiver.webhookUrl, run something ...
//   const mail = await receiver.next('email');     // { from, to, headers, subject, text, secure, user }
//   const post = await receiver.next('chat');      // { path, headers, body } with the body's JSON read
import { createServer } from 'node:http';

import { SMTPServer } from 'smtp-server';

function decodeWords(value) {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, word) => `\u0000${word}\u0000`)
    .replace(/\u0000\u0000/g, '\u0001')
    .replace(/\u0000([^\u0000]*)\u0000/g, (_, words) =>
      Buffer.concat(words.split('\u0001').map((word) => Buffer.from(word, 'base64'))).toString('utf8'),
    );
}

function decodeQuotedPrintable(text) {
  const bytes = text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8').replace(/\r\n/g, '\n');
}

// The headers (names in lower case, unfolded, decoded) and the text of a message with one part.
export function readMail(raw) {
  const end = raw.indexOf('\r\n\r\n');
  const headers = {};
  for (const line of raw.slice(0, end).replace(/\r\n[ \t]/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = decodeWords(line.slice(colon + 1).trim());
  }
  return { headers, subject: headers.subject, text: decodeQuotedPrintable(raw.slice(end + 4)) };
}

export class Receiver {
  #received = [];
  #waiting = [];

  // options: smtpPort, httpPort (0: any free one), user and password (then a login is required), tls ({key, cert}; with
  // secure: true from the first byte, else STARTTLS), refuse (recipients that get 550), httpStatuses (one for each
  // request, the last again and again), onReceived(message).
  static async start(options = {}) {
    const receiver = new Receiver();
    receiver.onReceived = options.onReceived ?? (() => {});
    receiver.smtp = receiver.#smtpServer(options);
    receiver.http = receiver.#httpServer(options.httpStatuses ?? [200]);
    await new Promise((resolve, reject) => {
      receiver.smtp.on('error', () => {}); // a client that breaks off is the client's business
      receiver.smtp.server.once('error', reject);
      receiver.smtp.listen(options.smtpPort ?? 0, '127.0.0.1', resolve);
    });
    await new Promise((resolve, reject) => {
      receiver.http.once('error', reject);
      receiver.http.listen(options.httpPort ?? 0, '127.0.0.1', resolve);
    });
    return receiver;
  }

  get smtpPort() {
    return this.smtp.server.address().port;
  }

  get httpPort() {
    return this.http.address().port;
  }

  get webhookUrl() {
    return `http://127.0.0.1:${this.httpPort}/services/T0/B0/secret`;
  }

  // Everything received so far on 'email' or 'chat'.
  all(channel) {
    return this.#received.filter((message) => message.channel === channel);
  }

  // The next message of the channel that was not asked for yet; fails when none comes in time.
  async next(channel, timeoutMs = 20_000) {
    const ready = this.#received.find((message) => message.channel === channel && !message.taken);
    if (ready) {
      ready.taken = true;
      return ready;
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${channel} within ${timeoutMs} ms`)), timeoutMs);
      this.#waiting.push({ channel, resolve, timer });
    });
  }

  async stop() {
    for (const waiting of this.#waiting) clearTimeout(waiting.timer);
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
    await new Promise((resolve) => this.smtp.close(resolve));
  }

  #keep(message) {
    this.#received.push(message);
    this.onReceived(message);
    const index = this.#waiting.findIndex((waiting) => waiting.channel === message.channel);
    if (index < 0) return;
    const [waiting] = this.#waiting.splice(index, 1);
    clearTimeout(waiting.timer);
    message.taken = true;
    waiting.resolve(message);
  }

  #smtpServer({ user, password, tls, secure = false, refuse = [] }) {
    return new SMTPServer({
      ...tls,
      secure,
      disabledCommands: [...(user ? [] : ['AUTH']), ...(tls ? [] : ['STARTTLS'])],
      authOptional: !user,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      closeTimeout: 1000,
      logger: false,
      onAuth: (auth, session, done) =>
        auth.username === user && auth.password === password ? done(null, { user }) : done(new Error('wrong password')),
      onRcptTo: (address, session, done) =>
        refuse.includes(address.address) ? done(Object.assign(new Error('no such user'), { responseCode: 550 })) : done(),
      onData: (stream, session, done) => {
        const chunks = [];
        stream.on('data', (chunk) => chunks.push(chunk));
        stream.on('end', () => {
          this.#keep({
            channel: 'email',
            from: session.envelope.mailFrom.address,
            to: session.envelope.rcptTo.map((recipient) => recipient.address),
            secure: session.secure,
            user: session.user ?? null,
            ...readMail(Buffer.concat(chunks).toString('latin1')),
          });
          done();
        });
      },
    });
  }

  #httpServer(statuses) {
    let requests = 0;
    return createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const status = statuses[Math.min(requests++, statuses.length - 1)];
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        this.#keep({ channel: 'chat', path: request.url, headers: request.headers, status, body });
        response.writeHead(status, { 'Content-Type': 'text/plain' });
        response.end(status < 300 ? 'ok' : 'not now');
      });
    });
  }
}
