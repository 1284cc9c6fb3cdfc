import { describe, expect, it } from '@jest/globals';
import type { Limit } from '#libs/contracts/limit.js';
import { schemasOf } from '../ocppj/schema.js';
import { leaseProfile, personsMaximumProfile, standingProfile } from './charging-profile.js';

const limit: Limit = {
  limitId: 'l',
  siteId: 's',
  deviceId: 'd',
  connector: 2,
  transactionId: 77,
  current_A: 13.37,
  numberPhases: null,
  ownerEpoch: 1,
  issuedAt: 0,
  leaseUntil: Date.UTC(2026, 0, 5, 8, 1),
  reason: { code: 'node-full', nodeId: null, phase: null, source: 'fuse' },
};

const versions = ['ocpp2.0.1', 'ocpp2.1'] as const;
const conforms = (payload: object) => {
  for (const version of versions)
    expect(schemasOf(version).checkRequest('SetChargingProfile', payload)).toBeNull();
};

describe('limits as OCPP 2.0.1 charging profiles (K01)', () => {
  it("a lease: TxProfile of the station's own transaction, stack level 1, ends at the station itself", () => {
    const profile = leaseProfile(limit, 'T-1');
    expect(profile).toEqual({
      evseId: 2,
      chargingProfile: {
        id: 1_002,
        transactionId: 'T-1',
        stackLevel: 1,
        chargingProfilePurpose: 'TxProfile',
        chargingProfileKind: 'Absolute',
        validTo: '2026-01-05T08:01:00.000Z',
        chargingSchedule: [
          {
            id: 1_002,
            chargingRateUnit: 'A',
            startSchedule: '1970-01-01T00:00:00.000Z',
            chargingSchedulePeriod: [{ startPeriod: 0, limit: 13.3 }],
          },
        ],
      },
    });
    conforms(profile);
  });

  it('the standing default: TxDefaultProfile, stack level 0, for ever', () => {
    const profile = standingProfile({ ...limit, transactionId: null, leaseUntil: null });
    expect(profile).toMatchObject({
      evseId: 2,
      chargingProfile: { id: 102, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile' },
    });
    expect(profile.chargingProfile).not.toHaveProperty('validTo');
    expect(profile.chargingProfile).not.toHaveProperty('transactionId');
    conforms(profile);
  });

  it('K01.FR.38: a person sets the whole station, EVSE 0', () => {
    const profile = personsMaximumProfile(16);
    expect(profile).toMatchObject({
      evseId: 0,
      chargingProfile: { id: 1, chargingProfilePurpose: 'ChargingStationMaxProfile' },
    });
    conforms(profile);
  });

  it.each([1, 3] as const)('names %d phases to a station that switches, default included', (numberPhases) => {
    for (const profile of [
      leaseProfile({ ...limit, numberPhases }, 'T-1'),
      standingProfile({ ...limit, numberPhases }),
    ]) {
      expect(profile.chargingProfile.chargingSchedule[0].chargingSchedulePeriod).toEqual([
        { startPeriod: 0, limit: 13.3, numberPhases },
      ]);
      conforms(profile);
    }
  });

  it('the longest name a station may give its transaction passes', () => {
    conforms(leaseProfile(limit, 'x'.repeat(36)));
  });

  it('the profiles of all EVSEs and the whole station have ids of their own', () => {
    const ids = [1, 255].flatMap((connector) => [
      leaseProfile({ ...limit, connector }, 'T').chargingProfile.id,
      standingProfile({ ...limit, connector }).chargingProfile.id,
    ]);
    ids.push(personsMaximumProfile(6).chargingProfile.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
