import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import { monthBegan, nextMonthBegins } from './calendar-month.js';

/** The machine of 5E. `stopping`: switched off, and the SIM's carrier has not confirmed yet. */
export type ServiceState = 'inactive' | 'active' | 'expiring' | 'stopping';

/** One package on one hub. */
export interface Service {
  readonly state: ServiceState;
  /** IANA zone in which its months are counted, kept from the activation. */
  readonly timeZone: string;
  /** While expiring: the first instant at which it is over. */
  readonly endsAt: EpochMilliseconds | null;
  /** The package includes the SIM, which stops with it (AJ-32). */
  readonly withSim: boolean;
}

/** What a screen shows of it (AJ-26, AJ-28, AJ-33). */
export const serviceLabels = ['activation-required', 'active', 'expires-soon', 'stopping'] as const;
export type ServiceLabel = (typeof serviceLabels)[number];

const labels: Readonly<Record<ServiceState, ServiceLabel>> = {
  inactive: 'activation-required',
  active: 'active',
  expiring: 'expires-soon',
  stopping: 'stopping',
};

/** The state at `now`. An expiring service is over at its end whether or not anybody has tidied up. */
export const stateAt = (service: Pick<Service, 'state' | 'endsAt'>, now: EpochMilliseconds): ServiceState =>
  service.state === 'expiring' && service.endsAt !== null && now >= service.endsAt
    ? 'inactive'
    : service.state;

export const labelAt = (service: Pick<Service, 'state' | 'endsAt'>, now: EpochMilliseconds): ServiceLabel =>
  labels[stateAt(service, now)];

/** AJ-34, AJ-35, 5B: expiring and stopping count as active. */
export const isLive = (service: Pick<Service, 'state' | 'endsAt'>, now: EpochMilliseconds): boolean =>
  stateAt(service, now) !== 'inactive';

/** What activation asks for; each false or null is a refusal of its own. */
export interface ActivationTerms {
  /** The state of the same package on the same hub. */
  readonly present: ServiceState;
  readonly simPresent: boolean;
  readonly countryServed: boolean;
  readonly withSim: boolean;
  readonly payer: Payer;
}

export type Payer =
  | {
      readonly kind: 'dealer';
      readonly enrolled: boolean;
      /** The connection to the reseller that will be billed is active (AJ-18). */
      readonly connected: boolean;
      /** The reseller's contract zone. */
      readonly timeZone: string;
    }
  | {
      readonly kind: 'card';
      /** Companies and professionals that look after the hub (AJ-38). */
      readonly professionals: number;
      /** The location's zone. */
      readonly timeZone: string;
    };

export type ActivationRefusal =
  | 'already-active'
  | 'not-a-dealer'
  | 'reseller-not-connected'
  | 'professional-present'
  | 'sim-missing'
  | 'country-not-served';

export function activateService(terms: ActivationTerms): Result<Service, ActivationRefusal> {
  const { payer } = terms;
  if (payer.kind === 'dealer' && !payer.enrolled) return fail('not-a-dealer');
  if (payer.kind === 'dealer' && !payer.connected) return fail('reseller-not-connected');
  if (payer.kind === 'card' && payer.professionals > 0) return fail('professional-present');
  if (!terms.countryServed) return fail('country-not-served');
  if (!terms.simPresent) return fail('sim-missing');
  if (terms.present !== 'inactive') return fail('already-active');
  return ok({ state: 'active', timeZone: payer.timeZone, endsAt: null, withSim: terms.withSim });
}

export type ServiceEvent = { readonly type: 'deactivate' | 'resume' | 'stop' | 'sim-stopped' };

/** `not-running`: it is over, and only an activation brings it back (AJ-29). */
export type ServiceRefusal = 'not-running' | 'not-active' | 'not-expiring' | 'not-stopping';

/** The next state, or why there is none. */
export function stepService(
  service: Service,
  event: ServiceEvent,
  now: EpochMilliseconds,
): Result<Service, ServiceRefusal> {
  const state = stateAt(service, now);
  if (state === 'inactive') return fail('not-running');
  switch (event.type) {
    case 'deactivate':
      if (state !== 'active') return fail('not-active');
      return ok({ ...service, state: 'expiring', endsAt: nextMonthBegins(service.timeZone, now) });
    case 'resume':
      return state === 'expiring' ? ok({ ...service, state: 'active', endsAt: null }) : fail('not-expiring');
    case 'stop':
      if (state === 'stopping') return fail('not-active');
      return ok({ ...service, state: service.withSim ? 'stopping' : 'inactive', endsAt: null });
    case 'sim-stopped':
      return state === 'stopping' ? ok({ ...service, state: 'inactive' }) : fail('not-stopping');
  }
}

/**
 * What a card payer who stops at `now` gets back of the month's price, in minor units, rounded down: the part of the
 * paid time that is left (AJ-38). The paid time begins with the month, or with the activation when that came later.
 */
export function refundAt(
  service: Pick<Service, 'timeZone'> & { readonly activatedAt: EpochMilliseconds },
  price_minor: number,
  now: EpochMilliseconds,
): number {
  const began = epochMilliseconds(Math.max(monthBegan(service.timeZone, now), service.activatedAt));
  const ends = nextMonthBegins(service.timeZone, now);
  return Math.floor((price_minor * (ends - now)) / (ends - began));
}
