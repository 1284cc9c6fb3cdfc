import { describe, expect, it } from '@jest/globals';
import { chargingStatus } from './charging-status.js';
import type { ChargerState, ConnectorState } from './charger-state.js';
import type { ConnectorStatus, DeviceEvent } from './device-event.js';
import { applyLimit, initialDeviceState, reduceDevice, type DeviceState } from './device-state.js';
import { sensibleTime } from './device-time.js';
import { presence, presenceDeadline_ms } from './presence.js';

const start = Date.UTC(2026, 0, 5, 8);
const day_ms = 86_400_000;

/** Plays [seconds after the start, event] on a device whose clock is right. */
function play(kind: 'charger' | 'balancer' | 'hub', ...events: [number, DeviceEvent][]): DeviceState {
  return events.reduce(
    (state, [second, event]) =>
      reduceDevice(state, { deviceTime: start + second * 1_000, receivedAt: start + second * 1_000, event }),
    initialDeviceState(kind),
  );
}
const connected = (connectionEpoch: number): DeviceEvent => ({
  type: 'connected',
  connectionEpoch,
  protocol: 'ocpp1.6',
});
const disconnected = (connectionEpoch: number): DeviceEvent => ({
  type: 'disconnected',
  connectionEpoch,
  cause: 'closed',
});
const started = (transactionId: number): DeviceEvent => ({
  type: 'transaction-started',
  connector: 1,
  transactionId,
  idToken: 'CARD',
  meterStart_Wh: 100,
});
const ended = (transactionId: number): DeviceEvent => ({
  type: 'transaction-ended',
  connector: 1,
  transactionId,
  meterStop_Wh: 900,
  reason: 'EVDisconnected',
});
const sample = (current_A: number): DeviceEvent => ({
  type: 'meter-sample',
  connector: 1,
  transactionId: 7,
  current_A: [current_A, current_A, current_A],
  voltage_V: null,
  power_W: null,
  energy_Wh: null,
  offered_A: null,
});
const status = (status: ConnectorStatus): DeviceEvent => ({
  type: 'connector-status',
  connector: 1,
  status,
  errorCode: 'NoError',
});
const limit = (limitId: string, current_A: number, issuedAt = start, transactionId: number | null = 7) => ({
  limitId,
  connector: 1,
  transactionId,
  current_A,
  issuedAt,
  leaseUntil: issuedAt + 60_000,
  reason: { code: 'node-full', nodeId: 'grid', phase: 'L2' as const, source: 'fuse' },
});
const connector = (state: DeviceState): ConnectorState => {
  const found = (state as ChargerState).connectors.find(({ connector }) => connector === 1);
  if (!found) throw new Error('connector 1 is not known');
  return found;
};

describe('connection and presence', () => {
  it('is never seen, online, and offline after its deadline of silence', () => {
    expect(presence(initialDeviceState('charger'), start)).toBe('never-seen');
    const state = play('charger', [0, connected(1)]);
    expect(presence(state, start + presenceDeadline_ms.charger)).toBe('online');
    expect(presence(state, start + presenceDeadline_ms.charger + 1)).toBe('offline');
  });

  it('is offline at once when its connection ends, online again with the next word', () => {
    const gone = play('charger', [0, connected(1)], [5, disconnected(1)]);
    expect(presence(gone, start + 5_000)).toBe('offline');
    const heard = reduceDevice(gone, {
      deviceTime: start + 6_000,
      receivedAt: start + 6_000,
      event: { type: 'heard' },
    });
    expect(presence(heard, start + 6_000)).toBe('online');
  });

  it('the newest connection wins: the end of an older one changes nothing', () => {
    const state = play('charger', [0, connected(1)], [5, connected(2)], [6, disconnected(1)]);
    expect(state.connection).toMatchObject({ connectionEpoch: 2, disconnectedAt: null });
    expect(presence(state, start + 7_000)).toBe('online');
  });

  it("the edge's own word on a limit is no sign of life", () => {
    const unanswered: DeviceEvent = {
      type: 'limit-answered',
      connector: 1,
      limitId: 'x',
      outcome: 'undelivered',
    };
    expect(play('charger', [0, { type: 'heard' }], [9, unanswered]).lastHeardAt).toBe(start);
  });
});

