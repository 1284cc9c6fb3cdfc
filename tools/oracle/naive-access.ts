import type { LocationAction } from '#libs/entitlements/action.js';
import type { GrantRole, LocationRole, OrganisationRole } from '#libs/entitlements/role.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import { all, type Attempt, type Attempted, type Grantee, type Limits } from './history.js';
import { rightOf } from './rights.js';
import { onTheWall } from './wall-clock.js';

/**
 * Sections 1 to 6 of the rules read one sentence after the other. Nothing is kept: each answer is found by going through
 * the whole history from its beginning.
 */
type History = readonly Attempt[];

export interface Place {
  readonly node: number;
  readonly kind: string;
  readonly parent: number | null;
  /** When it came to be, or under its customer. */
  readonly since: number;
  readonly organisation: number | null;
  readonly partnersMayShare: boolean;
}

/** The place and what it lies in, the nearest first; none: there is no such place. */
export function placesAround(history: History, node: number | null): Place[] {
  const places: Place[] = [];
  for (let next = node; next !== null;) {
    const here = all(history, 'place').find((each) => each.node === next);
    if (!here) break;
    let place: Place = { ...here, since: here.at };
    for (const move of all(history, 'move'))
      if (move.node === next)
        place = { ...place, parent: move.customer, organisation: move.organisation, since: move.at };
    places.push(place);
    next = place.parent;
  }
  return places;
}

/** Transfers of the location that were accepted, in order. */
const passings = (history: History, node: number): { readonly index: number; readonly owner: number }[] =>
  history.flatMap((event, index) => {
    if (event.do !== 'answer-transfer' || event.how !== 'accept') return [];
    const transfer = all(history, 'transfer').find((each) => each.transfer === event.transfer);
    return transfer?.node === node ? [{ index, owner: transfer.recipient }] : [];
  });

/** Where in the history something became of the grant for the first time. */
const birthOf = (history: History, grant: number): number =>
  history.findIndex((event) => 'grant' in event && event.grant === grant);

export function ownerOf(history: History, node: number): number | null {
  const here = all(history, 'place').find((each) => each.node === node);
  return passings(history, node).at(-1)?.owner ?? here?.owner ?? null;
}
export const epochOf = (history: History, node: number): number => 1 + passings(history, node).length;

export interface Member {
  readonly membership: number;
  readonly person: number;
  readonly organisation: number;
  readonly role: OrganisationRole;
}

/** Who is a member now: joined and did not leave. */
export const members = (history: History): Member[] =>
  all(history, 'join').flatMap(({ membership }) => {
    const invited = all(history, 'invite-member').find((each) => each.membership === membership);
    if (!invited || all(history, 'leave').some((each) => each.membership === membership)) return [];
    const changes = all(history, 'change-role').filter((each) => each.membership === membership);
    return [{ ...invited, role: changes.at(-1)?.role ?? invited.role }];
  });

export interface Given extends Limits {
  readonly grant: number;
  readonly at: number;
  readonly node: number;
  readonly to: Grantee;
  readonly role: GrantRole;
  /** Null: a person gave it in his own name. */
  readonly from: number | null;
  readonly parent: number | null;
  readonly includeFuture: boolean;
}

const unlimited: Limits = { expiresAt: null, actions: null, hours: null, maximumCurrent_A: null };

/** 5D: what was passed on has the bounds of what it came from where it has none of its own. */
const bounded = (own: Limits, parent: Limits | undefined): Limits => ({
  expiresAt: own.expiresAt ?? parent?.expiresAt ?? null,
  actions: own.actions ?? parent?.actions ?? null,
  hours: own.hours ?? parent?.hours ?? null,
  maximumCurrent_A: own.maximumCurrent_A ?? parent?.maximumCurrent_A ?? null,
});

/** What an event of the history gave, whether or not it has ended; undefined: it gave nothing. */
function givenBy(history: History, event: Attempt): Given | undefined {
  if (event.do === 'give') return { ...event, ...event.limits, from: null, parent: null };
  if (event.do === 'delegate') {
    const to: Grantee = { person: null, organisation: event.to };
    return { ...event, ...bounded(event.limits, givenOf(history, event.parent)), to };
  }
  if (event.do !== 'accept') return undefined;
  const invitation = all(history, 'invite').find((each) => each.invitation === event.invitation);
  if (!invitation) return undefined;
  const to: Grantee =
    invitation.kind === 'organisation' ? invitation.to : { person: event.person, organisation: null };
  const { grant, at } = event;
  // NB-40: what comes later is included.
  const includeFuture = true;
  return {
    ...unlimited,
    grant,
    at,
    node: invitation.node,
    to,
    role: 'partner',
    from: null,
    parent: null,
    includeFuture,
  };
}

/** What was given once never changes, so it is read off its event once. */
const read = new WeakMap<Attempt, Given>();

function givenAt(history: History, event: Attempt): Given | undefined {
  const known = read.get(event) ?? givenBy(history, event);
  if (known) read.set(event, known);
  return known;
}

/** The grant, whether or not it has ended; undefined: nobody ever gave it. */
export function givenOf(history: History, grant: number | null): Given | undefined {
  if (grant === null) return undefined;
  const event = history.find((each) => gives(each) && each.grant === grant);
  return event && givenAt(history, event);
}

const gives = (event: Attempt): event is Attempted<'give' | 'delegate' | 'accept'> =>
  event.do === 'give' || event.do === 'delegate' || event.do === 'accept';

export const everyGrant = (history: History): Given[] =>
  history.flatMap((event) => (gives(event) ? (givenAt(history, event) ?? []) : []));

