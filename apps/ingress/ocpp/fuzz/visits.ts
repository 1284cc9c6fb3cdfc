import { connect } from 'node:net';
import { basicAuthentication } from '../../harness-charger.js';
import type { SeededDevice } from '../../ingress-harness.js';
import { excerpt, FuzzFailure } from './failure.js';
import type { Random } from './random.js';

const statuses = new Set([101, 400, 401, 403, 404, 413, 414, 426, 431, 503]);

/** One visit at the door: sends the bytes, hangs up, and looks at what came back. */
export async function visit(
  port: number,
  device: SeededDevice,
  number: number,
  random: Random,
  marker: string,
): Promise<void> {
  const bytes = random.chance(0.25) ? garbage(random, device) : Buffer.from(request(random, device, marker));
  const answer = await exchange(port, bytes, number);
  if (answer.includes(marker))
    throw new FuzzFailure(number, `an answer repeats a secret: ${excerpt(answer)}`);
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
  if (answer !== '' && !statuses.has(Number(status)))
    throw new FuzzFailure(
      number,
      `an answer out of place: ${excerpt(answer)}\n  sent: ${excerpt(String(bytes))}`,
    );
}

/** Everything the edge says until it closes, or until it let us in and we leave. */
function exchange(port: number, bytes: Buffer, number: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    let late: NodeJS.Timeout | undefined;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      heard += chunk;
      if (heard.startsWith('HTTP/1.1 101')) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(late);
      resolve(heard);
    });
    socket.once('connect', () => {
      // From here on: how long the kernel keeps somebody waiting who asks for a connection is not the edge's doing.
      late = setTimeout(() => {
        socket.destroy();
        const found = `the edge kept a dead visitor for 10 s and said ${heard.length} characters`;
        reject(new FuzzFailure(number, `${found}\n  sent: ${excerpt(String(bytes))}`));
      }, 10_000);
      socket.end(bytes);
    });
  });
}

function request(random: Random, device: SeededDevice, marker: string): string {
  const { identity } = device;
  const paths = [
    `/ocpp/${identity}`,
    `/ocpp/${identity}`,
    `/ocpp/${[...identity].map((each) => `%${(each.codePointAt(0) ?? 0).toString(16)}`).join('')}`,
    '/ocpp/',
    '/ocpp',
    '/',
    '',
    '*',
    `/ocpp/${marker}`,
    `/ocpp/${'x'.repeat(4_000)}`,
    `/ocpp/${'%41'.repeat(6_000)}`,
    '/ocpp/%',
    '/ocpp/%E0%A4%A',
    '/ocpp/%00',
    '/ocpp/%ff%fe',
    `/ocpp/../ocpp/${identity}`,
    `/ocpp//${identity}`,
    `/ocpp/${identity}/`,
    `/ocpp/${identity}?a=${marker}#b`,
    `http://example.test/ocpp/${identity}`,
    '/ocpp/💡',
    '/ocpp/__proto__',
  ];
  const protocols = [
    'ocpp1.6',
    'ocpp2.0.1',
    'ocpp2.1, ocpp1.6',
    '',
    ',,,',
    'ocpp9',
    'OCPP1.6',
    'constructor',
    `${marker}, ocpp1.6`,
    'ocpp1.6,'.repeat(500),
  ];
  const authorizations = [
    basicAuthentication(device),
    basicAuthentication(device),
    basicAuthentication({ ...device, secret: marker }),
    'Basic',
    'Basic ====',
    `Basic ${Buffer.from(marker).toString('base64')}`,
    `Bearer ${marker}`,
    `Digest username="${marker}"`,
    'Basic \u0001',
  ];
  const keys = ['dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ==', '', 'short', 'x'.repeat(3_000)];
  const headers = [
    'Host: localhost',
    `Connection: ${random.of(['Upgrade', 'Upgrade', 'keep-alive, Upgrade', 'close', ''])}`,
    `Upgrade: ${random.of(['websocket', 'websocket', 'WebSocket', 'h2c', ''])}`,
    `Sec-WebSocket-Version: ${random.of(['13', '13', '13', '8', '99999999999', 'x', ''])}`,
    `Sec-WebSocket-Key: ${random.of(keys)}`,
    `Sec-WebSocket-Protocol: ${random.of(protocols)}`,
    `Authorization: ${random.of(authorizations)}`,
    random.of([
      'X-A: b',
      `Cookie: ${marker}`,
      `X-${'a'.repeat(200)}: ${'b'.repeat(20_000)}`,
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      ': empty',
      'No colon',
      'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99',
    ]),
  ].filter(() => random.chance(0.97));
  const method = random.of(['GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'POST', 'CONNECT', 'PRI', 'get', '']);
  const version = random.of([
    'HTTP/1.1',
    'HTTP/1.1',
    'HTTP/1.1',
    'HTTP/1.1',
    'HTTP/1.0',
    'HTTP/2.0',
    'HTTP/9',
    '',
  ]);
  const text = `${method} ${random.of(paths)} ${version}\r\n${headers.join('\r\n')}\r\n\r\n`;
  return random.chance(0.05) ? text.slice(0, random.under(text.length)) : text;
}

/** Bytes that are no HTTP, or a good upgrade with bytes behind it that are no WebSocket frames. */
function garbage(random: Random, device: SeededDevice): Buffer {
  const noise = random.bytes(random.of([0, 1, 3, 16, 300, 5_000]));
  const tls = Buffer.from('16030100c8010000c40303', 'hex');
  const frames = [
    noise,
    // A length of 2^63, a reserved bit, an unmasked text, a close of one byte, invalid UTF-8, an endless fragment.
    Buffer.from('81ff8000000000000000', 'hex'),
    Buffer.from('f1850000000041424344', 'hex'),
    Buffer.from('8103414243', 'hex'),
    Buffer.from('88810000000001', 'hex'),
    Buffer.from('81820000000000fffe', 'hex'),
    Buffer.from('01810000000041', 'hex'),
  ];
  if (random.chance(0.5)) return Buffer.concat([random.of([noise, tls]), noise]);
  const upgrade = [
    `GET /ocpp/${device.identity} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: ocpp1.6',
    `Authorization: ${basicAuthentication(device)}`,
  ].join('\r\n');
  return Buffer.concat([Buffer.from(`${upgrade}\r\n\r\n`), random.of(frames), random.of(frames)]);
}
