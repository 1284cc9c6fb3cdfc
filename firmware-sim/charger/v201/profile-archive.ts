import type { ChargingProfile, ProfilePurpose } from '#libs/protocols/ocppj/charging-profile.js';
import type { Station } from '../station.js';
import type { ChargingProfile201, ProfilePurpose201 } from './types.js';

export type LimitSource = 'EMS' | 'Other' | 'SO' | 'CSO';

const purposes: Record<ProfilePurpose201, ProfilePurpose> = {
  ChargingStationExternalConstraints: 'ExternalConstraints',
  ChargingStationMaxProfile: 'ChargePointMaxProfile',
  TxDefaultProfile: 'TxDefaultProfile',
  TxProfile: 'TxProfile',
};

export interface ArchivedProfile {
  readonly evseId: number;
  readonly profile: ChargingProfile201;
  readonly source: LimitSource;
}

export interface ProfileCriteria {
  readonly evseId?: number;
  readonly chargingProfilePurpose?: string;
  readonly stackLevel?: number;
}

/** The profiles as they came, beside the station's own reading of them: reports must give back what was sent (K09). */
export class ProfileArchive {
  private readonly originals = new Map<number, ArchivedProfile>();

  constructor(private readonly station: Station) {}

  set(evseId: number, profile: ChargingProfile201, source: LimitSource): 'Accepted' | 'Rejected' {
    const status = this.station.setChargingProfile(evseId, plain(profile));
    if (status === 'Accepted') this.note(evseId, profile, source);
    return status;
  }

  /** Keeps the original of a profile that is installed by another way. */
  note(evseId: number, profile: ChargingProfile201, source: LimitSource): void {
    this.originals.set(profile.id, { evseId, profile, source });
  }

  /** K10: an id names one profile; otherwise every criterion must match. */
  clear(id: number | undefined, criteria: ProfileCriteria): 'Accepted' | 'Unknown' {
    const { evseId, chargingProfilePurpose, stackLevel } = criteria;
    return this.station.profiles.clear({
      id,
      connectorId: evseId,
      stackLevel,
      chargingProfilePurpose: purposes[chargingProfilePurpose as ProfilePurpose201],
    });
  }

  /** Those still installed, as they came. */
  list(): ArchivedProfile[] {
    const installed = new Set(this.station.profiles.list().map(({ profile }) => profile.chargingProfileId));
    for (const id of this.originals.keys()) if (!installed.has(id)) this.originals.delete(id);
    return [...this.originals.values()];
  }
}

/** The station's reading of a profile: of several schedules (ISO 15118) the first. */
export function plain(profile: ChargingProfile201): ChargingProfile {
  const [schedule] = profile.chargingSchedule;
  if (!schedule) throw new Error('A charging profile without a schedule passed the official schema.');
  return {
    chargingProfileId: profile.id,
    transactionId: profile.transactionId,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: purposes[profile.chargingProfilePurpose],
    chargingProfileKind: profile.chargingProfileKind,
    recurrencyKind: profile.recurrencyKind,
    validFrom: profile.validFrom,
    validTo: profile.validTo,
    chargingSchedule: schedule,
  };
}
