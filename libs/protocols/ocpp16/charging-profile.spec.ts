import { describe, expect, it } from '@jest/globals';
import type { Limit } from '#libs/contracts/limit.js';
import { limitProfile, personsMaximumProfile, roundDown } from './charging-profile.js';
import { schemasOf } from '../ocppj/schema.js';

const { checkRequest } = schemasOf('ocpp1.6');

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

describe('limits as charging profiles', () => {
  it('with a transaction: TxProfile, stack level 1, ends at the charger itself when the lease ends', () => {
    expect(limitProfile(limit)).toEqual({
      connectorId: 2,
      csChargingProfiles: {
        chargingProfileId: 1_002,
        transactionId: 77,
        stackLevel: 1,
        chargingProfilePurpose: 'TxProfile',
        chargingProfileKind: 'Absolute',
        validTo: '2026-01-05T08:01:00.000Z',
        chargingSchedule: {
          chargingRateUnit: 'A',
          startSchedule: '1970-01-01T00:00:00.000Z',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 13.3 }],
        },
      },
    });
  });

  it('without: the standing TxDefaultProfile, stack level 0, for ever', () => {
    const { csChargingProfiles } = limitProfile({ ...limit, transactionId: null, leaseUntil: null });
    expect(csChargingProfiles).toMatchObject({ stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile' });
    expect(csChargingProfiles).not.toHaveProperty('validTo');
    expect(csChargingProfiles).not.toHaveProperty('transactionId');
  });

  it.each([1, 3] as const)(
    'OCPP 1.6 7.14: names %d phases to a charger that switches, default included',
    (numberPhases) => {
      for (const transactionId of [77, null]) {
        const profile = limitProfile({ ...limit, transactionId, numberPhases });
        expect(profile.csChargingProfiles.chargingSchedule.chargingSchedulePeriod).toEqual([
          { startPeriod: 0, limit: 13.3, numberPhases },
        ]);
        expect(checkRequest('SetChargingProfile', profile)).toBeNull();
      }
    },
  );

  it('OCPP 1.6 3.13.1: a person sets the whole charger, connector 0', () => {
    const profile = personsMaximumProfile(16);
    expect(profile.connectorId).toBe(0);
    expect(profile.csChargingProfiles.chargingProfilePurpose).toBe('ChargePointMaxProfile');
  });

  it.each([
    [6, 6],
    [13.37, 13.3],
    [0.3, 0.3],
    [16.1, 16.1],
    [31.999, 31.9],
    [0, 0],
  ])('OCPP 1.6 7.13: %d A is sent as %d A, never more', (current_A, sent) => {
    expect(roundDown(current_A)).toBe(sent);
  });

  it('every tenth of an ampere passes the schema (multipleOf 0.1 has no exact binary form)', () => {
    for (let tenth = 0; tenth <= 1_000; tenth++) {
      const profile = limitProfile({ ...limit, current_A: tenth / 10 });
      expect(profile.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit).toBe(tenth / 10);
      expect(checkRequest('SetChargingProfile', profile)).toBeNull();
    }
    expect(checkRequest('SetChargingProfile', personsMaximumProfile(16))).toBeNull();
  });
});
