import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultIngressLimits, plainSecurity } from '#apps/ingress/ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '#apps/ingress/ingress-harness.js';
import { startProgramReading, type ChildProgram } from '#libs/testing/child-program.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';

let database: TestDatabase;
let edge: IngressHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: defaultIngressLimits,
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

/** `npm run sim -- device` with a script; answers its exit code and what it printed, as JSON lines. */
async function play(
  kind: string,
  device: SeededDevice,
  script: readonly string[],
  flags: readonly string[] = [],
): Promise<{ code: unknown; lines: Record<string, unknown>[]; program: ChildProgram }> {
  const program = startProgramReading(
    script.join('\n'),
    'firmware-sim/main.js',
    [
      'device',
      kind,
      '--identity',
      device.identity,
      '--ocpp-url',
      `ws://127.0.0.1:${edge.ocppPort}/ocpp`,
      '--mqtt-url',
      `mqtt://127.0.0.1:${edge.mqttPort}`,
      '--card',
      'CARD-1',
      '--json',
      ...flags,
    ],
    { BUSBAR_DEVICE_SECRET: device.secret },
  );
  const code = await program.end;
  const printed = program
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  return { code, program, lines: printed.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
const typesOf = ({ deviceId }: SeededDevice): string[] =>
  edge.observations.filter((each) => each.deviceId === deviceId).map(({ event }) => event.type);

describe('a device played by hand', () => {
  it.each(['ocpp1.6', 'ocpp2.0.1'])(
    'a charger of %s: a car, a card, a session, and the summary',
    async (protocol) => {
      const charger = await seedDevice(database.pool, 'charger');
      const { code, lines } = await play(
        'charger',
        charger,
        [
          'wait-for online',
          'plug-in',
          'wait-for Preparing',
          'swipe-card',
          'wait-for Charging',
          'swipe-card',
          'wait-for Finishing',
          'unplug',
          'wait-for Available',
          'quit',
        ],
        ['--protocol', protocol],
      );
      expect(code).toBe(0);
      expect(typesOf(charger)).toEqual(
        expect.arrayContaining(['booted', 'transaction-started', 'transaction-ended']),
      );
      expect(lines.at(-1)).toMatchObject({ summary: { wasOnline: true, sessions: 1, reconnects: 0 } });
      expect(lines).toContainEqual(
        expect.objectContaining({ event: 'plug-in', text: 'A car is plugged in at connector 1.' }),
      );
    },
  );

  it('a hub: somebody presses the alarm, and it is in the journal when the hub is done', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const { code } = await play('hub', hub, [
      'wait-for online',
      'arm',
      'press-alarm',
      'wait-for armed | 0 events',
      'quit',
    ]);
    expect(code).toBe(0);
    const { rows } = await database.pool.query(
      'SELECT category, code FROM hub_events WHERE device_id = $1 ORDER BY sequence',
      [hub.deviceId],
    );
    expect(rows).toEqual([
      { category: 'arming', code: 'armed' },
      { category: 'alarm', code: 'PA' },
    ]);
  });

  it('a balancer: the house takes more, and its readings say so', async () => {
    const zen = await seedDevice(database.pool, 'balancer');
    const { code } = await play('balancer', zen, [
      'wait-for online',
      'more-load',
      'wait-for 10 10 10 A',
      'wait 1.5',
      'quit',
    ]);
    expect(code).toBe(0);
    const readings = edge.observations.flatMap(({ deviceId, event }) =>
      deviceId === zen.deviceId && event.type === 'balancer-reading' ? [event.current_A[0]] : [],
    );
    expect(Math.round(readings.at(-1) ?? 0)).toBe(10);
  });

  it('a network that is cut comes back', async () => {
    const charger = await seedDevice(database.pool, 'charger');
    const { code, lines } = await play('charger', charger, [
      'wait-for online',
      'cut-network 1',
      'wait-for offline',
      'wait-for online',
      'quit',
    ]);
    expect(code).toBe(0);
    expect(lines.at(-1)).toMatchObject({ summary: { reconnects: 1 } });
  });
});

describe('what the exit code says', () => {
  it('1: the device never got in', async () => {
    const stranger = { ...(await seedDevice(database.pool, 'charger')), secret: 'wrong' };
    const { code, lines } = await play('charger', stranger, [], ['--duration', '2']);
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ summary: { wasOnline: false } });
  });

  it.each([
    [['device', 'charger', '--identity', 'x'], 'needs its secret'],
    [['device', 'toaster', '--identity', 'x'], 'Allowed choices are charger, balancer, hub'],
    [['device', 'charger'], '--identity'],
  ])('2: %j is a wrong call, and says what to do', async (args, text) => {
    const program = startProgramReading('', 'firmware-sim/main.js', args, {});
    expect(await program.end).toBe(2);
    expect(program.output()).toContain(text);
  });
});
