import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '#libs/allocation/policy.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import type { DeviceSettings } from '#libs/contracts/settings.js';
import type { SiteRecord } from '#libs/store/site-repository.js';
import { single, siteTopology } from '#libs/testing/site-builder.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { SiteActor } from './site-actor.js';

const start = Date.parse('2026-01-05T18:00:00Z');
const after = (seconds: number): EpochMilliseconds => epochMilliseconds(start + seconds * 1_000);
const hour_s = 3_600;

const record = (settings: DeviceSettings, some: Partial<SiteRecord> = {}): SiteRecord => ({
  siteId: 'site',
  timeZone: 'UTC',
  topology: siteTopology({ fuse_A: 40, metered: false, chargers: [{ wiring: single('L1') }] }),
  settings: new Map([['charger-0', settings]]),
  standingDefaults_A: new Map([['charger-0/1', 6]]),
  openTransactions: [],
  nodeLimits: [],
  prices: [],
  tokenMaximums_A: new Map(),
  ...some,
});

/** A site with one charger and a car whose session runs. */
class Bench {
  private actor: SiteActor;

  constructor(site: SiteRecord) {
    this.actor = this.create(site, null);
    this.hear(0, { type: 'connected', connectionEpoch: 1, protocol: 'ocpp1.6' });
    this.hear(0, {
      type: 'transaction-started',
      connector: 1,
      transactionId: 7,
      idToken: 'CARD',
      meterStart_Wh: 1_000,
    });
  }

  change(site: SiteRecord): void {
    this.actor = this.create(site, this.actor);
  }

  hear(at_s: number, event: DeviceEvent): void {
    const at = after(at_s);
    this.actor.take({
      siteId: 'site',
      deviceId: 'charger-0',
      deviceKind: 'charger',
      deviceTime: at,
      receivedAt: at,
      event,
    });
  }

  counter(at_s: number, energy_Wh: number): void {
    const nothing = { current_A: null, voltage_V: null, power_W: null, offered_A: null };
    this.hear(at_s, { type: 'meter-sample', connector: 1, transactionId: 7, energy_Wh, ...nothing });
  }

  settingsAt(at_s: number) {
    this.actor.decide(after(at_s));
    return this.actor.state.connectors[0]!.settings;
  }

  /** What the charger is told next: the first new limit of a renewal period. */
  limitAt(at_s: number) {
    const decision = this.actor.decide(after(at_s)).find(({ transactionId }) => transactionId !== null);
    return decision && { current_A: decision.current_A, ...decision.reason };
  }

  capacityAt(at_s: number): number {
    this.actor.decide(after(at_s));
    return this.actor.state.allocation.capacity_A[0]!;
  }

  private create(site: SiteRecord, before: SiteActor | null): SiteActor {
    const created = SiteActor.create(site, 1, after(0), defaultPolicy, before);
    if (!created.ok) throw new Error(JSON.stringify(created.error));
    return created.value;
  }
}

const prices = (perHour: readonly number[]) =>
  perHour.map((perKWh, hour) => ({ from: after(hour * hour_s), until: after((hour + 1) * hour_s), perKWh }));