describe('device clocks', () => {
  it.each([
    ['an hour ahead', start + 3_600_000, start + 3_600_000],
    ['more than an hour ahead', start + 3_600_001, start],
    ['seven days behind', start - 7 * day_ms, start - 7 * day_ms],
    ['at 1970', 0, start],
  ])('%s', (_name, deviceTime, expected) => {
    expect(sensibleTime(deviceTime, start)).toBe(expected);
  });

  it('a sample that waited in a queue does not overwrite a newer one', () => {
    const newer = play('charger', [60, sample(16)]);
    const late = reduceDevice(newer, { deviceTime: start, receivedAt: start + 61_000, event: sample(6) });
    expect(connector(late).sample?.current_A).toEqual([16, 16, 16]);
  });

  it('a clock that ran ahead does not freeze the state once it is set right', () => {
    const ahead = reduceDevice(initialDeviceState('charger'), {
      deviceTime: start + 3_000_000,
      receivedAt: start,
      event: sample(6),
    });
    const corrected = reduceDevice(ahead, {
      deviceTime: start + 1_000,
      receivedAt: start + 1_000,
      event: sample(10),
    });
    expect(connector(corrected).sample?.current_A).toEqual([10, 10, 10]);
  });
});

describe('transactions and limits', () => {
  it('OCPP 2.0.1 E02: a card held and a meter read after the cable was plugged in belong to the transaction', () => {
    const bare: DeviceEvent = {
      type: 'transaction-started',
      connector: 1,
      transactionId: 7,
      idToken: '',
      meterStart_Wh: 0,
    };
    const state = connector(play('charger', [0, bare], [60, started(7)]));
    expect(state.transaction).toMatchObject({ idToken: 'CARD', meterStart_Wh: 100, startedAt: start });
  });

  it('an echo of a start does not open an ended transaction again', () => {
    const state = play('charger', [0, started(7)], [60, ended(7)], [61, started(7)]);
    expect(connector(state).transaction).toBeNull();
  });

  it('the late end of an older transaction leaves the running one alone', () => {
    const state = play('charger', [0, started(7)], [60, started(8)], [61, ended(7)]);
    expect(connector(state).transaction?.transactionId).toBe(8);
  });

  it('a limit is pending until answered; the last accepted one stays in force', () => {
    let state = applyLimit(play('charger', [0, started(7)]), limit('a', 16));
    const answer = (limitId: string, outcome: 'accepted' | 'unknown'): void => {
      const event: DeviceEvent = { type: 'limit-answered', connector: 1, limitId, outcome };
      state = reduceDevice(state, { deviceTime: start, receivedAt: start, event });
    };
    expect(connector(state).limit?.outcome).toBe('pending');
    answer('a', 'accepted');
    state = applyLimit(state, limit('b', 8, start + 1_000));
    answer('b', 'unknown');
    expect(connector(state).limit).toMatchObject({ limitId: 'b', outcome: 'unknown' });
    expect(connector(state).limitInForce).toMatchObject({ limitId: 'a', current_A: 16 });
    state = applyLimit(state, limit('a', 16));
    expect(connector(state).limit?.limitId).toBe('b');
  });

  it('a limit that arrives before the start it is for is kept, one of the past transaction is not', () => {
    const early = applyLimit(initialDeviceState('charger'), limit('a', 16));
    const begin = (id: number): DeviceState =>
      reduceDevice(early, { deviceTime: start, receivedAt: start, event: started(id) });
    expect(connector(begin(7)).limit?.limitId).toBe('a');
    expect(connector(begin(8)).limit).toBeNull();
  });

  it('the standing default is kept beside', () => {
    const state = applyLimit(initialDeviceState('charger'), limit('d', 6, start, null));
    expect(connector(state)).toMatchObject({ limit: null, standingLimit: { current_A: 6 } });
  });

  it('a balancer takes no limit', () => {
    expect(applyLimit(initialDeviceState('balancer'), limit('a', 16))).toEqual(
      initialDeviceState('balancer'),
    );
  });
});

