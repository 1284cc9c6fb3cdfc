/** OCPP 1.6 7.8 ChargingProfile, as it arrives. */
export interface ChargingProfile {
  readonly chargingProfileId: number;
  readonly transactionId?: number | undefined;
  readonly stackLevel: number;
  readonly chargingProfilePurpose: 'ChargePointMaxProfile' | 'TxDefaultProfile' | 'TxProfile';
  readonly chargingProfileKind: 'Absolute' | 'Recurring' | 'Relative';
  readonly recurrencyKind?: 'Daily' | 'Weekly' | undefined;
  readonly validFrom?: string | undefined;
  readonly validTo?: string | undefined;
  readonly chargingSchedule: {
    readonly duration?: number | undefined;
    readonly startSchedule?: string | undefined;
    readonly chargingRateUnit: 'A' | 'W';
    readonly chargingSchedulePeriod: readonly {
      readonly startPeriod: number;
      readonly limit: number;
      readonly numberPhases?: number | undefined;
    }[];
  };
}

export interface RunningTransaction {
  /** Null until the central system has answered StartTransaction. */
  readonly transactionId: number | null;
  readonly startedAt_ms: number;
}

/** What the profiles allow on a connector at an instant. */
export interface Offer {
  readonly limit_A: number;
  readonly phases: number;
}

export interface ClearRequest {
  readonly id?: number | undefined;
  readonly connectorId?: number | undefined;
  readonly chargingProfilePurpose?: string | undefined;
  readonly stackLevel?: number | undefined;
}

/** A profile with its instants parsed once: it is asked for every second. */
interface Entry {
  readonly connectorId: number;
  readonly profile: ChargingProfile;
  readonly validFrom_ms: number;
  readonly validTo_ms: number;
  /** Null: the schedule names no start. */
  readonly start_ms: number | null;
}

const dayLength_ms = 86_400_000;

/** The charger's own memory of charging profiles and the rules by which they combine (OCPP 1.6 3.13). */
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
    if (purpose === 'ChargePointMaxProfile' && connectorId !== 0) return 'Rejected';
    if (purpose === 'TxProfile') {
      if (connectorId === 0 || !transaction) return 'Rejected';
      const named = profile.transactionId;
      if (named !== undefined && named !== transaction.transactionId) return 'Rejected';
    }
    // 3.13.2: a profile with the same id, or the same stack level and purpose on the connector, is replaced.
    this.remove(
      (entry) =>
        entry.profile.chargingProfileId === profile.chargingProfileId ||
        (entry.connectorId === connectorId &&
          entry.profile.chargingProfilePurpose === purpose &&
          entry.profile.stackLevel === profile.stackLevel),
    );
    const { validFrom, validTo, chargingSchedule } = profile;
    const start = chargingSchedule.startSchedule;
    const lower = this.entries.findIndex((entry) => entry.profile.stackLevel < profile.stackLevel);
    this.entries.splice(lower < 0 ? this.entries.length : lower, 0, {
      connectorId,
      profile,
      validFrom_ms: validFrom === undefined ? -Infinity : Date.parse(validFrom),
      validTo_ms: validTo === undefined ? Infinity : Date.parse(validTo),
      start_ms: start === undefined ? null : Date.parse(start),
    });
    return 'Accepted';
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

  /** The smallest of what ChargePointMax and the transaction's profile allow; the hardware's maximum without any. */
  offer(connectorId: number, now_ms: number, transaction: RunningTransaction | null, hardware: Offer): Offer {
    const station = this.leading('ChargePointMaxProfile', 0, now_ms, transaction);
    const mine =
      (transaction && this.leading('TxProfile', connectorId, now_ms, transaction)) ??
      this.leading('TxDefaultProfile', connectorId, now_ms, transaction) ??
      this.leading('TxDefaultProfile', 0, now_ms, transaction);
    let { limit_A, phases } = hardware;
    for (const offer of [station, mine]) {
      if (!offer) continue;
      limit_A = Math.min(limit_A, offer.limit_A);
      phases = Math.min(phases, offer.phases);
    }
    return { limit_A, phases };
  }

  get size(): number {
    return this.entries.length;
  }

  private leading(
    purpose: ChargingProfile['chargingProfilePurpose'],
    connectorId: number,
    now_ms: number,
    transaction: RunningTransaction | null,
  ): Offer | null {
    for (const entry of this.entries) {
      if (entry.connectorId !== connectorId || entry.profile.chargingProfilePurpose !== purpose) continue;
      const offer = this.inForce(entry, now_ms, transaction);
      if (offer) return offer;
    }
    return null;
  }

  private inForce(entry: Entry, now_ms: number, transaction: RunningTransaction | null): Offer | null {
    // The lease: after validTo the next lower rule holds, which is the standing default.
    if (now_ms < entry.validFrom_ms || now_ms >= entry.validTo_ms) return null;
    const schedule = entry.profile.chargingSchedule;
    const into_s = secondsIntoSchedule(entry, now_ms, transaction);
    if (into_s === null || into_s < 0) return null;
    if (schedule.duration !== undefined && into_s >= schedule.duration) return null;
    const period = schedule.chargingSchedulePeriod.findLast((candidate) => candidate.startPeriod <= into_s);
    if (!period) return null;
    const phases = period.numberPhases ?? 3;
    const limit_A =
      schedule.chargingRateUnit === 'A' ? period.limit : period.limit / (this.voltage_V * phases);
    return { limit_A, phases };
  }

  private remove(matches: (entry: { connectorId: number; profile: ChargingProfile }) => boolean): number {
    const before = this.entries.length;
    const kept = this.entries.filter((entry) => !matches(entry));
    this.entries.splice(0, before, ...kept);
    return before - kept.length;
  }
}

function secondsIntoSchedule(
  { profile, start_ms }: Entry,
  now_ms: number,
  transaction: RunningTransaction | null,
): number | null {
  switch (profile.chargingProfileKind) {
    case 'Absolute':
      return start_ms === null ? 0 : (now_ms - start_ms) / 1_000;
    case 'Relative':
      return transaction ? (now_ms - transaction.startedAt_ms) / 1_000 : 0;
    case 'Recurring': {
      if (start_ms === null) return null;
      const cycle_ms = profile.recurrencyKind === 'Weekly' ? 7 * dayLength_ms : dayLength_ms;
      const since_ms = now_ms - start_ms;
      return since_ms < 0 ? null : (since_ms % cycle_ms) / 1_000;
    }
  }
}
