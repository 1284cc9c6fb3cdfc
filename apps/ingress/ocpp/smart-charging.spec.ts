import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { Limit } from '#libs/contracts/limit.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import { limitProfile } from '#libs/protocols/ocpp16/charging-profile.js';
import { profileWords16 } from '#libs/protocols/ocpp16/profile-words.js';
import { leaseProfile, standingProfile } from '#libs/protocols/ocpp201/charging-profile.js';
import { profileWords201 } from '#libs/protocols/ocpp201/profile-words.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { CallOutcome } from './outbound-calls.js';
import { SmartCharging } from './smart-charging.js';

const device = { deviceId: 'd', siteId: 's', identity: 'CP', kind: 'charger' } as unknown as RegisteredDevice;
const accepted: CallOutcome = { kind: 'answered', payload: { status: 'Accepted' } };
const start_ms = Date.parse('2026-03-02T17:00:00Z');

const lease: Limit = {
  limitId: 'l',
  siteId: 's',
  deviceId: 'd',
  connector: 1,
  transactionId: 7,
  current_A: 10,
  numberPhases: null,
  ownerEpoch: 1,
  issuedAt: start_ms,
  leaseUntil: start_ms + 3_600_000,
  reason: { code: 'node-full', nodeId: 'main', phase: 'L2', source: 'fuse' },
};
const standing: Limit = { ...lease, transactionId: null, leaseUntil: null };

/** One charger, its connection and its session; each sample stands 5 s after the one before. */
class Bench {
  readonly published: DeviceEvent[] = [];
  refusesNotices = false;
  private now_ms = start_ms;
  readonly smart = new SmartCharging({
    clock: { now: () => epochMilliseconds(this.now_ms) },
    logger: pino({ level: 'silent' }),
    observe: async (_device, event) => {
      if (this.refusesNotices && event.type === 'notice') throw new Error('the bus is away');
      this.published.push(event);
    },
  });

  constructor(private readonly version: 'ocpp1.6' | 'ocpp2.0.1') {}

  say(event: DeviceEvent): Promise<void> {
    const at = this.now_ms;
    return this.smart.observe(device, event, { deviceTime: at, receivedAt: at });
  }
  connect(connectionEpoch: number): Promise<void> {
    return this.say({ type: 'connected', connectionEpoch, protocol: this.version });
  }
  begin(transactionId: number): Promise<void> {
    return this.say({
      type: 'transaction-started',
      connector: 1,
      transactionId,
      idToken: 'CARD-1',
      meterStart_Wh: 0,
    });
  }
  end(transactionId: number): Promise<void> {
    return this.say({
      type: 'transaction-ended',
      connector: 1,
      transactionId,
      meterStop_Wh: 1,
      reason: 'Local',
    });
  }
  limited(limit: Limit, outcome: CallOutcome): void {
    const action = 'SetChargingProfile';
    if (this.version === 'ocpp1.6')
      return this.smart.called('d', profileWords16, { action, payload: limitProfile(limit) }, outcome);
    const payload =
      limit.transactionId === null ? standingProfile(limit) : leaseProfile(limit, 'a name of its own');
    this.smart.called('d', profileWords201, { action, payload }, outcome);
  }
  async draw(current_A: number, duration_s: number): Promise<void> {
    for (let after_s = 0; after_s < duration_s; after_s += 5) {
      this.now_ms += 5_000;
      await this.say({
        type: 'meter-sample',
        connector: 1,
        transactionId: null,
        current_A: [current_A, current_A, current_A],
        voltage_V: null,
        power_W: null,
        energy_Wh: null,
        offered_A: null,
      });
    }
  }
  get notices(): DeviceEvent[] {
    return this.published.filter(({ type }) => type === 'notice');
  }
}
const notice = (code: string, severity: number, measured_A: number, limit_A: number) => ({
  type: 'notice',
  topic: 'smart-charging',
  code,
  severity,
  detail: { connector: 1, limit_A, measured_A },
});