describe('NB-85: the charging status people see', () => {
  it.each<[ConnectorStatus, string | null, string, string]>([
    ['Available', null, 'idle', 'no-car'],
    ['Preparing', null, 'connected', 'not-authorized'],
    ['Charging', 'node-full', 'charging', 'node-full'],
    ['Charging', null, 'charging', 'unlimited'],
    ['SuspendedEVSE', 'waiting-for-capacity', 'waiting-for-load-balancing', 'waiting-for-capacity'],
    ['SuspendedEVSE', 'schedule', 'delayed-by-schedule', 'schedule'],
    ['SuspendedEVSE', 'price', 'delayed-by-schedule', 'price'],
    ['SuspendedEVSE', 'solar', 'waiting-for-load-balancing', 'solar'],
    ['SuspendedEVSE', 'goal', 'finished', 'goal'],
    ['SuspendedEVSE', null, 'waiting-for-load-balancing', 'charger'],
    ['SuspendedEV', 'car-maximum', 'waiting-for-car', 'car'],
    ['Finishing', null, 'finished', 'still-plugged-in'],
    ['Unavailable', null, 'unavailable', 'out-of-service'],
    ['Faulted', null, 'error', 'NoError'],
  ])('%s under %s is %s because of %s', (ocppStatus, code, expected, reason) => {
    let state = play('charger', [0, started(7)], [1, status(ocppStatus)]);
    if (code) {
      const cause = { ...limit('a', 0).reason, code };
      state = applyLimit(state, { ...limit('a', 0), reason: cause });
    }
    expect(chargingStatus(connector(state))).toMatchObject({ status: expected, reason });
  });

  it('is unknown until the charger told', () => {
    expect(chargingStatus(connector(play('charger', [0, sample(1)]))).status).toBe('unknown');
  });
});

describe('a hub', () => {
  it('shows each event once, the newest ten, in the order of the hub', () => {
    const raise = (sequence: number): DeviceEvent => ({
      type: 'hub-event',
      sequence,
      category: 'alarm',
      code: 'smoke',
      zone: null,
      text: 'Smoke',
    });
    const order = [3, 1, 2, 3, ...Array.from({ length: 10 }, (_, index) => index + 4)];
    const state = play('hub', ...order.map((sequence): [number, DeviceEvent] => [0, raise(sequence)]));
    expect(state.kind === 'hub' && state.lastEvents.map(({ sequence }) => sequence)).toEqual([
      13, 12, 11, 10, 9, 8, 7, 6, 5, 4,
    ]);
  });
});

describe('what devices on MQTT tell of themselves', () => {
  const network: DeviceEvent = { type: 'network-reported', medium: 'wifi', signal_dBm: -60, name: 'Home' };
  const installed = (readingInterval_s: number | null): DeviceEvent => ({
    type: 'balancer-installed',
    mainFuse_A: 25,
    currentTransformerRatio: 2_000,
    solarTerminal: false,
    readingInterval_s,
  });

  it('the newest word of the network stands, and is a sign of life', () => {
    const later: DeviceEvent = { ...network, signal_dBm: -80 };
    const state = play('balancer', [5, later], [1, network]);
    expect(state.network).toMatchObject({ medium: 'wifi', signal_dBm: -80 });
    expect(state.lastHeardAt).toBe(start + 5_000);
  });

  it('the list of sub-devices is replaced as a whole', () => {
    const of = (...ids: string[]): DeviceEvent => ({
      type: 'sub-devices-reported',
      subDevices: ids.map((id) => ({
        id,
        kind: 'smoke',
        name: id,
        battery_percent: null,
        signal_dBm: null,
        tampered: false,
        online: true,
      })),
    });
    const state = play('hub', [0, of('a', 'b')], [1, of('b')]);
    expect(state.kind === 'hub' && state.subDevices?.list.map(({ id }) => id)).toEqual(['b']);
  });

  it.each([
    ['every second', 1, 10_000],
    ['every 10 s, as a P1 meter', 10, 30_000],
    ['as often as it did not say', null, 30_000],
  ])('NB-77: a Zen that reads %s is missed after its own deadline', (_name, interval_s, deadline_ms) => {
    const state = play('balancer', [0, installed(interval_s)]);
    expect(presence(state, start + deadline_ms)).toBe('online');
    expect(presence(state, start + deadline_ms + 1)).toBe('offline');
  });

  it('a finding about its clamps is ours and no sign of life of the balancer', () => {
    const finding: DeviceEvent = {
      type: 'notice',
      topic: 'installation',
      code: 'transformer-reversed',
      severity: 5,
      detail: { lines: 'L1' },
    };
    const state = play('balancer', [0, installed(1)], [60, finding]);
    expect(state.lastHeardAt).toBe(start);
    expect(state.kind === 'balancer' && state.finding).toMatchObject({ code: 'transformer-reversed' });
  });
});
