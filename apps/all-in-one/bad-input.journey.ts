import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { WebSocket } from 'ws';
import { openRawSocket, type RawSocket } from '#apps/ingress/harness-charger.js';
import type { Fleet } from '#libs/contracts/fleet.js';
import type { Problem } from '#libs/contracts/http/problem.js';
import { startAllInOne, type AllInOne } from '#libs/testing/all-in-one.js';
import { startProgram } from '#libs/testing/child-program.js';
import { freePorts, portsOfTheProduct } from '#libs/testing/free-ports.js';
import { setUpSmallSite, type SmallSite } from '#libs/testing/small-site.js';
import { waitFor } from '#libs/testing/wait-for.js';

type Device = Fleet['devices'][number];

let product: AllInOne;
let site: SmallSite;
let ocppPort: number;
/** The charger that behaves, connected all the time. */
let good: RawSocket;
let other: Device;
let zen: Device;
let messageNumber = 0;

beforeAll(async () => {
  product = await startAllInOne(['--no-sim']);
  site = await setUpSmallSite({ ...product, chargers: 2, fuse_A: 25 });
  ocppPort = Number(new URL(product.ocppUrl).port);
  const [first, second, balancer] = site.fleet.devices as [Device, Device, Device];
  [other, zen] = [second, balancer];
  good = await openRawSocket(ocppPort, { ...first, siteId: site.locationId });
}, 120_000);
afterAll(async () => {
  good?.socket.close();
  expect(await product?.stop()).toBe(0);
}, 30_000);

/** A call of a charger and what came back for its message id. */
async function call({ socket, frames }: RawSocket, action: string, payload: unknown): Promise<unknown[]> {
  const id = `m${messageNumber++}`;
  socket.send(JSON.stringify([2, id, action, payload]));
  return waitFor(`the answer to ${action}`, () => frames.find((frame) => frame[1] === id));
}

