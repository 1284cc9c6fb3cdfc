import {
  allowedBy,
  changesOf,
  timed,
  type ChargingProfile,
  type Offer,
  type ProfilePurpose,
  type RunningTransaction,
  type TimedProfile,
} from './charging-profile.js';

export interface ClearRequest {
  readonly id?: number | undefined;
  readonly connectorId?: number | undefined;
  readonly chargingProfilePurpose?: string | undefined;
  readonly stackLevel?: number | undefined;
}

interface Entry extends TimedProfile {
  readonly connectorId: number;
}

/** Charging profiles of one charger and the rules by which they combine (OCPP 1.6 3.13, OCPP 2.0.1 K01). */
export class ProfileStore {
  /** Highest stack level first. */
  private readonly entries: Entry[] = [];

  constructor(private readonly voltage_V: number) {}

  /** OCPP 1.6 5.16: answers the status of SetChargingProfile.conf. */
  set(
    connectorId: number,
    profile: ChargingProfile,
    transaction: RunningTransaction | null,
  ): 'Accepted' | 'Rejected' {
    const purpose = profile.chargingProfilePurpose;
    const wholeStation = purpose === 'ChargePointMaxProfile' || purpose === 'ExternalConstraints';
    if (wholeStation && connectorId !== 0) return 'Rejected';
    if (purpose === 'TxProfile') {
      if (connectorId === 0 || !transaction) return 'Rejected';
      const named = profile.transactionId;
      if (named !== undefined && named !== transaction.transactionId) return 'Rejected';
    }
    this.put(connectorId, profile);
    return 'Accepted';
  }

  /** 3.13.2, K01.FR.05: what has the same id, or the same stack level and purpose on the connector, is replaced. */
  put(connectorId: number, profile: ChargingProfile): void {
    this.remove(
      (entry) =>
        entry.profile.chargingProfileId === profile.chargingProfileId ||
        (entry.connectorId === connectorId &&
          entry.profile.chargingProfilePurpose === profile.chargingProfilePurpose &&
          entry.profile.stackLevel === profile.stackLevel),
    );
    const lower = this.entries.findIndex((entry) => entry.profile.stackLevel < profile.stackLevel);
    this.entries.splice(lower < 0 ? this.entries.length : lower, 0, { connectorId, ...timed(profile) });
  }

  /** OCPP 1.6 5.3: an id names one profile; otherwise every given field must match. */
  clear(request: ClearRequest): 'Accepted' | 'Unknown' {
    const removed = this.remove(({ connectorId, profile }) =>
      request.id !== undefined
        ? profile.chargingProfileId === request.id
        : (request.connectorId === undefined || request.connectorId === connectorId) &&
          (request.chargingProfilePurpose === undefined ||
            request.chargingProfilePurpose === profile.chargingProfilePurpose) &&
          (request.stackLevel === undefined || request.stackLevel === profile.stackLevel),
    );
    return removed > 0 ? 'Accepted' : 'Unknown';
  }

  /** 3.13.1: a TxProfile dies with its transaction. */
  transactionEnded(connectorId: number): void {
    this.remove(
      (entry) => entry.connectorId === connectorId && entry.profile.chargingProfilePurpose === 'TxProfile',
    );
  }

  /** The smallest of what each purpose allows, the outlet's hardware and the fewest phases among them. */
  offer(connectorId: number, at_ms: number, transaction: RunningTransaction | null, hardware: Offer): Offer {
    const mine =
      (transaction && this.leading('TxProfile', connectorId, at_ms, transaction)) ??
      this.leading('TxDefaultProfile', connectorId, at_ms, transaction) ??
      this.leading('TxDefaultProfile', 0, at_ms, transaction);
    return smallest(hardware, [...this.ofStation(at_ms, transaction), mine]);
  }

  /** What all connectors together may take of `most`, by the purposes that are for the whole station. */
  stationOffer(at_ms: number, transaction: RunningTransaction | null, most: Offer): Offer {
    return smallest(most, this.ofStation(at_ms, transaction));
  }

  get size(): number {
    return this.entries.length;
  }

  /** Every profile with the connector it is for, highest stack level first. */
  list(): readonly { readonly connectorId: number; readonly profile: ChargingProfile }[] {
    return this.entries.map(({ connectorId, profile }) => ({ connectorId, profile }));
  }

  /** The instants in a span at which some profile of the connector may change what it allows, in order. */
  changes(
    connectorId: number,
    from_ms: number,
    to_ms: number,
    transaction: RunningTransaction | null,
  ): number[] {
    const instants = this.entries
      .filter((entry) => entry.connectorId === 0 || entry.connectorId === connectorId)
      .flatMap((entry) => changesOf(entry, from_ms, to_ms, transaction));
    return [...new Set(instants)].toSorted((a, b) => a - b);
  }

  private ofStation(at_ms: number, transaction: RunningTransaction | null): (Offer | null)[] {
    return [
      this.leading('ChargePointMaxProfile', 0, at_ms, transaction),
      this.leading('ExternalConstraints', 0, at_ms, transaction),
    ];
  }

  /** Of the profiles of one purpose the one with the highest stack level that says anything at the instant. */
  private leading(
    purpose: ProfilePurpose,
    connectorId: number,
    at_ms: number,
    transaction: RunningTransaction | null,
  ): Offer | null {
    for (const entry of this.entries) {
      if (entry.connectorId !== connectorId || entry.profile.chargingProfilePurpose !== purpose) continue;
      const offer = allowedBy(entry, at_ms, transaction, this.voltage_V);
      if (offer) return offer;
    }
    return null;
  }

  private remove(matches: (entry: { connectorId: number; profile: ChargingProfile }) => boolean): number {
    const before = this.entries.length;
    const kept = this.entries.filter((entry) => !matches(entry));
    this.entries.splice(0, before, ...kept);
    return before - kept.length;
  }
}

function smallest(hardware: Offer, offers: readonly (Offer | null)[]): Offer {
  let { limit_A, phases } = hardware;
  for (const offer of offers) {
    if (!offer) continue;
    limit_A = Math.min(limit_A, offer.limit_A);
    phases = Math.min(phases, offer.phases);
  }
  return { limit_A, phases };
}
