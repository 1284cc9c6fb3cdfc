import { describe, expect, it } from '@jest/globals';
import type { DeviceKind } from './common-state.js';
import type { DeviceEvent } from './device-event.js';
import { initialDeviceState, reduceDevice } from './device-state.js';
import { presence, presenceDeadline_ms } from './presence.js';

const start = Date.UTC(2026, 0, 5);
const connected = (connectionEpoch: number): DeviceEvent => ({
  type: 'connected',
  connectionEpoch,
  protocol: 'ocpp1.6',
});
const disconnected = (connectionEpoch: number, cause: 'closed' | 'replaced' | 'timeout'): DeviceEvent => ({
  type: 'disconnected',
  connectionEpoch,
  cause,
});
const heard: DeviceEvent = { type: 'heard' };

/** A device that says these things, each so many seconds after the start, by its own clock or by ours. */
function after(
  kind: DeviceKind,
  story: readonly (readonly [second: number, event: DeviceEvent])[],
  clock_ms = 0,
) {
  return story.reduce((state, [second, event]) => {
    const receivedAt = start + second * 1_000;
    return reduceDevice(state, { event, receivedAt, deviceTime: clock_ms === 0 ? receivedAt : clock_ms });
  }, initialDeviceState(kind));
}
const at = (second: number): number => start + second * 1_000;

describe('wrong online state', () => {
  it('bulk import: a device that is registered and never spoke is never-seen, however long ago that was', () => {
    for (const kind of ['charger', 'balancer', 'hub'] as const)
      for (const second of [0, 1_000, 10_000_000])
        expect(presence(initialDeviceState(kind), at(second))).toBe('never-seen');
  });

  it('first contact: it is online with its first word, before it has booted', () => {
    expect(presence(after('charger', [[0, connected(1)]]), at(0))).toBe('online');
    expect(presence(after('balancer', [[0, heard]]), at(1))).toBe('online');
  });

  it('reconnect race: the end of the old connection, told after the new one began, does not end the new one', () => {
    const race = after('charger', [
      [0, connected(1)],
      [10, connected(2)],
      [11, disconnected(1, 'replaced')],
    ]);
    expect(presence(race, at(12))).toBe('online');
    const overtaken = after('charger', [
      [0, connected(1)],
      [11, disconnected(1, 'closed')],
      [10, connected(2)],
    ]);
    expect(presence(overtaken, at(12))).toBe('online');
    // The end of the present connection counts at once.
    expect(
      presence(
        after('charger', [
          [0, connected(2)],
          [5, disconnected(2, 'closed')],
        ]),
        at(5),
      ),
    ).toBe('offline');
  });

  it('clock at 1970, or in the future: presence goes by when we heard it, not by what the device believes', () => {
    for (const clock_ms of [1_000, start + 400 * 86_400_000]) {
      const state = after(
        'charger',
        [
          [0, connected(1)],
          [60, heard],
        ],
        clock_ms,
      );
      expect(presence(state, at(61))).toBe('online');
      expect(presence(state, at(60) + presenceDeadline_ms.charger + 1)).toBe('offline');
    }
  });

  it('half-open: a connection that nobody closed is over when nothing came for the deadline, for each kind', () => {
    for (const kind of ['charger', 'balancer', 'hub'] as const) {
      const state = after(kind, [[0, connected(1)]]);
      expect(presence(state, at(0) + presenceDeadline_ms[kind])).toBe('online');
      expect(presence(state, at(0) + presenceDeadline_ms[kind] + 1)).toBe('offline');
      // It speaks again over the same socket: that is enough.
      const back = reduceDevice(state, { event: heard, receivedAt: at(1_000), deviceTime: at(1_000) });
      expect(presence(back, at(1_001))).toBe('online');
    }
  });
});