describe.each(['ocpp1.6', 'ocpp2.0.1'] as const)(
  '%s chargers that accept a limit and ignore it',
  (version) => {
    async function inSession(): Promise<Bench> {
      const bench = new Bench(version);
      await bench.connect(1);
      bench.limited({ ...standing, current_A: 6 }, accepted);
      await bench.begin(7);
      bench.limited(lease, accepted);
      return bench;
    }

    it('one notice when it draws more, one when it obeys, and every observation reaches the bus', async () => {
      const bench = await inSession();
      await bench.draw(16, 120);
      expect(bench.notices).toEqual([notice('limit-ignored', 4, 16, 10)]);
      await bench.draw(10, 120);
      expect(bench.notices.slice(1)).toEqual([notice('limit-obeyed', 8, 10, 10)]);
      expect(bench.published.filter(({ type }) => type === 'meter-sample')).toHaveLength(48);
    });

    it('a lease that ran out leaves the standing default to be obeyed', async () => {
      const bench = await inSession();
      bench.limited({ ...lease, leaseUntil: start_ms + 20_000 }, accepted);
      await bench.draw(10, 120);
      expect(bench.notices).toEqual([notice('limit-ignored', 4, 10, 6)]);
    });

    it('a limit it declined, or never answered, is none that it ignores', async () => {
      const declined = await inSession();
      declined.limited({ ...lease, current_A: 6 }, { kind: 'answered', payload: { status: 'Rejected' } });
      await declined.draw(10, 120);
      expect(declined.notices).toEqual([]);
      const unanswered = await inSession();
      unanswered.limited({ ...lease, current_A: 6 }, { kind: 'unanswered' });
      await unanswered.draw(16, 120);
      expect(unanswered.notices).toEqual([]);
      expect(unanswered.smart.profilesOf('d')?.isCertain).toBe(false);
      unanswered.limited({ ...lease, current_A: 6 }, accepted);
      await unanswered.draw(16, 120);
      expect(unanswered.notices).toEqual([notice('limit-ignored', 4, 16, 6)]);
    });

    it('each session is told of once; a late end of a former one ends nothing', async () => {
      const bench = await inSession();
      await bench.draw(16, 60);
      await bench.end(3);
      await bench.draw(16, 60);
      expect(bench.notices).toHaveLength(1);
      await bench.end(7);
      // OCPP 1.6 3.13.1: its profile died with it, so the default of 6 A holds.
      expect(bench.smart.profilesOf('d')?.limit_A(1, start_ms)).toBe(6);
      await bench.begin(8);
      await bench.draw(16, 60);
      expect(bench.notices).toHaveLength(2);
    });

    it('without a session nothing is judged', async () => {
      const bench = new Bench(version);
      await bench.connect(1);
      bench.limited(standing, accepted);
      await bench.draw(16, 120);
      expect(bench.notices).toEqual([]);
    });

    it('what was accepted on an older connection is forgotten, and the end of that one forgets nothing', async () => {
      const bench = await inSession();
      await bench.connect(2);
      expect(bench.smart.profilesOf('d')?.limit_A(1, start_ms)).toBeNull();
      bench.limited(standing, accepted);
      await bench.say({ type: 'disconnected', connectionEpoch: 1, cause: 'replaced' });
      expect(bench.smart.profilesOf('d')?.limit_A(1, start_ms)).toBe(10);
      await bench.say({ type: 'disconnected', connectionEpoch: 2, cause: 'closed' });
      expect(bench.smart.profilesOf('d')).toBeUndefined();
    });

    it('a notice that cannot be told holds up no observation', async () => {
      const bench = await inSession();
      bench.refusesNotices = true;
      await bench.draw(16, 60);
      expect(bench.published.filter(({ type }) => type === 'meter-sample')).toHaveLength(12);
    });
  },
);
