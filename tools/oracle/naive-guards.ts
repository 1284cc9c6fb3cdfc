import { locationActions } from '#libs/entitlements/action.js';
import type { GrantRole, OrganisationRole } from '#libs/entitlements/role.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import { all, type Attempt, type Attempted } from './history.js';
import {
  chainOf,
  epochOf,
  givenOf,
  hasEnded,
  isEffective,
  isSuspended,
  mayDo,
  members,
  ownerOf,
  placesAround,
  reaches,
} from './naive-access.js';
import { nextMonth } from './wall-clock.js';

type History = readonly Attempt[];
/** 5F: administrators and installers of the installing organisation, and a company's installers (matrix, O). */
const mayHandOver: readonly OrganisationRole[] = ['administrator', 'installer', 'company-installer'];
const hour_ms = 3_600_000;
/** NB-23, NB-24; account managers are administrators with the contract in hand (CS-48), and a company has its owner (AJ-03). */
const leaders: readonly OrganisationRole[] = ['administrator', 'account-manager', 'company-owner'];

export function connectionState(history: History, connection: number): string {
  const steps = all(history, 'step-connection').filter((each) => each.connection === connection);
  if (!all(history, 'connect').some((each) => each.connection === connection)) return 'none';
  const last = steps.at(-1)?.step;
  if (last === undefined) return 'requested';
  return { approve: 'active', reject: 'rejected', withdraw: 'withdrawn', close: 'closed' }[last];
}

const areConnected = (history: History, a: number, b: number): boolean =>
  all(history, 'connect').some(
    (each) =>
      each.kind === 'sharing' &&
      ((each.from === a && each.to === b) || (each.from === b && each.to === a)) &&
      connectionState(history, each.connection) === 'active',
  );

/** 5E with AJ-27 to AJ-33: what the service is at `now`. */
export function serviceState(history: History, service: number, now: number): string {
  let state = 'inactive';
  let endsAt = Number.POSITIVE_INFINITY;
  let sim = false;
  let zone = 'UTC';
  for (const event of [...all(history, 'service'), null]) {
    if (event && event.service !== service) continue;
    if (state === 'expiring' && (event?.at ?? now) >= endsAt) state = 'inactive';
    if (event?.step === 'activate') [state, sim, zone] = ['active', event.withSim, event.timeZone];
    if (event?.step === 'deactivate') [state, endsAt] = ['expiring', nextMonth(zone, event.at)];
    if (event?.step === 'resume') state = 'active';
    if (event?.step === 'stop') state = sim ? 'stopping' : 'inactive';
    if (event?.step === 'sim-stopped') state = 'inactive';
  }
  return state;
}

export const liveServicesAt = (history: History, node: number, now: number): number =>
  new Set(
    all(history, 'service')
      .filter((each) => each.node === node && serviceState(history, each.service, now) !== 'inactive')
      .map(({ service }) => service),
  ).size;

/** 5A: what a reader is told. */
export function invitationState(history: History, invitation: number, now: number): string {
  const made = all(history, 'invite').find((each) => each.invitation === invitation);
  if (!made) return 'none';
  const end = all(history, 'end-invitation').find((each) => each.invitation === invitation);
  if (end) return { decline: 'declined', revoke: 'revoked', supersede: 'superseded', void: 'void' }[end.how];
  const used = all(history, 'accept').filter((each) => each.invitation === invitation).length;
  if (used >= made.maximum) return 'accepted';
  return now >= made.at + 168 * hour_ms ? 'expired' : 'pending';
}

export function transferState(history: History, transfer: number, now: number): string {
  const made = all(history, 'transfer').find((each) => each.transfer === transfer);
  if (!made) return 'none';
  const answer = all(history, 'answer-transfer').find((each) => each.transfer === transfer);
  if (answer) return { accept: 'accepted', reject: 'rejected', cancel: 'cancelled' }[answer.how];
  return now >= made.at + 168 * hour_ms ? 'expired' : 'initiated';
}

/** How often the location had passed to another when something was made. */
const epochWhen = (history: History, event: Attempt, node: number): number =>
  epochOf(history.slice(0, history.indexOf(event)), node);

