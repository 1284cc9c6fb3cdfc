/** The most a charger may take, by the central system or by somebody else on site; the default; one transaction's own. */
export type ProfilePurpose =
  'ChargePointMaxProfile' | 'ExternalConstraints' | 'TxDefaultProfile' | 'TxProfile';

/** A charging profile in the terms of OCPP 1.6 7.8, which every edition maps onto. */
export interface ChargingProfile {
  readonly chargingProfileId: number;
  readonly transactionId?: number | string | undefined;
  readonly stackLevel: number;
  readonly chargingProfilePurpose: ProfilePurpose;
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
  readonly transactionId: number | string | null;
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
    const wholeStation = purpose === 'ChargePointMaxProfile' || purpose === 'ExternalConstraints';
    if (wholeStation && connectorId !== 0) return 'Rejected';
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
    const external = this.leading('ExternalConstraints', 0, now_ms, transaction);
    const mine =
      (transaction && this.leading('TxProfile', connectorId, now_ms, transaction)) ??
      this.leading('TxDefaultProfile', connectorId, now_ms, transaction) ??
      this.leading('TxDefaultProfile', 0, now_ms, transaction);
    let { limit_A, phases } = hardware;
    for (const offer of [station, external, mine]) {
      if (!offer) continue;
      limit_A = Math.min(limit_A, offer.limit_A);
      phases = Math.min(phases, offer.phases);
    }
    return { limit_A, phases };
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
      .flatMap((entry) => [
        entry.validFrom_ms,
        entry.validTo_ms,
        ...stepsOf(entry, from_ms, to_ms, transaction),
      ]);
    return [...new Set(instants)]
      .filter((at_ms) => at_ms > from_ms && at_ms < to_ms)
      .toSorted((a, b) => a - b);
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

/** When the periods of a schedule begin and when it ends, for each of its cycles that touches the span. */
function stepsOf(
  { profile, start_ms }: Entry,
  from_ms: number,
  to_ms: number,
  transaction: RunningTransaction | null,
): number[] {
  const { duration, chargingSchedulePeriod } = profile.chargingSchedule;
  const offsets_s = chargingSchedulePeriod.map(({ startPeriod }) => startPeriod);
  if (duration !== undefined) offsets_s.push(duration);
  const from = (origin_ms: number): number[] => offsets_s.map((offset_s) => origin_ms + offset_s * 1_000);
  switch (profile.chargingProfileKind) {
    case 'Absolute':
      return start_ms === null ? [] : from(start_ms);
    case 'Relative':
      return from(transaction?.startedAt_ms ?? from_ms);
    case 'Recurring': {
      if (start_ms === null) return [];
      const cycle_ms = cycleOf_ms(profile);
      const first = Math.max(0, Math.floor((from_ms - start_ms) / cycle_ms));
      const steps: number[] = [];
      for (let origin_ms = start_ms + first * cycle_ms; origin_ms < to_ms; origin_ms += cycle_ms)
        steps.push(...from(origin_ms));
      return steps;
    }
  }
}

const cycleOf_ms = ({ recurrencyKind }: ChargingProfile): number =>
  recurrencyKind === 'Weekly' ? 7 * dayLength_ms : dayLength_ms;

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
      const cycle_ms = cycleOf_ms(profile);
      const since_ms = now_ms - start_ms;
      return since_ms < 0 ? null : (since_ms % cycle_ms) / 1_000;
    }
  }
}
