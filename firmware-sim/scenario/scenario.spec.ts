import { describe, expect, it } from '@jest/globals';
import { readRecording, staysOfDay } from './caltech-day.js';
import { listScenarios, loadScenario, parseScenario } from './load-scenario.js';

const minimal = 'name: test\ndescription: a test\n';

describe('scenario files', () => {
  it('every scenario that ships is valid and says what it is', async () => {
    const names = (await listScenarios()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['caltech-garage', 'house']));
    for (const name of names) expect((await loadScenario(name, [])).description).not.toBe('');
  });

  it('names a wrong key and its place', () => {
    expect(() => parseScenario(`${minimal}zen: { cadense_s: 10 }`, [])).toThrow(/cadense_s.*\n.*zen/);
  });

  it('--set changes a value on its way in, and is checked like the file', () => {
    expect(parseScenario(minimal, ['zen.cadence_s=10', 'idToken=ABC']).zen.cadence_s).toBe(10);
    expect(() => parseScenario(minimal, ['zen.cadence_s=fast'])).toThrow(/cadence_s/);
    expect(() => parseScenario(minimal, ['zen'])).toThrow(/key=value/);
  });

  it('an unknown name is answered with the known ones', async () => {
    await expect(loadScenario('garage', [])).rejects.toThrow(/caltech-garage/);
  });
});

describe('the Caltech replay', () => {
  it('has 954 sessions, 8,900.5 kWh in all, none overlapping at a station', async () => {
    const { sessions } = await readRecording();
    expect(sessions).toHaveLength(954);
    expect(sessions.reduce((sum, { kwh }) => sum + kwh, 0)).toBeCloseTo(8_900.5, 0);
  });

  it('from midnight replays the whole day; each car wants at most what it asked for, at most 6.6 kW', async () => {
    const recording = await readRecording();
    const stays = staysOfDay(recording, '2019-03-20', '00:00');
    const fresh = stays.filter(({ arrival_min }) => arrival_min > 0);
    expect(fresh.length).toBeGreaterThan(45);
    expect(stays.every(({ maximum_A }) => Math.abs(maximum_A - 31.73) < 0.01)).toBe(true);
    expect(stays.every(({ departure_min, arrival_min }) => departure_min > arrival_min)).toBe(true);
  });

  it('a later start shifts the same day, and cars that came earlier are there with what they still want', async () => {
    const recording = await readRecording();
    const midnight = staysOfDay(recording, '2019-03-20', '00:00');
    const morning = staysOfDay(recording, '2019-03-20', '10:00');
    const early = morning.filter(({ arrival_min }) => arrival_min === 0);
    expect(early.length).toBeGreaterThan(10);
    for (const stay of morning) {
      const twin = midnight.find(
        ({ station, departure_min }) =>
          station === stay.station && departure_min === stay.departure_min + 600,
      );
      expect(twin).toBeDefined();
      expect(stay.energy_Wh).toBeLessThanOrEqual((twin?.energy_Wh ?? 0) + 1e-9);
    }
    expect(early.some(({ energy_Wh }) => energy_Wh > 0)).toBe(true);
  });

  it('reads the garage clocks: daylight saving time began on 2019-03-10', () => {
    const recording = {
      period_minutes: 5,
      start: '2019-03-01T00:00:00-08:00',
      voltage: 208,
      max_kw: 6.6,
      sessions: [
        // 2019-03-08 09:00 PST and 2019-03-12 09:00 PDT.
        { arrival: 7 * 288 + 9 * 12, departure: 7 * 288 + 12 * 12, kwh: 5, station: 'CA-1' },
        { arrival: 11 * 288 + 8 * 12, departure: 11 * 288 + 12 * 12, kwh: 5, station: 'CA-1' },
      ],
    };
    expect(staysOfDay(recording, '2019-03-08', '08:00').map(({ arrival_min }) => arrival_min)).toEqual([60]);
    expect(staysOfDay(recording, '2019-03-12', '08:00').map(({ arrival_min }) => arrival_min)).toEqual([60]);
  });
});