/** Every minute of the week at which it opens. */
const minutes = ({ timeZone, ranges }: WeeklyHours): Set<string> =>
  new Set(
    ranges.flatMap(({ days, from_min, to_min }) =>
      days.flatMap((day) =>
        Array.from({ length: to_min - from_min }, (_, index) => `${timeZone} ${day} ${from_min + index}`),
      ),
    ),
  );

const ranks: Partial<Record<GrantRole, number>> = {
  borrower: 1,
  subcontractor: 2,
  'installation-manager': 3,
};

/** T5, 5D. */
function mayDelegate(history: History, it: Attempted<'delegate'>): boolean {
  const around = placesAround(history, it.node);
  const whose = around.find(({ kind }) => kind === 'location' || kind === 'customer')?.organisation;
  const chain = chainOf(history, it.parent);
  if (!areConnected(history, it.from, it.to) || whose === undefined || whose === null) return false;
  const involved = new Set(chain.flatMap(({ to, from }) => [to.organisation, from]));
  if (involved.has(it.to) || it.to === whose) return false;
  if (it.parent === null) return it.from === whose;
  const [parent] = chain;
  if (!parent || parent.to.organisation !== it.from) return false;
  if (!isEffective(history, parent, around, it.at)) return false;
  if (!chain.every((link) => reaches(link, around))) return false;
  if (chain.length > 8) return false;
  if ((ranks[parent.role] ?? 0) < 2 || (ranks[it.role] ?? 9) > (ranks[parent.role] ?? 0)) return false;
  const { expiresAt, actions, hours, maximumCurrent_A } = it.limits;
  if (parent.expiresAt !== null && expiresAt !== null && expiresAt > parent.expiresAt) return false;
  const may = parent.actions ?? locationActions;
  if (actions?.some((action) => !may.includes(action))) return false;
  if (hours && parent.hours) {
    const open = minutes(parent.hours);
    for (const minute of minutes(hours)) if (!open.has(minute)) return false;
  }
  return (maximumCurrent_A ?? 0) <= (parent.maximumCurrent_A ?? Number.POSITIVE_INFINITY);
}

function mayRevoke(history: History, it: Attempted<'revoke'>): boolean {
  const chain = chainOf(history, it.grant);
  const [given] = chain;
  if (!given || chain.some((link) => hasEnded(history, link))) return false;
  // Decision 6: no lock binds the owner of the location, and any grantee may leave.
  if (it.by !== 'grantor' || given.role !== 'installation-manager') return true;
  const taken = all(history, 'take-over').find((each) => each.grant === it.grant);
  if (!taken) return true;
  return it.at <= (it.anchor === 'grantedAt' ? given.at : taken.at) + 72 * hour_ms;
}

function mayAccept(history: History, it: Attempted<'accept'>): boolean {
  const made = all(history, 'invite').find((each) => each.invitation === it.invitation);
  if (!made || invitationState(history, it.invitation, it.at) !== 'pending') return false;
  if (made.kind === 'person' && made.to.person !== it.person) return false;
  const leads = members(history).some(
    (each) =>
      each.person === it.person && each.organisation === made.to.organisation && leaders.includes(each.role),
  );
  if (made.kind === 'organisation' && !leads) return false;
  if (epochWhen(history, made, made.node) !== epochOf(history, made.node)) return false;
  return mayDo(history, made.by, 'share', made.node, it.at).extent > 0;
}

/** Whether an organisation would be left without an administrator (5H), or a company lose its owner (AJ-04). */
function isNeeded(history: History, membership: number): boolean {
  const member = members(history).find((each) => each.membership === membership);
  if (member?.role === 'company-owner') return true;
  return (
    member?.role === 'administrator' &&
    !members(history).some(
      (each) =>
        each.membership !== membership &&
        each.organisation === member.organisation &&
        each.role === 'administrator',
    )
  );
}

function mayTransfer(history: History, it: Attempted<'transfer'>): boolean {
  const owner = ownerOf(history, it.node);
  const open = all(history, 'transfer').some(
    (each) => each.node === it.node && transferState(history, each.transfer, it.at) === 'initiated',
  );
  if (open || liveServicesAt(history, it.node, it.at) > 0 || owner === it.recipient) return false;
  const home = placesAround(history, it.node)[0];
  if (owner !== null) return owner === it.by;
  return members(history).some(
    (each) =>
      each.person === it.by && each.organisation === home?.organisation && mayHandOver.includes(each.role),
  );
}

