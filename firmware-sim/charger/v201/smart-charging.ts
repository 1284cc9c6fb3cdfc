import type { Answer } from '../protocol.js';
import type { Charger201 } from './charger201.js';
import { plain, type ArchivedProfile, type ProfileCriteria } from './profile-archive.js';
import { refusal, type ChargingProfile201 } from './types.js';

/** OCPP 2.0.1 K01 to K04. */
export function setChargingProfile(
  { profiles, transactions, station }: Charger201,
  request: { readonly evseId: number; readonly chargingProfile: ChargingProfile201 },
): Answer {
  const { evseId, chargingProfile } = request;
  const { chargingProfilePurpose, transactionId } = chargingProfile;
  const refuse = (code: string, why: string): Answer => ({ status: 'Rejected', ...refusal(code, why) });
  // K01.FR.22: a constraint from outside cannot come from the central system.
  if (chargingProfilePurpose === 'ChargingStationExternalConstraints')
    return refuse('InvalidProfile', 'An external constraint is not for the central system to set.');
  const connector = station.connector(evseId);
  if (evseId !== 0 && !connector) return refuse('UnknownEvse', `There is no EVSE ${evseId}.`);
  if (chargingProfilePurpose === 'TxProfile') {
    if (transactionId === undefined) return refuse('MissingParam', 'A TxProfile names its transaction.');
    const running = connector && transactions.on(connector);
    if (running?.transactionId !== transactionId)
      return refuse('TxNotFound', 'That transaction does not run on this EVSE.');
    if (!connector?.transaction && connector)
      return setEarly(connector.number, transactionId, { profiles, station }, chargingProfile);
  }
  const status = profiles.set(evseId, chargingProfile, 'CSO');
  return status === 'Accepted'
    ? { status }
    : refuse('InvalidProfile', 'The profile does not fit this station.');
}

/** A transaction that nobody is authorized for yet holds no power, but may have its profile already. */
function setEarly(
  evseId: number,
  transactionId: string,
  { profiles, station }: Pick<Charger201, 'profiles' | 'station'>,
  profile: ChargingProfile201,
): Answer {
  const status = station.profiles.set(evseId, plain(profile), {
    transactionId,
    startedAt_ms: station.now_ms(),
  });
  if (status === 'Accepted') profiles.note(evseId, profile, 'CSO');
  return { status };
}

/** OCPP 2.0.1 K10. */
export function clearChargingProfile(
  { profiles }: Charger201,
  request: { readonly chargingProfileId?: number; readonly chargingProfileCriteria?: ProfileCriteria },
): Answer {
  return { status: profiles.clear(request.chargingProfileId, request.chargingProfileCriteria ?? {}) };
}

/** OCPP 2.0.1 K08. EVSE 0 is the grid connection of the station. */
export function getCompositeSchedule(
  { station }: Charger201,
  request: { readonly evseId: number; readonly duration: number; readonly chargingRateUnit?: 'A' | 'W' },
): Answer {
  const { evseId, duration, chargingRateUnit = 'A' } = request;
  const chargingSchedulePeriod = station.compositeSchedule(evseId, duration, chargingRateUnit);
  if (!chargingSchedulePeriod)
    return { status: 'Rejected', ...refusal('UnknownEvse', `There is no EVSE ${evseId}.`) };
  const scheduleStart = station.timestamp();
  const schedule = { evseId, duration, scheduleStart, chargingRateUnit, chargingSchedulePeriod };
  return { status: 'Accepted', schedule };
}

interface ProfilesRequest {
  readonly requestId: number;
  readonly evseId?: number;
  readonly chargingProfile: {
    readonly chargingProfilePurpose?: string;
    readonly stackLevel?: number;
    readonly chargingProfileId?: readonly number[];
    readonly chargingLimitSource?: readonly string[];
  };
}

/** OCPP 2.0.1 K09: the answer says whether there are any; they follow in ReportChargingProfiles, one per EVSE and source. */
export function getChargingProfiles({ profiles, station }: Charger201, request: ProfilesRequest): Answer {
  const groups = new Map<string, ArchivedProfile[]>();
  for (const held of profiles.list().filter((candidate) => wanted(request, candidate))) {
    const key = `${held.evseId} ${held.source}`;
    groups.set(key, [...(groups.get(key) ?? []), held]);
  }
  if (groups.size === 0) return { status: 'NoProfiles' };
  station.wire.permit('ReportChargingProfiles');
  station.afterAnswer(() => {
    const parts = [...groups.values()];
    for (const [index, part] of parts.entries()) {
      station.say('ReportChargingProfiles', {
        requestId: request.requestId,
        chargingLimitSource: part[0]?.source,
        chargingProfile: part.map(({ profile }) => profile),
        evseId: part[0]?.evseId,
        tbc: index < parts.length - 1,
      });
    }
  });
  return { status: 'Accepted' };
}

function wanted({ evseId, chargingProfile: criteria }: ProfilesRequest, held: ArchivedProfile): boolean {
  const { profile, source } = held;
  return (
    (evseId === undefined || held.evseId === evseId) &&
    (criteria.chargingProfilePurpose ?? profile.chargingProfilePurpose) === profile.chargingProfilePurpose &&
    (criteria.stackLevel ?? profile.stackLevel) === profile.stackLevel &&
    (criteria.chargingProfileId?.includes(profile.id) ?? true) &&
    (criteria.chargingLimitSource?.includes(source) ?? true)
  );
}
