import { beforeEach, describe, expect, it } from '@jest/globals';
import { ordinaryRelay } from '#firmware-sim/charger/phase-relay.js';
import { ordinaryCar } from '#firmware-sim/physics/car.js';
import type { WiredConnector } from '#libs/allocation/topology.js';
import type { Limit } from '#libs/contracts/limit.js';
import { limitProfile } from '#libs/protocols/ocpp16/charging-profile.js';
import { SimulatedCharger } from './simulated-charger.js';
import type { FromCharger } from './wire.js';

const wired: WiredConnector = {
  deviceId: 'c',
  connector: 1,
  nodeId: 'grid',
  wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
  maximum_A: 32,
  minimum_A: 6,
  weight: 1,
  priority: 0,
  switchesPhases: false,
};

let said: FromCharger[];
let charger: SimulatedCharger;
let now_ms: number;

function build(habits: Partial<SimulatedCharger['habits']> = {}): void {
  said = [];
  now_ms = 1_000_000;
  charger = new SimulatedCharger(
    wired,
    { sampleInterval_s: 10, startsOffline: true, resumesAfterReboot: false, relay: ordinaryRelay, ...habits },
    (message) => said.push(message),
  );
}

function pass(seconds: number): void {
  for (let second = 0; second < seconds; second++) charger.second((now_ms += 1_000));
}

function comeOnline(): void {
  charger.connected(now_ms);
  charger.hear({ type: 'time', now_ms, boot: true }, now_ms);
}

function set(
  transactionId: number | null,
  current_A: number,
  lease_s: number | null,
): 'Accepted' | 'Rejected' {
  const limit: Limit = {
    limitId: 'l',
    siteId: 's',
    deviceId: 'c',
    connector: 1,
    transactionId,
    current_A,
    numberPhases: null,
    ownerEpoch: 1,
    issuedAt: now_ms,
    leaseUntil: lease_s === null ? null : now_ms + lease_s * 1_000,
    reason: { code: 'node-full', nodeId: null, phase: null, source: 'fuse' },
  };
  charger.hear({ type: 'profile', callId: 1, request: limitProfile(limit) }, now_ms);
  const answer = said.at(-1);
  if (answer?.type !== 'answer') throw new Error('no answer');
  return answer.status;
}

/** A car with a transaction that the central system has called 7. */
function charge(): void {
  charger.plugIn(ordinaryCar, now_ms);
  pass(5);
  charger.hear({ type: 'started', session: 1, transactionId: 7 }, now_ms);
}

beforeEach(() => build());

describe('SimulatedCharger', () => {
  it('OCPP 1.6 3.13: follows its hardware, then the standing default, then the lease over it', () => {
    comeOnline();
    expect(charger.limit_A(now_ms)).toBeNull();
    charge();
    expect(charger.limit_A(now_ms)).toBe(32);
    expect(set(null, 6, null)).toBe('Accepted');
    expect(charger.limit_A(now_ms)).toBe(6);
    expect(set(7, 13, 60)).toBe('Accepted');
    expect(charger.limit_A(now_ms)).toBe(13);
    pass(59);
    expect(charger.limit_A(now_ms)).toBe(13);
    pass(1);
    expect(charger.limit_A(now_ms)).toBe(6);
  });

  it('OCPP 1.6 3.13.1: rejects a lease for another transaction and forgets its lease with its transaction', () => {
    comeOnline();
    set(null, 6, null);
    charge();
    expect(set(8, 13, 60)).toBe('Rejected');
    set(7, 13, 60);
    charger.unplug();
    charger.plugIn(ordinaryCar, now_ms);
    pass(5);
    expect(charger.limit_A(now_ms)).toBe(6);
  });

  it('holds a lease by its own clock, too long when that is behind, until a heartbeat sets it', () => {
    comeOnline();
    set(null, 6, null);
    charge();
    set(7, 16, 30);
    charger.clockOffset_ms = -100_000;
    pass(31);
    expect(charger.limit_A(now_ms)).toBe(16);
    expect(charger.limit_A(now_ms, 0)).toBe(6);
    charger.hear({ type: 'time', now_ms, boot: false }, now_ms);
    expect(charger.limit_A(now_ms)).toBe(6);
  });

  it('OCPP 1.6 3.7.1: keeps transaction messages while offline and repeats them until they are answered', () => {
    charger.plugIn(ordinaryCar, now_ms);
    pass(5);
    expect(charger.transaction).not.toBeNull();
    expect(said).toEqual([]);
    comeOnline();
    pass(32);
    const starts = () => said.filter(({ type }) => type === 'start');
    expect(starts()).toHaveLength(2);
    charger.hear({ type: 'started', session: 1, transactionId: 7 }, now_ms);
    pass(60);
    expect(starts()).toHaveLength(2);
    expect(said).toContainEqual(expect.objectContaining({ type: 'sample', transactionId: 7 }));
  });

  it.each([
    [true, 1],
    [false, 2],
  ])(
    'opens its relay in a reboot and keeps its standing default (resumes: %s)',
    (resumesAfterReboot, session) => {
      build({ resumesAfterReboot });
      comeOnline();
      set(null, 6, null);
      charge();
      set(7, 16, 600);
      pass(10);
      expect(charger.connector.car?.current_A).toBe(16);
      charger.reboot(now_ms, 20_000);
      expect(charger.limit_A(now_ms)).toBeNull();
      pass(10);
      expect(charger.connector.car?.current_A).toBe(0);
      pass(15);
      expect(charger.limit_A(now_ms)).toBe(session === 1 ? 16 : 6);
    },
  );
});