function mayAnswer(history: History, it: Attempted<'answer-transfer'>): boolean {
  const made = all(history, 'transfer').find((each) => each.transfer === it.transfer);
  if (!made || transferState(history, it.transfer, it.at) !== 'initiated') return false;
  if (it.how === 'cancel') return true;
  if (made.recipient !== it.person) return false;
  return epochWhen(history, made, made.node) === epochOf(history, made.node);
}

function mayConnect(history: History, it: Attempted<'connect'>): boolean {
  if (it.from === it.to) return false;
  return !all(history, 'connect').some((each) => {
    if (each.kind !== it.kind) return false;
    // AJ-17: a dealer asks a reseller once.
    if (it.kind === 'reseller') return each.from === it.from && each.to === it.to;
    const same = [each.from, each.to].includes(it.from) && [each.from, each.to].includes(it.to);
    return same && ['requested', 'active'].includes(connectionState(history, each.connection));
  });
}

function mayStep(history: History, it: Attempted<'step-connection'>): boolean {
  const made = all(history, 'connect').find((each) => each.connection === it.connection);
  const state = connectionState(history, it.connection);
  if (it.step === 'close') return state === 'active' && (it.by === made?.from || it.by === made?.to);
  return state === 'requested' && it.by === (it.step === 'withdraw' ? made?.from : made?.to);
}

/** Whether the attempt succeeds and changes something, given all that happened before. */
export function succeeds(history: History, it: Attempt): boolean {
  switch (it.do) {
    case 'place':
    case 'move':
    case 'invite-member':
    case 'ask':
    case 'look':
      return true;
    case 'invite':
      return true;
    case 'join': {
      const made = all(history, 'invite-member').find((each) => each.membership === it.membership);
      const before = [...all(history, 'join'), ...all(history, 'leave')];
      if (!made || before.some((each) => each.membership === it.membership)) return false;
      return made.person === it.person && it.at < made.at + 168 * hour_ms;
    }
    case 'change-role': {
      const member = members(history).find((each) => each.membership === it.membership);
      if (!member || member.role === it.role || it.role === 'company-owner') return false;
      return !isNeeded(history, it.membership);
    }
    case 'leave':
      return (
        members(history).some((each) => each.membership === it.membership) &&
        !isNeeded(history, it.membership)
      );
    case 'connect':
      return mayConnect(history, it);
    case 'step-connection':
      return mayStep(history, it);
    case 'give':
      return mayDo(history, it.by, 'share', it.node, it.at).extent > 0;
    case 'delegate':
      return mayDelegate(history, it);
    case 'take-over': {
      const given = givenOf(history, it.grant);
      const taken = all(history, 'take-over').some((each) => each.grant === it.grant);
      return given !== undefined && !taken && !hasEnded(history, given);
    }
    case 'revoke':
      return mayRevoke(history, it);
    case 'accept':
      return mayAccept(history, it);
    case 'end-invitation': {
      const made = all(history, 'invite').find((each) => each.invitation === it.invitation);
      const open = invitationState(history, it.invitation, it.at) === 'pending';
      // A code invites nobody in particular, so nobody can decline it for the others.
      if (it.how !== 'decline' || made?.kind === 'organisation') return open;
      return open && made?.kind === 'person' && made.to.person === it.person;
    }
    case 'transfer':
      return mayTransfer(history, it);
    case 'answer-transfer':
      return mayAnswer(history, it);
    case 'confirm': {
      const given = givenOf(history, it.grant);
      return given !== undefined && !hasEnded(history, given) && isSuspended(history, given);
    }
    case 'service': {
      const state = serviceState(history, it.service, it.at);
      if (it.step === 'activate') return state === 'inactive';
      if (it.step === 'deactivate') return state === 'active';
      if (it.step === 'resume') return state === 'expiring';
      if (it.step === 'stop') return state === 'active' || state === 'expiring';
      return state === 'stopping';
    }
  }
}