/** The grant and those it was passed on from, the nearest first. */
export function chainOf(history: History, grant: number | null): Given[] {
  const given = givenOf(history, grant);
  return given ? [given, ...chainOf(history, given.parent)] : [];
}

const household: readonly GrantRole[] = [
  'guest',
  'hub-user',
  'hub-administrator',
  'hub-limited-administrator',
];
const partners: readonly GrantRole[] = ['partner', 'professional'];

/** Taken back, given up, or ended with its owner's time (NB-51); nothing is said of what it came from. */
export const hasEnded = (history: History, given: Given): boolean =>
  all(history, 'revoke').some((each) => each.grant === given.grant) ||
  (household.includes(given.role) &&
    passings(history, given.node).some(({ index }) => index > birthOf(history, given.grant)));

/** NB-51: a partner of a former owner waits until the present one confirms. */
export function isSuspended(history: History, given: Given): boolean {
  const passed = passings(history, given.node).at(-1)?.index ?? -1;
  if (!partners.includes(given.role) || passed < birthOf(history, given.grant)) return false;
  return !history.some(
    (event, index) => index > passed && event.do === 'confirm' && event.grant === given.grant,
  );
}

/** Whether the grant reaches the place: it lies in the scope, and was there when it was given or what comes is included. */
export function reaches(given: Given, around: readonly Place[]): boolean {
  const height = around.findIndex(({ node }) => node === given.node);
  if (height === -1) return false;
  return given.includeFuture || around.slice(0, height).every(({ since }) => since <= given.at);
}

const over = (limits: Limits, now: number): boolean => limits.expiresAt !== null && now >= limits.expiresAt;

/** 5D: itself and every ancestor lives and reaches the place, none is over, and who gave the first still has a say. */
export function isEffective(history: History, given: Given, around: readonly Place[], now: number): boolean {
  const chain = chainOf(history, given.grant);
  const whose = around.find(({ kind }) => kind === 'location' || kind === 'customer')?.organisation;
  const root = chain.at(-1);
  if (root?.from !== null && root?.from !== whose) return false;
  return chain.every(
    (link) =>
      !hasEnded(history, link) && !isSuspended(history, link) && !over(link, now) && reaches(link, around),
  );
}

export function isOpen(hours: WeeklyHours | null, now: number): boolean {
  if (!hours) return true;
  const { day, minute } = onTheWall(hours.timeZone, now);
  return hours.ranges.some(
    ({ days, from_min, to_min }) =>
      days.some((each) => each === day) && from_min <= minute && minute < to_min,
  );
}

export interface Answer {
  readonly extent: 0 | 1 | 2;
  /** Whatever allows it as far as that. */
  readonly proofs: readonly string[];
  /** Whatever allows it at all. */
  readonly holding: readonly string[];
  /** The largest current of each of the proofs. */
  readonly currents: readonly (number | null)[];
  /** Some fact, good or not, ties the person to the place. */
  readonly tied: boolean;
}

export function mayDo(
  history: History,
  person: number,
  action: LocationAction,
  node: number,
  now: number,
): Answer {
  const around = placesAround(history, node);
  const home =
    around.find(({ kind }) => kind === 'location') ?? around.find(({ kind }) => kind === 'customer');
  const owner = home?.kind === 'location' ? ownerOf(history, home.node) : null;
  const circumstances = {
    // NB-84 speaks of a location without an owner; a customer is none.
    hasOwner: home?.kind !== 'location' || owner !== null,
    partnersMayShare: home?.partnersMayShare ?? false,
    listed: null,
  };
  const right = (role: LocationRole, grant: Given | null): 0 | 1 | 2 =>
    rightOf(role, action, { ...circumstances, listed: grant?.actions ?? null });
  const found: { extent: 0 | 1 | 2; proof: string; current: number | null }[] = [];
  const mine = members(history).filter((each) => each.person === person);
  let tied = false;
  if (home && owner === person) {
    const epoch = epochOf(history, home.node);
    found.push({ extent: right('owner', null), proof: `owner:${epoch}`, current: null });
  }
  for (const each of mine)
    if (home && each.organisation === home.organisation) {
      found.push({ extent: right(each.role, null), proof: `membership:${each.membership}`, current: null });
    }
  for (const given of everyGrant(history)) {
    const through = mine.filter((each) => each.organisation === given.to.organisation);
    if (given.to.person !== person && through.length === 0) continue;
    if (around.some((each) => each.node === given.node)) tied = true;
    if (!isEffective(history, given, around, now)) continue;
    if (!isOpen(given.hours, now)) continue;
    if (given.actions && !given.actions.includes(action)) continue;
    const own = right(given.role, given);
    const current = given.maximumCurrent_A;
    const proof = `grant:${given.grant}`;
    if (given.to.person === person) found.push({ extent: own, proof, current });
    for (const each of through) {
      const asMember = rightOf(each.role, action, { ...circumstances, listed: given.actions });
      found.push({
        extent: asMember < own ? asMember : own,
        proof: `${proof} as ${each.membership}`,
        current,
      });
    }
  }
  const extent = found.reduce<0 | 1 | 2>((best, each) => (each.extent > best ? each.extent : best), 0);
  const best = found.filter((each) => each.extent === extent && extent > 0);
  return {
    extent,
    proofs: best.map(({ proof }) => proof),
    holding: found.filter((each) => each.extent > 0).map(({ proof }) => proof),
    currents: best.map(({ current }) => current),
    tied: tied || found.length > 0,
  };
}
