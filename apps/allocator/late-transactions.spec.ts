import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '#libs/allocation/policy.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import type { OpenTransaction, SiteRecord } from '#libs/store/site-repository.js';
import { single, siteTopology } from '#libs/testing/site-builder.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { SiteActor } from './site-actor.js';

const noon = Date.parse('2026-01-05T12:00:00Z');
const at = (minutes: number): EpochMilliseconds => epochMilliseconds(noon + minutes * 60_000);

const record = (openTransactions: readonly OpenTransaction[]): SiteRecord => ({
  siteId: 'site',
  timeZone: 'UTC',
  topology: siteTopology({ fuse_A: 40, metered: false, chargers: [{ wiring: single('L1') }] }),
  settings: new Map(),
  standingDefaults_A: new Map([['charger-0/1', 6]]),
  openTransactions,
  nodeLimits: [],
  prices: [],
  tokenMaximums_A: new Map(),
});

function actorOf(site: SiteRecord, before: SiteActor | null): SiteActor {
  const created = SiteActor.create(site, 1, at(0), defaultPolicy, before);
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  return created.value;
}

/** Tells the actor what happened at `minutes` by the charger's clock and was received at `received`. */
function tell(actor: SiteActor, minutes: number, received: number, event: DeviceEvent): void {
  const [deviceTime, receivedAt] = [at(minutes), at(received)];
  actor.take({ siteId: 'site', deviceId: 'charger-0', deviceKind: 'charger', deviceTime, receivedAt, event });
}

const about = (transactionId: number) => ({ connector: 1, transactionId });
const start = (transactionId: number): DeviceEvent => ({
  type: 'transaction-started',
  ...about(transactionId),
  idToken: 'CARD',
  meterStart_Wh: 0,
});
const end = (transactionId: number): DeviceEvent => ({
  type: 'transaction-ended',
  ...about(transactionId),
  meterStop_Wh: 1_000,
  reason: 'Local',
});
const sample = (transactionId: number, current_A: number): DeviceEvent => ({
  type: 'meter-sample',
  ...about(transactionId),
  current_A: [current_A, 0, 0],
  voltage_V: null,
  power_W: null,
  energy_Wh: null,
  offered_A: null,
});
const status = (of: 'Available' | 'Charging' | 'Faulted'): DeviceEvent => ({
  type: 'connector-status',
  connector: 1,
  status: of,
  errorCode: 'NoError',
});

const running = (actor: SiteActor): number | null => actor.state.connectors[0]!.transactionId;

/** A charger whose transaction 7 began at noon tells, five minutes later, all of transaction 8 of the same morning. */
const late: readonly (readonly [number, DeviceEvent])[] = [
  [-90, start(8)],
  [-80, sample(8, 16)],
  [-31, end(8)],
  [-30, status('Available')],
];

describe('an older transaction that comes late', () => {
  it('OCPP 2.0.1 E04, OCPP 1.6 3.7.1: takes neither the limit nor the current of the one that runs', () => {
    const actor = actorOf(record([]), null);
    tell(actor, 0, 0, { type: 'connected', connectionEpoch: 1, protocol: 'ocpp2.0.1' });
    tell(actor, 0, 0, start(7));
    tell(actor, 1, 1, sample(7, 10));
    for (const [minutes, event] of late) {
      tell(actor, minutes, 5, event);
      expect([running(actor), actor.state.connectors[0]!.sample?.current_A[0]]).toEqual([7, 10]);
    }
    const limits = actor.decide(at(6)).filter(({ transactionId }) => transactionId !== null);
    expect(limits.map(({ transactionId }) => transactionId)).toEqual([7]);
  });

  it('OCPP 1.6 3.7.1: opens nothing once the newer one has ended', () => {
    const actor = actorOf(record([]), null);
    tell(actor, 0, 0, start(7));
    tell(actor, 4, 4, end(7));
    for (const [minutes, event] of late) {
      tell(actor, minutes, 5, event);
      expect(running(actor)).toBeNull();
    }
  });

  it('a newer one takes the place of one whose end was lost, and its own Available ends it', () => {
    const actor = actorOf(record([]), null);
    tell(actor, 0, 0, start(7));
    tell(actor, 5, 5, start(8));
    expect(running(actor)).toBe(8);
    tell(actor, 9, 9, status('Available'));
    expect(running(actor)).toBeNull();
  });

  it('is not taken for the newer one after a restart either', () => {
    const open = (transactionId: number, minutes: number): OpenTransaction => ({
      deviceId: 'charger-0',
      ...about(transactionId),
      idToken: `CARD-${transactionId}`,
      startedAt: at(5),
      beganAt: at(minutes),
      meterStart_Wh: 0,
    });
    const before = actorOf(record([open(7, 0)]), null);
    const after = actorOf(record([open(8, -90)]), before);
    tell(after, -80, 6, sample(8, 16));
    expect(running(after)).toBe(7);
  });
});
