import { externalProfileId } from '../station.js';
import type { Charger201 } from './charger201.js';
import type { ChargingProfile201 } from './types.js';

/** OCPP 2.0.1 K11 to K14: the station obeys somebody else on site, and tells the central system. */
export function limitFromOutside({ station, profiles }: Charger201, limit_A: number | null): void {
  station.limitFromOutside(limit_A);
  if (limit_A === null) {
    station.say('ClearedChargingLimit', { chargingLimitSource: 'EMS' });
    return;
  }
  const chargingSchedule = [
    {
      id: externalProfileId,
      chargingRateUnit: 'A' as const,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: limit_A }],
    },
  ];
  const profile: ChargingProfile201 = {
    id: externalProfileId,
    stackLevel: 0,
    chargingProfilePurpose: 'ChargingStationExternalConstraints',
    chargingProfileKind: 'Absolute',
    chargingSchedule,
  };
  profiles.note(0, profile, 'EMS');
  station.say('NotifyChargingLimit', {
    chargingLimit: { chargingLimitSource: 'EMS', isGridCritical: false },
    chargingSchedule,
  });
}
