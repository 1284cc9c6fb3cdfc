import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChargerState } from './charger-state.js';
import type { DeviceEvent } from './device-event.js';
import { initialDeviceState, reduceDevice, type DeviceState } from './device-state.js';

const start = Date.UTC(2026, 0, 5);
const transactionId = fc.integer({ min: 1, max: 5 });
const connector = fc.integer({ min: 0, max: 2 });

const event: fc.Arbitrary<DeviceEvent> = fc.oneof(
  fc.record({
    type: fc.constant('connected' as const),
    connectionEpoch: fc.integer({ min: 1, max: 6 }),
    protocol: fc.constantFrom('ocpp1.6' as const, 'mqtt' as const),
  }),
  fc.record({
    type: fc.constant('disconnected' as const),
    connectionEpoch: fc.integer({ min: 1, max: 6 }),
    cause: fc.constantFrom('closed' as const, 'timeout' as const),
  }),
  fc.constant({ type: 'heard' as const }),
  fc.record({
    type: fc.constant('connector-status' as const),
    connector,
    status: fc.constantFrom('Available' as const, 'Charging' as const, 'Faulted' as const),
    errorCode: fc.constant('NoError'),
  }),
  fc.record({
    type: fc.constant('transaction-started' as const),
    connector,
    transactionId,
    idToken: fc.constant('CARD'),
    meterStart_Wh: fc.nat(1_000),
  }),
  fc.record({
    type: fc.constant('transaction-ended' as const),
    connector,
    transactionId,
    meterStop_Wh: fc.nat(1_000),
    reason: fc.constant('Local'),
  }),
  fc.record({
    type: fc.constant('meter-sample' as const),
    connector,
    transactionId: fc.constant(null),
    current_A: fc.tuple(fc.nat(32), fc.nat(32), fc.nat(32)),
    voltage_V: fc.constant(null),
    power_W: fc.constant(null),
    energy_Wh: fc.constant(null),
    offered_A: fc.constant(null),
  }),
);
/** Received in order; device clocks are right within a minute, or from 1970. */
const history = fc.array(
  fc.record({ gap_ms: fc.nat(60_000), skew_ms: fc.constantFrom(0, -30_000, 30_000, -start), event }),
  { maxLength: 40 },
);
const observe = (
  entries: { gap_ms: number; skew_ms: number; event: DeviceEvent }[],
): { deviceTime: number; receivedAt: number; event: DeviceEvent }[] => {
  let receivedAt = start;
  return entries.map((entry) => {
    receivedAt += entry.gap_ms;
    return { deviceTime: receivedAt + entry.skew_ms, receivedAt, event: entry.event };
  });
};
const reduceAll = (
  observations: ReturnType<typeof observe>,
  from = initialDeviceState('charger'),
): DeviceState => observations.reduce(reduceDevice, from);

it('at least once: delivering the last observation again changes nothing', () => {
  fc.assert(
    fc.property(history, (entries) => {
      const observations = observe(entries);
      const state = reduceAll(observations);
      expect(reduceAll(observations.slice(-1), state)).toEqual(state);
    }),
  );
});

it('the connection epoch never falls, whatever order connects and disconnects come in', () => {
  fc.assert(
    fc.property(history, (entries) => {
      let state = initialDeviceState('charger');
      let highest = 0;
      for (const observation of observe(entries)) {
        state = reduceDevice(state, observation);
        expect(state.connection?.connectionEpoch ?? 0).toBeGreaterThanOrEqual(highest);
        highest = state.connection?.connectionEpoch ?? 0;
      }
    }),
  );
});

it('samples, statuses and last-heard only move forward, and a transaction that ended stays ended', () => {
  fc.assert(
    fc.property(history, (entries) => {
      let state = initialDeviceState('charger') as ChargerState;
      for (const observation of observe(entries)) {
        const next = reduceDevice(state, observation) as ChargerState;
        expect(next.lastHeardAt ?? 0).toBeGreaterThanOrEqual(state.lastHeardAt ?? 0);
        for (const before of state.connectors) {
          const after = next.connectors.find((candidate) => candidate.connector === before.connector);
          expect(after?.sample?.at ?? 0).toBeGreaterThanOrEqual(before.sample?.at ?? 0);
          expect(after?.statusAt ?? 0).toBeGreaterThanOrEqual(before.statusAt ?? 0);
          if (after?.transaction) {
            expect(after.ended.map((each) => each.transactionId)).not.toContain(
              after.transaction.transactionId,
            );
          }
        }
        state = next;
      }
    }),
  );
});

it('a state survives JSON unchanged', () => {
  fc.assert(
    fc.property(history, (entries) => {
      const state = reduceAll(observe(entries));
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    }),
  );
});
