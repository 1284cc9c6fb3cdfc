import type { AccessEntry } from './api.js';
import type { LocationAction } from './sharing-api.js';
import { shownTime } from './sharing-texts.js';

export const actionTexts: Readonly<Record<LocationAction, string>> = {
  telemetry: 'see it and its live state',
  history: 'read sessions and exports',
  events: 'read the event list',
  use: 'start and stop charging',
  comfort: 'change comfort settings',
  electrical: 'change the electrical configuration',
  'factory-reset': 'reset a device to factory state',
  work: 'write work orders and notes',
  share: 'share it with others',
  revoke: 'take access from others',
  transfer: 'hand the ownership over',
  services: 'manage services',
  billing: 'see what it costs',
};

const days = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'] as const;

/** HH:MM of a minute of the day; the end of the day is 24:00. */
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** What an access covers and what bounds it, one phrase each: place, end, limits, and how long it can be taken back. */
export function describeBounds(entry: AccessEntry): readonly string[] {
  const { scope, expiresAt, limits, revocableUntil, includeFuture, branded, parentGrantId } = entry;
  return [
    ...(scope === null || scope.kind === 'location' ? [] : [`on the ${scope.kind} ${scope.name}`]),
    ...(expiresAt === null ? [] : [`until ${shownTime(expiresAt)}`]),
    ...(limits?.actions ? [`only to ${limits.actions.map((action) => actionTexts[action]).join(', ')}`] : []),
    ...(limits?.hours
      ? limits.hours.ranges.map(
          (range) =>
            `${range.days.map((day) => days[day - 1]).join(' ')} ${clock(range.from_min)} to ${clock(range.to_min)}`,
        )
      : []),
    ...(limits && limits.maximumCurrent_A !== null ? [`at most ${limits.maximumCurrent_A} A`] : []),
    ...(includeFuture === false ? ['without what is added later'] : []),
    ...(branded ? ['works under the granter’s name'] : []),
    ...(parentGrantId === null ? [] : ['passed on']),
    ...(revocableUntil === null ? [] : [`its granter may take it back until ${shownTime(revocableUntil)}`]),
  ];
}

/** Who let them in, and for whom. */
export function describeGranter({ grantedBy, grantedByOrganisation, since }: AccessEntry): string {
  const by = [grantedBy?.name, grantedByOrganisation?.name].filter(Boolean).join(' of ');
  return `since ${shownTime(since)}${by === '' ? '' : `, by ${by}`}`;
}
