import { describe, expect, it } from '@jest/globals';
import type { WiredConnector } from '#libs/allocation/topology.js';
import { ordinaryCar } from '../physics/car.js';
import { Connector } from './connector.js';
import { ordinaryRelay, type RelayModel } from './phase-relay.js';
import type { ChargingProfile } from '#libs/protocols/ocppj/charging-profile.js';

const wired: WiredConnector = {
  deviceId: 'charger',
  connector: 1,
  nodeId: 'grid',
  wiring: { kind: 'three-phase', rotation: ['L2', 'L3', 'L1'] },
  maximum_A: 32,
  minimum_A: 6,
  weight: 1,
  priority: 0,
  switchesPhases: true,
};

const profile = (limit: number, numberPhases?: number): ChargingProfile => ({
  chargingProfileId: 1,
  stackLevel: 1,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: {
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit, ...(numberPhases ? { numberPhases } : {}) }],
  },
});

/** A connector whose car charges with 16 A on three lines. */
function charging(model: Partial<RelayModel> = {}) {
  const connector = new Connector(wired, 230, 1, { ...ordinaryRelay, ...model });
  connector.plugIn(ordinaryCar, null);
  connector.begin({ idTag: 'card', startedAt_ms: 0, transactionId: 1 });
  const pass = (seconds: number, limit_A: number, phases: number): number[] =>
    Array.from({ length: seconds }, () => {
      connector.step(1, { limit_A, phases });
      const { current_A, phases: lines } = connector.draw();
      return current_A * 10 + lines;
    });
  pass(20, 16, 3);
  expect(connector.draw()).toMatchObject({ current_A: 16, phases: 3 });
  return { connector, pass };
}

describe('a charger with a relay for its phases', () => {
  it('lets the car go off first, stays open for its time, and then closes on one line', () => {
    const { connector, pass } = charging({ takes_s: 12 });
    const seen = pass(40, 20, 1);
    // Current only ever flows on three lines before, and on one after; in between there is none for 12 s at least.
    const firstOff = seen.findIndex((each) => each < 10);
    const firstOn = seen.findIndex((each, at) => at > firstOff && each >= 10);
    expect(seen.slice(0, firstOff).every((each) => each % 10 === 3)).toBe(true);
    expect(firstOn - firstOff).toBeGreaterThanOrEqual(12);
    expect(seen.slice(firstOn).every((each) => each % 10 === 1)).toBe(true);
    expect(connector.draw()).toMatchObject({ current_A: 16, phases: 1 });
    expect(connector.relay?.operations).toBe(1);
  });

  it('OCPP 1.6 7.33: meters the lines that it is closed on', () => {
    const { connector, pass } = charging();
    pass(40, 16, 1);
    expect(connector.power_W).toBe(16 * 230);
  });

  it('refuses another number of lines under load if that is its way, and never a pause', () => {
    const { connector, pass } = charging({ refusesUnderLoad: true });
    expect(connector.refuses(profile(16, 1))).toBe(true);
    expect(connector.refuses(profile(0, 1))).toBe(false);
    // OCPP 1.6 7.14: three when absent.
    expect(connector.refuses(profile(10))).toBe(false);
    pass(20, 0, 3);
    expect(connector.refuses(profile(16, 1))).toBe(false);
  });

  it('stays on three lines if it ignores the number of lines', () => {
    const { connector, pass } = charging({ obeys: false });
    pass(40, 10, 1);
    expect(connector.draw()).toMatchObject({ current_A: 10, phases: 3 });
  });

  it('has no relay where the wiring has one line only', () => {
    const single: WiredConnector = { ...wired, wiring: { kind: 'single-phase', phase: 'L2' } };
    expect(new Connector(single, 230, 1, ordinaryRelay).relay).toBeNull();
  });
});
