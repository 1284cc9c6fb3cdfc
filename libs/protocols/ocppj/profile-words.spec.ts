import { describe, expect, it } from '@jest/globals';
import type { Limit } from '#libs/contracts/limit.js';
import { limitProfile, personsMaximumProfile } from '../ocpp16/charging-profile.js';
import { profileWords16 } from '../ocpp16/profile-words.js';
import {
  leaseProfile,
  personsMaximumProfile as personsMaximumProfile201,
  standingProfile,
} from '../ocpp201/charging-profile.js';
import { profileWords201 } from '../ocpp201/profile-words.js';
import { schemasOf } from './schema.js';

const limit: Limit = {
  limitId: 'l',
  siteId: 's',
  deviceId: 'd',
  connector: 2,
  transactionId: 7,
  current_A: 12.34,
  numberPhases: 1,
  ownerEpoch: 1,
  issuedAt: 0,
  leaseUntil: Date.parse('2026-03-02T17:00:00Z'),
  reason: { code: 'node-full', nodeId: 'main', phase: 'L2', source: 'fuse' },
};
const standing: Limit = { ...limit, transactionId: null, leaseUntil: null, numberPhases: null };

describe('charging profiles in one form for all versions', () => {
  it('OCPP 1.6 5.16, OCPP 2.0.1 K01: a lease, a standing default and a maximum read alike in both', () => {
    const set = 'SetChargingProfile';
    for (const [first, second, connector] of [
      [limitProfile(limit), leaseProfile(limit, 'tx-7'), 2],
      [limitProfile(standing), standingProfile(standing), 2],
      [personsMaximumProfile(16), personsMaximumProfile201(16), 0],
    ] as const) {
      const read = [profileWords16.change(set, first), profileWords201.change(set, second)];
      for (const change of read) expect(change).toMatchObject({ kind: 'set', connector });
      const [one, two] = read.map((change) => (change?.kind === 'set' ? change.profile : null));
      expect(one).toMatchObject({
        chargingProfileId: two?.chargingProfileId,
        stackLevel: two?.stackLevel,
        chargingProfilePurpose: two?.chargingProfilePurpose,
        chargingSchedule: {
          chargingSchedulePeriod: two?.chargingSchedule.chargingSchedulePeriod,
          startSchedule: two?.chargingSchedule.startSchedule,
        },
      });
      expect(one?.validTo).toBe(two?.validTo);
    }
  });

  it('OCPP 1.6 5.3, OCPP 2.0.1 K10: what is to be cleared reads alike in both', () => {
    const clear = 'ClearChargingProfile';
    const request = { chargingProfilePurpose: 'ChargePointMaxProfile', stackLevel: 3 };
    expect(profileWords16.change(clear, request)).toMatchObject({ kind: 'clear', request });
    const criteria = { chargingProfilePurpose: 'ChargingStationMaxProfile', stackLevel: 3 };
    expect(profileWords201.change(clear, { chargingProfileCriteria: criteria })).toMatchObject({
      kind: 'clear',
      request,
    });
    expect(profileWords201.change(clear, { chargingProfileId: 5 })).toMatchObject({ request: { id: 5 } });
  });

  it('other calls are not about profiles', () => {
    expect(profileWords16.change('Reset', { type: 'Soft' })).toBeNull();
    expect(profileWords201.change('Reset', { type: 'OnIdle' })).toBeNull();
  });

  it('OCPP 2.0.1 K15, OCPP 2.1: several schedules, or a period without a limit, cannot be computed', () => {
    const profile = personsMaximumProfile201(16).chargingProfile;
    const [schedule] = profile.chargingSchedule;
    const change = (chargingProfile: object) =>
      profileWords201.change('SetChargingProfile', { evseId: 0, chargingProfile });
    expect(change({ ...profile, chargingSchedule: [schedule, schedule] })).toEqual({ kind: 'unreadable' });
    const open = [{ ...schedule, chargingSchedulePeriod: [{ startPeriod: 0 }] }];
    expect(change({ ...profile, chargingSchedule: open })).toEqual({ kind: 'unreadable' });
    expect(change({ ...profile, chargingProfileKind: 'Dynamic' })).toEqual({ kind: 'unreadable' });
    expect(change({ ...profile, chargingProfilePurpose: 'LocalGeneration' })).toEqual({ kind: 'unreadable' });
  });

  it('OCPP 1.6 5.7, OCPP 2.0.1 K08: the questions are what the official schemas ask for', () => {
    const action = 'GetCompositeSchedule';
    expect(schemasOf('ocpp1.6').checkRequest(action, profileWords16.question(1, 60))).toBeNull();
    expect(schemasOf('ocpp2.0.1').checkRequest(action, profileWords201.question(1, 60))).toBeNull();
    expect(schemasOf('ocpp2.1').checkRequest(action, profileWords201.question(1, 60))).toBeNull();
  });

  it('OCPP 1.6 7.13, 7.14: watts become amperes with 230 V and the phases of the period, three when none are named', () => {
    const schedule = {
      duration: 60,
      chargingRateUnit: 'W',
      chargingSchedulePeriod: [
        { startPeriod: 30, limit: 6_900 },
        { startPeriod: 0, limit: 2_300, numberPhases: 1 },
      ],
    };
    const expected = {
      duration_s: 60,
      periods: [
        { from_s: 0, limit_A: 10 },
        { from_s: 30, limit_A: 10 },
      ],
    };
    expect(profileWords16.schedule({ status: 'Accepted', chargingSchedule: schedule })).toEqual(expected);
    expect(profileWords201.schedule({ status: 'Accepted', schedule })).toEqual(expected);
  });

  it('an answer without a schedule, or with one that cannot be read, is none', () => {
    for (const words of [profileWords16, profileWords201]) {
      expect(words.schedule({ status: 'Accepted' })).toBeNull();
      expect(words.schedule(null)).toBeNull();
      const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0 }] };
      expect(words.schedule({ schedule, chargingSchedule: schedule })).toBeNull();
    }
  });
});
