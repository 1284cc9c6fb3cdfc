import { describe, expect, it } from '@jest/globals';
import { conditionsOf, emptyMemory, remember, silentAt, type AlertMemory } from './alert-conditions.js';
import { defaultAlertRules, type Conditions } from './alert-rules.js';
import type { DeviceKind } from './common-state.js';
import type { DeviceEvent, HubEventRaised } from './device-event.js';
import { initialDeviceState, reduceDevice, type DeviceState } from './device-state.js';
import { presenceDeadline_ms } from './presence.js';

const start = Date.UTC(2026, 0, 5);

/** A device that says these things a second apart. */
function after(kind: DeviceKind, events: readonly DeviceEvent[]) {
  let state: DeviceState = initialDeviceState(kind);
  let memory: AlertMemory = emptyMemory;
  events.forEach((event, second) => {
    const at = start + second * 1_000;
    const observed = { event, deviceTime: at, receivedAt: at };
    state = reduceDevice(state, observed);
    memory = remember(memory, state, observed, defaultAlertRules);
  });
  const now = start + (events.length - 1) * 1_000;
  return { state, memory, now };
}
const conditions = (kind: DeviceKind, events: readonly DeviceEvent[]): Conditions => {
  const { state, memory, now } = after(kind, events);
  return conditionsOf(state, memory, now);
};

const zone = (sequence: number, category: HubEventRaised['category'], name: string | null): DeviceEvent => ({
  type: 'hub-event',
  sequence,
  category,
  code: category === 'arming' ? 'disarmed' : 'burglary',
  zone: name,
  text: '',
});

describe('alarms of hubs', () => {
  it('alarm that never clears: the end of the zone clears it, and the end of another does not', () => {
    expect(conditions('hub', [zone(1, 'alarm', 'hall')])).toHaveProperty('hub-alarm');
    expect(conditions('hub', [zone(1, 'alarm', 'hall'), zone(2, 'restore', 'door')])).toHaveProperty(
      'hub-alarm',
    );
    expect(conditions('hub', [zone(1, 'alarm', 'hall'), zone(2, 'restore', 'hall')])).toEqual({});
    expect(conditions('hub', [zone(1, 'alarm', null), zone(2, 'restore', null)])).toEqual({});
  });

  it('alarm that never clears: an alarm that is told after its own end does not stay', () => {
    expect(conditions('hub', [zone(2, 'restore', 'hall'), zone(1, 'alarm', 'hall')])).toEqual({});
    expect(conditions('hub', [zone(5, 'arming', null), zone(4, 'alarm', 'hall')])).toEqual({});
  });

  it('who disarms the hub ends what was before, and nothing that comes after', () => {
    expect(conditions('hub', [zone(1, 'alarm', 'hall'), zone(2, 'arming', null)])).toEqual({});
    const again = [zone(1, 'alarm', 'hall'), zone(2, 'arming', null), zone(3, 'alarm', 'hall')];
    expect(conditions('hub', again)).toHaveProperty('hub-alarm');
  });

  it('duplicate alerts: an alarm told again, or one more of the same zone, keeps when it began', () => {
    const repeated = [zone(1, 'alarm', 'hall'), zone(1, 'alarm', 'hall'), zone(2, 'alarm', 'hall')];
    expect(conditions('hub', repeated)['hub-alarm']?.since).toBe(start);
  });
});

describe('faults of chargers', () => {
  const status = (status: 'Faulted' | 'Available', errorCode: string): DeviceEvent => ({
    type: 'connector-status',
    connector: 1,
    status,
    errorCode,
  });

  it('OCPP 1.6 4.9: a fault lasts until the status leaves Faulted; an error code alone is none', () => {
    expect(conditions('charger', [status('Faulted', 'GroundFailure')]).fault?.detail).toEqual({
      connector: 1,
      errorCode: 'GroundFailure',
    });
    expect(
      conditions('charger', [status('Faulted', 'GroundFailure'), status('Available', 'NoError')]),
    ).toEqual({});
    expect(conditions('charger', [status('Available', 'WeakSignal')])).toEqual({});
  });

  it('a limit that is ignored counts until it is obeyed or the session ends', () => {
    const notice = (code: string): DeviceEvent => ({
      type: 'notice',
      topic: 'limit',
      code,
      severity: 4,
      detail: { connector: 1 },
    });
    const ended: DeviceEvent = {
      type: 'transaction-ended',
      connector: 1,
      transactionId: 5,
      meterStop_Wh: 1,
      reason: 'Local',
    };
    expect(conditions('charger', [notice('limit-ignored')])).toHaveProperty('limit-ignored');
    expect(conditions('charger', [notice('limit-ignored'), notice('limit-obeyed')])).toEqual({});
    expect(conditions('charger', [notice('limit-ignored'), ended])).toEqual({});
  });

  it('OCPP 1.6 4.5: a failed update counts until the next one begins', () => {
    const notice = (code: string): DeviceEvent => ({
      type: 'notice',
      topic: 'firmware',
      code,
      severity: 5,
      detail: {},
    });
    expect(conditions('charger', [notice('DownloadFailed')])).toHaveProperty('firmware-failed');
    expect(conditions('charger', [notice('DownloadFailed'), notice('Downloading')])).toEqual({});
  });
});

describe('load balancers', () => {
  const installed = (solarTerminal: boolean): DeviceEvent => ({
    type: 'balancer-installed',
    mainFuse_A: 20,
    currentTransformerRatio: 2_000,
    solarTerminal,
  });
  const reading = (...current_A: [number, number, number]): DeviceEvent => ({
    type: 'balancer-reading',
    current_A,
    voltage_V: null,
    power_W: null,
    energyImport_Wh: null,
    energyExport_Wh: null,
  });

  it('a line near its fuse counts from when it came there, and not below', () => {
    const near = conditions('balancer', [installed(false), reading(19, 1, 1), reading(19.5, 1, 1)]);
    expect(near['fuse-near-limit']?.since).toBe(start + 1_000);
    expect(conditions('balancer', [installed(false), reading(18.9, 1, 1)])).toEqual({});
  });

  it('NB-79: current flows backwards without solar panels only through a transformer that was turned round', () => {
    const turned = conditions('balancer', [installed(false), reading(5, -4, 5)]);
    expect(turned['reversed-transformer']?.detail).toEqual({ line: 'L2' });
    expect(conditions('balancer', [installed(true), reading(5, -4, 5)])).toEqual({});
    expect(conditions('balancer', [installed(false), reading(5, -0.5, 5)])).toEqual({});
  });
});

describe('devices that are gone', () => {
  it('wrong online state: one that was never seen is no offline device', () => {
    expect(conditionsOf(initialDeviceState('charger'), emptyMemory, start)).toEqual({});
    expect(silentAt(initialDeviceState('charger'), start)).toBeNull();
  });

  it('a silent one is gone behind its deadline, at the instant that was foretold', () => {
    const { state, memory } = after('balancer', [{ type: 'heard' }]);
    const deadline = silentAt(state, start) ?? 0;
    expect(deadline).toBe(start + presenceDeadline_ms.balancer + 1);
    expect(conditionsOf(state, memory, deadline - 1)).toEqual({});
    expect(conditionsOf(state, memory, deadline)).toMatchObject({ offline: { since: start } });
  });
});
