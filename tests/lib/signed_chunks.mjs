// SPDX-License-Identifier: Apache-2.0
// Uploads in chunks that are each signed, by Node's own crypto and the rules that AWS publishes ("Transferring Payload in
// Multiple Chunks" and "Signature calculations for trailing headers"). Neither the SDK nor Caudal's own code is in it.
//
//   const upload = new SignedChunks({ credentials, region, time, method: 'PUT', path, headers, trailer });
//   const body = upload.body([Buffer.from('first'), Buffer.from('second')]);   // with the chunk of nothing at its end
//   send upload.headers and body
import { createHash, createHmac } from 'node:crypto';

const hex = (data) => createHash('sha256').update(data).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const nothing = hex('');

// "20130524T000000Z".
export const stamp = (date) => date.toISOString().replace(/[-:]|\.\d{3}/g, '');

export class SignedChunks {
  // `query`: encoded, its parameters in order of name. `headers`: those to be sent and signed, in lower case, among them host and x-amz-decoded-content-length. `trailer`:
  // ['x-amz-checksum-crc32c', 'sOO8/Q=='] for a signed trailer.
  constructor({ credentials, region, time, method, path, query = '', headers, trailer }) {
    this.trailer = trailer;
    this.time = time;
    this.scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
    this.key = [time.slice(0, 8), region, 's3', 'aws4_request'].reduce(hmac, `AWS4${credentials.secretAccessKey}`);
    const all = {
      ...headers, 'x-amz-date': time,
      'x-amz-content-sha256': `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`,
      ...(trailer ? { 'x-amz-trailer': trailer[0] } : {}) };
    const names = Object.keys(all).sort();
    const canonical = [method, path, query, ...names.map((name) => `${name}:${all[name]}`), '', names.join(';'), all['x-amz-content-sha256']];
    this.seed = this.sign(['AWS4-HMAC-SHA256', time, this.scope, hex(canonical.join('\n'))]);
    this.last = this.seed;
    this.headers = { ...all, authorization:
      `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${this.scope},SignedHeaders=${names.join(';')},Signature=${this.seed}` };
  }

  sign(lines) {
    return hmac(this.key, lines.join('\n')).toString('hex');
  }

  // One chunk, signed after the one before. Empty: the last one.
  chunk(data) {
    this.last = this.sign(['AWS4-HMAC-SHA256-PAYLOAD', this.time, this.scope, this.last, nothing, hex(data)]);
    return Buffer.concat([Buffer.from(`${data.length.toString(16)};chunk-signature=${this.last}\r\n`), data, Buffer.from('\r\n')]);
  }

  // What follows the last chunk where there is a trailer; it stands in the place of that chunk's own line end.
  end() {
    const [name, value] = this.trailer;
    this.last = this.sign(['AWS4-HMAC-SHA256-TRAILER', this.time, this.scope, this.last, hex(`${name}:${value}\n`)]);
    return Buffer.from(`${name}:${value}\r\nx-amz-trailer-signature:${this.last}\r\n\r\n`);
  }

  // All of it.
  body(pieces) {
    const chunks = pieces.map((piece) => this.chunk(piece));
    const final = this.chunk(Buffer.alloc(0));
    if (!this.trailer) return Buffer.concat([...chunks, final]);
    return Buffer.concat([...chunks, final.subarray(0, final.length - 2), this.end()]);
  }
}