describe('what holds for a site', () => {
  it('NB-91: pauses for the price with its end as the reason, and starts when the cheap hour comes', () => {
    const bench = new Bench(record({ mode: 'price', energy_kWh: 6 }, { prices: prices([9, 9, 1, 9, 1]) }));
    expect(bench.limitAt(1)).toMatchObject({
      current_A: 0,
      code: 'price',
      source: 'price',
      until: after(2 * hour_s),
    });
    expect(bench.settingsAt(2 * hour_s - 1).pausedBy).toBe('price');
    expect(bench.settingsAt(2 * hour_s).pausedBy).toBeNull();
    // It got nothing in that hour: the next cheap one is as good.
    expect(bench.settingsAt(3 * hour_s)).toMatchObject({ pausedBy: 'price', pausedUntil: after(4 * hour_s) });
  });

  it('counts what the charger delivered against the goal of the session, also after a change of the site', () => {
    const site = record({ departures: [{ days: ['mon'], at: '23:00' }], energy_kWh: 10 });
    const bench = new Bench(site);
    expect(bench.settingsAt(1).departure).toEqual({ at: after(5 * hour_s), remaining_Wh: 10_000 });
    bench.counter(60, 5_000);
    expect(bench.settingsAt(61).departure?.remaining_Wh).toBe(6_000);
    bench.change(site);
    expect(bench.settingsAt(62).departure?.remaining_Wh).toBe(6_000);
    bench.counter(70, 9_000_000);
    expect(bench.settingsAt(71).departure?.remaining_Wh).toBe(0);
  });

  it('in price mode the energy that was asked for ends the charging, and says so', () => {
    const bench = new Bench(record({ mode: 'price', energy_kWh: 10 }, { prices: prices([1]) }));
    expect(bench.settingsAt(1).pausedBy).toBeNull();
    bench.counter(60, 11_000);
    expect(bench.limitAt(61)).toMatchObject({ current_A: 0, code: 'goal', source: 'person' });
  });

  it('a goal is for its own session', () => {
    const goal = { transactionId: 7, departure: new Date(after(hour_s)).toISOString(), energy_kWh: 5 };
    const bench = new Bench(record({ goal }));
    expect(bench.settingsAt(1).departure).toEqual({ at: after(hour_s), remaining_Wh: 5_000 });
    bench.hear(2, {
      type: 'transaction-ended',
      connector: 1,
      transactionId: 7,
      meterStop_Wh: 1_500,
      reason: 'Local',
    });
    bench.hear(3, {
      type: 'transaction-started',
      connector: 1,
      transactionId: 8,
      idToken: 'CARD',
      meterStart_Wh: 1_500,
    });
    expect(bench.settingsAt(4).departure).toBeNull();
  });

  it('NB-92: the smaller of the charger and the driver holds', () => {
    const tokenMaximums_A = new Map([['CARD', 10]]);
    expect(new Bench(record({ maxCurrent_A: 16 }, { tokenMaximums_A })).settingsAt(1).personMaximum_A).toBe(
      10,
    );
    expect(new Bench(record({ maxCurrent_A: 8 }, { tokenMaximums_A })).settingsAt(1).personMaximum_A).toBe(8);
    const other = new Map([['ANOTHER', 10]]);
    expect(
      new Bench(record({ maxCurrent_A: 16 }, { tokenMaximums_A: other })).settingsAt(1).personMaximum_A,
    ).toBe(16);
  });

  it('OCPP 2.0.1 E02: a card held and a meter read after the cable was plugged in count for the session', () => {
    const site = record({ energy_kWh: 10, departures: [{ days: ['mon'], at: '23:00' }] });
    const bench = new Bench({ ...site, tokenMaximums_A: new Map([['LATE', 10]]) });
    const start = { type: 'transaction-started', connector: 1, transactionId: 8 } as const;
    bench.hear(2, { ...start, idToken: '', meterStart_Wh: 0 });
    expect(bench.settingsAt(3).personMaximum_A).toBeNull();
    bench.hear(4, { ...start, idToken: 'LATE', meterStart_Wh: 500_000 });
    const nothing = { current_A: null, voltage_V: null, power_W: null, offered_A: null };
    const sample = { type: 'meter-sample', connector: 1, transactionId: 8, ...nothing } as const;
    bench.hear(5, { ...sample, energy_Wh: 501_000 });
    expect(bench.settingsAt(6)).toMatchObject({
      personMaximum_A: 10,
      departure: { remaining_Wh: 9_000 },
    });
  });

  it('NB-93: a boost lifts a closed schedule until its end, on the second', () => {
    const schedule = [{ days: ['tue' as const], from: '00:00', to: '06:00' }];
    const bench = new Bench(record({ schedule, boostUntil: new Date(after(600)).toISOString() }));
    expect(bench.limitAt(1)).toMatchObject({ current_A: 32 });
    expect(bench.settingsAt(599)).toMatchObject({ boosted: true, pausedBy: 'schedule' });
    expect(bench.limitAt(600)).toMatchObject({ current_A: 0, code: 'schedule', until: after(6 * hour_s) });
  });

  it('a limit of the grid operator begins and ends by the clock, with no word from anybody', () => {
    const nodeLimits = [
      {
        nodeId: 'grid',
        limit_A: [10, 10, 10] as const,
        source: 'grid-operator' as const,
        from: after(100),
        until: after(200),
      },
    ];
    const bench = new Bench(record({}, { nodeLimits }));
    expect(bench.capacityAt(99)).toBe(40);
    expect(bench.limitAt(100)).toMatchObject({
      current_A: 10,
      code: 'node-limited',
      source: 'grid-operator',
      nodeId: 'grid',
      phase: 'L1',
      until: after(200),
    });
    expect(bench.capacityAt(199)).toBe(10);
    expect(bench.capacityAt(200)).toBe(40);
  });

  it('between two boundaries nothing is worked out again, however often it is asked', () => {
    const schedule = [{ days: ['tue' as const], from: '00:00', to: '06:00' }];
    const bench = new Bench(record({ schedule }));
    const first = bench.settingsAt(1);
    for (let second = 2; second < 6 * hour_s; second += 60) expect(bench.settingsAt(second)).toBe(first);
    expect(bench.settingsAt(6 * hour_s)).not.toBe(first);
  });

  it('a session whose start was lost counts from the first word of it', () => {
    const bench = new Bench(record({ departures: [{ days: ['mon'], at: '23:00' }], energy_kWh: 10 }));
    const nothing = { current_A: null, voltage_V: null, power_W: null, offered_A: null };
    bench.hear(5, {
      type: 'transaction-ended',
      connector: 1,
      transactionId: 7,
      meterStop_Wh: 2_000,
      reason: 'Local',
    });
    for (const energy_Wh of [50_000, 53_000])
      bench.hear(10, { type: 'meter-sample', connector: 1, transactionId: 9, energy_Wh, ...nothing });
    expect(bench.settingsAt(11).departure?.remaining_Wh).toBe(7_000);
  });
});