async function counted(series: RegExp): Promise<number> {
  const text = await (await fetch(product.metricsUrl)).text();
  return text
    .split('\n')
    .filter((line) => series.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** A charger and a person who did nothing wrong do not notice what others did. */
async function othersAreServed(): Promise<void> {
  expect(await call(good, 'Heartbeat', {})).toMatchObject([3, /^m/, { currentTime: expect.any(String) }]);
  expect((await http('GET', '/v1/me', undefined, {})).status).toBe(200);
  expect(product.program.ended()).toBeNull();
}

async function http(
  method: string,
  path: string,
  body: string | undefined,
  headers: Record<string, string>,
): Promise<{ status: number; problem: Problem }> {
  const response = await fetch(`${product.httpUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${site.token}`, origin: product.httpUrl, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, problem: (await response.json()) as Problem };
}

afterEach(othersAreServed);

describe('an OCPP socket that sends', () => {
  let bad: RawSocket;
  beforeAll(async () => {
    bad = await openRawSocket(ocppPort, { ...other, siteId: site.locationId });
  });
  afterAll(() => bad.socket.close());

  it('OCPP-J 4.2.3: an unknown action gets NotImplemented', async () => {
    const before = await counted(/refusals_total.*ocpp.*unknown-action/);
    expect(await call(bad, 'MakeCoffee', {})).toMatchObject([
      4,
      /^m/,
      'NotImplemented',
      expect.any(String),
      {},
    ]);
    expect(await counted(/refusals_total.*ocpp.*unknown-action/)).toBe(before + 1);
  });

  it('OCPP-J 4.2.3: a wrong type gets TypeConstraintViolation, and its content is not echoed', async () => {
    const before = await counted(/refusals_total.*ocpp.*wrong-types/);
    const answer = await call(bad, 'StatusNotification', {
      connectorId: 'my secret',
      errorCode: 'NoError',
      status: 'Available',
    });
    expect(answer).toMatchObject([4, /^m/, 'TypeConstraintViolation', expect.any(String), {}]);
    expect(JSON.stringify(answer)).not.toContain('my secret');
    expect(await counted(/refusals_total.*ocpp.*wrong-types/)).toBe(before + 1);
  });

  it('what is not JSON is counted and dropped, and the connection goes on', async () => {
    const before = await counted(/refusals_total.*ocpp.*bad-json/);
    bad.socket.send('[2,"1","Heartbeat",{');
    expect((await call(bad, 'Heartbeat', {}))[0]).toBe(3);
    expect(await counted(/refusals_total.*ocpp.*bad-json/)).toBe(before + 1);
  });

  it('RFC 6455 7.4.1: a message above 256 KB closes the connection with 1009', async () => {
    const before = await counted(/refusals_total.*ocpp.*oversize/);
    bad.socket.send(JSON.stringify([2, 'big', 'DataTransfer', { vendorId: 'x', data: 'x'.repeat(300_000) }]));
    expect(await bad.closed).toBe(1009);
    expect(await counted(/refusals_total.*ocpp.*oversize/)).toBe(before + 1);
  });
});

describe('an OCPP connection that is refused', () => {
  const refusal = (path: string, authorization: string, protocols: string[]) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${ocppPort}${path}`, protocols, {
        headers: { authorization },
      });
      socket.once('open', () => reject(new Error(`${path} was let in`)));
      socket.on('error', () => undefined);
      socket.once('unexpected-response', (_, response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
    });
  const basic = (identity: string, secret: string): string =>
    `Basic ${Buffer.from(`${identity}:${secret}`).toString('base64')}`;

  it.each([
    { of: 'a malformed percent-escape', path: () => '/ocpp/%E0%A4%A', status: 400, reason: 'bad-identity' },
    { of: 'another path', path: () => '/steve', status: 404, reason: 'unknown-path' },
    { of: 'a wrong password', path: () => `/ocpp/${other.identity}`, status: 401, reason: 'auth' },
    { of: 'an unknown identity', path: () => '/ocpp/nobody', status: 401, reason: 'auth' },
  ])('because of $of gets $status and a sentence', async ({ path, status, reason }) => {
    const series = new RegExp(`refusals_total.*ocpp.*${reason}`);
    const before = await counted(series);
    const answer = await refusal(path(), basic(other.identity, 'not the secret'), ['ocpp1.6']);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/\w+ .*\./);
    expect(await counted(series)).toBe(before + 1);
  });

  it('because of a foreign subprotocol gets 400 and a sentence', async () => {
    const before = await counted(/refusals_total.*ocpp.*subprotocol/);
    const answer = await refusal(`/ocpp/${other.identity}`, basic(other.identity, other.secret), ['ocpp9.9']);
    expect(answer).toEqual({ status: 400, text: expect.stringContaining('ocpp1.6') });
    expect(await counted(/refusals_total.*ocpp.*subprotocol/)).toBe(before + 1);
  });
});

describe('an MQTT device', () => {
  const connect = (password: string): Promise<MqttClient> =>
    connectAsync(
      product.mqttUrl,
      { clientId: zen.identity, username: zen.identity, password, reconnectPeriod: 0 },
      false,
    );

  it('MQTT 3.1.1 3.2.2.3: a wrong password gets return code 4 or 5', async () => {
    const before = await counted(/refusals_total.*mqtt.*auth/);
    const refused = (await connect('not the secret').catch((error: unknown) => error)) as { code: number };
    expect([4, 5]).toContain(refused.code);
    expect(await counted(/refusals_total.*mqtt.*auth/)).toBe(before + 1);
  });

  it("publishing to another device's topic is cut off", async () => {
    const before = await counted(/refusals_total.*mqtt.*foreign-topic/);
    const client = await connect(zen.secret);
    client.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish('bb/v1/somebody-else/reading', 'x');
    await closed;
    expect(await counted(/refusals_total.*mqtt.*foreign-topic/)).toBe(before + 1);
  });
});

describe('an HTTP request', () => {
  const json = { 'content-type': 'application/json' };
  it.each([
    {
      of: 'a body that is not JSON',
      path: '/v1/locations',
      body: '{"name":',
      headers: json,
      status: 400,
      code: 'malformed-json',
    },
    {
      of: 'fields of wrong types',
      path: '/v1/locations',
      body: '{"name":7}',
      headers: json,
      status: 400,
      code: 'invalid-request',
    },
    {
      of: 'another content type',
      path: '/v1/locations',
      body: 'name=x',
      headers: { 'content-type': 'text/plain' },
      status: 415,
      code: 'unsupported-media-type',
    },
    {
      of: 'a body above 256 KB',
      path: '/v1/locations',
      body: JSON.stringify({ name: 'x'.repeat(300_000) }),
      headers: json,
      status: 413,
      code: 'body-too-large',
    },
    { of: 'an unknown route', path: '/v1/coffee', body: '{}', headers: json, status: 404, code: 'not-found' },
    {
      of: 'a malformed percent-escape',
      path: '/v1/locations/%E0%A4%A',
      body: '{}',
      headers: json,
      status: 400,
      code: 'invalid-request',
    },
    {
      of: 'no session',
      path: '/v1/locations',
      body: '{}',
      headers: { ...json, authorization: 'Bearer nobody' },
      status: 401,
      code: 'not-signed-in',
    },
  ])(
    'with $of gets $status $code and what to do next (RFC 9457)',
    async ({ path, body, headers, status, code }) => {
      const series = new RegExp(`busbar_http_problems_total.*status="${status}"`);
      const before = await counted(series);
      const answer = await http('POST', path, body, headers as Record<string, string>);
      expect(answer).toMatchObject({
        status,
        problem: { code, status, nextStep: expect.stringMatching(/\.$/) },
      });
      expect(await counted(series)).toBe(before + 1);
    },
  );
});

describe('the command line', () => {
  const run = async (...args: string[]): Promise<{ code: unknown; lines: readonly string[] }> => {
    const program = startProgram('apps/all-in-one/main.js', args, {});
    const code = await program.end;
    return { code, lines: program.output().trim().split('\n') };
  };

  it('--help names every option and ends with 0', async () => {
    const { code, lines } = await run('--help');
    expect(code).toBe(0);
    for (const option of ['--port', '--data-dir', '--no-sim', '--speed', '--from', '--help'])
      expect(lines.join('\n')).toContain(option);
  });

  it.each([
    { wrong: ['--prot', '1'], says: /^error: unknown option '--prot'/ },
    { wrong: ['--port', 'http'], says: /whole number from 1 to 65531/ },
    { wrong: ['--speed', '0'], says: /number from 1 to 600/ },
    { wrong: ['--from', '25:00'], says: /HH:MM/ },
    { wrong: ['extra'], says: /too many arguments/ },
  ])('$wrong is refused in one sentence, points to --help and ends with 1', async ({ wrong, says }) => {
    const { code, lines } = await run(...wrong);
    expect(code).toBe(1);
    expect(lines[0]).toMatch(says);
    expect(lines.slice(1).join('')).toMatch(/--help/);
  });

  it('a busy port gets one sentence and exit code 1', async () => {
    const port = await freePorts(portsOfTheProduct);
    const server = await new Promise<Server>((resolve) => {
      const busy = createServer().listen(port + 1, '127.0.0.1', () => resolve(busy));
    });
    const { code, lines } = await run('--port', String(port), '--data-dir', join(product.folder, 'second'));
    server.close();
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [`Port ${port + 1} (OCPP) is in use; stop what uses it or choose others with --port.`],
    });
  });

  it('a data folder that is a file gets one sentence and exit code 1', async () => {
    const file = join(product.folder, 'a-file');
    await writeFile(file, '');
    const { code, lines } = await run(
      '--port',
      String(await freePorts(portsOfTheProduct)),
      '--data-dir',
      file,
    );
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^Busbar cannot write to .*a-file; .*--data-dir\.$/)]);
  });
});
