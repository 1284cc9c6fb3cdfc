import { stepConnection, requestConnection, type Connection } from '#libs/entitlements/connection.js';
import { decide, extentOf, proofHolds } from '#libs/entitlements/decide.js';
import { chainReaches, delegate, type Limits as Bounds } from '#libs/entitlements/delegation.js';
import { isLocked } from '#libs/entitlements/grant-lock.js';
import { invite, shownState, stepInvitation, type Invitation } from '#libs/entitlements/invitation.js';
import { inviteMember, stepMembership, type Membership } from '#libs/entitlements/membership.js';
import type { Proof } from '#libs/entitlements/proof.js';
import { leadingRoles, type LocationRole } from '#libs/entitlements/role.js';
import {
  activateService,
  isLive,
  stateAt,
  stepService,
  type Service,
} from '#libs/entitlements/service-subscription.js';
import {
  initiateTransfer,
  shownTransferState,
  stepTransfer,
  type Transfer,
} from '#libs/entitlements/transfer.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { Result } from '#libs/units/result.js';
import { EngineFacts } from './engine-facts.js';
import { emailOf, grantOf, membershipOf, nodeOf, organisationOf, personOf } from './engine-names.js';
import type { Attempt, Attempted, Limits } from './history.js';

const boundsOf = (limits: Limits): Bounds => ({
  ...limits,
  expiresAt: limits.expiresAt === null ? null : epochMilliseconds(limits.expiresAt),
});

interface Seat {
  readonly person: number;
  readonly organisation: number;
  membership: Membership;
}

/** What libs/entitlements says to the same attempts: its reducers for the machines, its table and `decide` for rights. */
export class Engine extends EngineFacts {
  private readonly seats = new Map<number, Seat>();
  private readonly connections = new Map<number, { from: number; to: number; is: Connection }>();
  private readonly invitations = new Map<number, { made: Attempted<'invite'>; is: Invitation }>();
  private readonly transfers = new Map<number, { made: Attempted<'transfer'>; is: Transfer }>();
  private readonly services = new Map<number, { node: number; is: Service }>();
  private readonly processedAt = new Map<number, number>();

  /** Whether the attempt succeeded and changed something. */
  attempt(it: Attempt): boolean {
    const now = epochMilliseconds(it.at);
    switch (it.do) {
      case 'place':
        return this.place(it);
      case 'move': {
        const here = this.nodes.get(it.node);
        if (here?.kind !== 'location') return true;
        return this.putLocation(it.node, {
          ...here,
          parentId: it.customer === null ? null : nodeOf(it.customer),
          since: now,
          installedByOrganisationId: organisationOf(it.organisation),
        });
      }
      case 'invite-member':
        this.seats.set(it.membership, { ...it, membership: inviteMember(it.role, now) });
        return true;
      case 'join':
      case 'change-role':
      case 'leave':
        return this.stepSeat(it);
      case 'connect': {
        const earlier = [...this.connections.values()].filter(
          ({ from, to, is }) =>
            is.kind === it.kind &&
            ((from === it.from && to === it.to) ||
              (is.kind === 'sharing' && from === it.to && to === it.from)),
        );
        const result = requestConnection(it.kind, {
          same: it.from === it.to,
          earlier: earlier.map(({ is }) => is.state),
        });
        if (result.ok) this.connections.set(it.connection, { from: it.from, to: it.to, is: result.value });
        return result.ok;
      }
      case 'step-connection': {
        const found = this.connections.get(it.connection);
        if (!found) return false;
        const side = it.by === found.from ? 'requester' : it.by === found.to ? 'counterparty' : null;
        const event = it.step === 'close' ? { type: it.step, activeServices: 0 } : { type: it.step };
        const before = found.is;
        return changed(stepConnection(before, event, side), before, (value) => (found.is = value));
      }
      case 'give':
        if (!this.mayShare(it.by, it.node, it.at)) return false;
        this.putGrant(it.grant, it.node, it.to, it.by, it.at, {
          ...boundsOf(it.limits),
          role: it.role,
          includeFuture: it.includeFuture,
        });
        return true;
      case 'delegate':
        return this.delegate(it);
      case 'take-over':
        if (!this.table.grant(grantOf(it.grant)) || this.processedAt.has(it.grant)) return false;
        this.processedAt.set(it.grant, it.at);
        return true;
      case 'revoke':
        return this.revoke(it);
      case 'invite': {
        const is = invite(it.kind, this.epoch(it.node), it.maximum, now);
        this.invitations.set(it.invitation, { made: it, is });
        return true;
      }
      case 'accept':
        return this.accept(it);
      case 'end-invitation': {
        const found = this.invitations.get(it.invitation);
        if (!found) return false;
        const fits = found.made.kind !== 'person' || found.made.to.person === it.person;
        const event = it.how === 'decline' ? { type: it.how, fits } : { type: it.how };
        return changed(stepInvitation(found.is, event, now), found.is, (value) => (found.is = value));
      }
      case 'transfer':
        return this.transfer(it);
      case 'answer-transfer':
        return this.answer(it);
      case 'confirm': {
        const grant = this.table.grant(grantOf(it.grant));
        if (!grant?.suspended) return false;
        this.table.putGrant({ ...grant, suspended: false });
        return true;
      }
      case 'service':
        return this.stepService(it);
      case 'ask':
      case 'look':
        return true;
    }
  }

  decide(it: Attempted<'ask'>) {
    const [person, scope, now] = [personOf(it.person), this.scope(it.node), epochMilliseconds(it.at)];
    const decision = decide(this.table, person, it.action, scope, now);
    const extent = extentOf(this.table, person, it.action, scope, now);
    return { decision, extent: { all: 2, own: 1, none: 0 }[extent] };
  }

  /** Whether what once allowed it still does. */
  holds(it: Attempted<'ask'>, proof: Proof): boolean {
    return proofHolds(
      this.table,
      personOf(it.person),
      it.action,
      this.scope(it.node),
      proof,
      epochMilliseconds(it.at),
    );
  }

  look(it: Attempted<'look'>): string {
    const now = epochMilliseconds(it.at);
    if (it.what === 'invitation') {
      const found = this.invitations.get(it.number);
      return found ? shownState(found.is, now) : 'none';
    }
    if (it.what === 'transfer') {
      const found = this.transfers.get(it.number);
      return found ? shownTransferState(found.is, now) : 'none';
    }
    if (it.what === 'connection') return this.connections.get(it.number)?.is.state ?? 'none';
    const found = this.services.get(it.number);
    return found ? stateAt(found.is, now) : 'inactive';
  }

  private stepSeat(it: Attempted<'join' | 'change-role' | 'leave'>): boolean {
    const seat = this.seats.get(it.membership);
    if (!seat) return false;
    const otherAdministrators = [...this.seats].filter(
      ([number, { organisation, membership }]) =>
        number !== it.membership &&
        organisation === seat.organisation &&
        membership.state === 'active' &&
        membership.role === 'administrator',
    ).length;
    const event =
      it.do === 'join'
        ? { type: 'join' as const, fits: it.person === seat.person }
        : it.do === 'leave'
          ? { type: 'remove' as const, otherAdministrators }
          : { type: 'change-role' as const, role: it.role, otherAdministrators };
    const result = stepMembership(seat.membership, event, epochMilliseconds(it.at));
    return changed(result, seat.membership, (value) => {
      seat.membership = value;
      if (value.state !== 'active') this.table.removeMembership(membershipOf(it.membership));
      else
        this.table.putMembership({
          membershipId: membershipOf(it.membership),
          organisationId: organisationOf(seat.organisation),
          personId: personOf(seat.person),
          role: value.role,
        });
    });
  }

  private delegate(it: Attempted<'delegate'>): boolean {
    const around = this.around(it.node);
    const whose = around.find(({ kind }) => kind === 'location' || kind === 'customer');
    const owner =
      whose?.kind === 'location'
        ? whose.installedByOrganisationId
        : whose?.kind === 'customer'
          ? whose.organisationId
          : null;
    const chain = this.chain(it.parent);
    const [parent] = chain;
    if (!owner) return false;
    if (
      it.parent === null
        ? owner !== organisationOf(it.from)
        : parent?.grantee.kind !== 'organisation' || parent.grantee.organisationId !== organisationOf(it.from)
    )
      return false;
    const connected = [...this.connections.values()].some(
      ({ from, to, is }) =>
        is.kind === 'sharing' &&
        is.state === 'active' &&
        ((from === it.from && to === it.to) || (from === it.to && to === it.from)),
    );
    const { role } = it;
    const wish = { ...boundsOf(it.limits), role, grantee: organisationOf(it.to), owner, connected, chain };
    const result = delegate({ ...wish, reached: chainReaches(chain, around) }, epochMilliseconds(it.at));
    if (!result.ok) return false;
    this.putGrant(it.grant, it.node, { person: null, organisation: it.to }, it.by, it.at, {
      ...result.value,
      role,
      includeFuture: it.includeFuture,
      grantedByOrganisationId: organisationOf(it.from),
      parentGrantId: it.parent === null ? null : grantOf(it.parent),
    });
    return true;
  }

  private revoke(it: Attempted<'revoke'>): boolean {
    const chain = this.chain(it.grant);
    const [grant] = chain;
    if (!grant || chain.at(-1)?.parentGrantId) return false;
    const taken = this.processedAt.get(it.grant);
    const lockable = { ...grant, processedAt: taken === undefined ? null : epochMilliseconds(taken) };
    if (it.by === 'grantor' && isLocked(lockable, it.anchor, epochMilliseconds(it.at))) return false;
    this.table.removeGrant(grant.grantId);
    return true;
  }

  private accept(it: Attempted<'accept'>): boolean {
    const found = this.invitations.get(it.invitation);
    if (!found) return false;
    const { made } = found;
    const leads = [...this.seats.values()].some(
      ({ person, organisation, membership }) =>
        person === it.person &&
        organisation === made.to.organisation &&
        membership.state === 'active' &&
        leadingRoles.has(membership.role),
    );
    const fits = made.kind === 'code' || (made.kind === 'person' ? made.to.person === it.person : leads);
    const issuerMayShare = this.mayShare(made.by, made.node, it.at);
    const event = { type: 'accept', fits, ownershipEpoch: this.epoch(made.node), issuerMayShare } as const;
    return changed(stepInvitation(found.is, event, epochMilliseconds(it.at)), found.is, (value) => {
      found.is = value;
      const to = made.kind === 'organisation' ? made.to : { person: it.person, organisation: null };
      this.putGrant(it.grant, made.node, to, made.by, it.at, { role: 'partner', includeFuture: true });
    });
  }

  private transfer(it: Attempted<'transfer'>): boolean {
    const location = this.location(it.node);
    if (!location) return false;
    const now = epochMilliseconds(it.at);
    const owner = location.ownerPersonId;
    const seat = [...this.seats.values()].filter(
      ({ person, organisation, membership }) =>
        person === it.by &&
        membership.state === 'active' &&
        organisationOf(organisation) === location.installedByOrganisationId,
    );
    const roles: LocationRole[] = seat.flatMap(({ membership }) =>
      membership.state === 'active' ? [membership.role] : [],
    );
    if (owner === personOf(it.by)) roles.push('owner');
    const [openTransfer, activeServices] = [
      [...this.transfers.values()].some(
        ({ made, is }) => made.node === it.node && shownTransferState(is, now) === 'initiated',
      ),
      [...this.services.values()].filter(({ node, is }) => node === it.node && isLive(is, now)).length,
    ];
    for (const role of roles) {
      const result = initiateTransfer(
        {
          role,
          ownerPersonId: owner,
          ownerEmail: owner && emailOf(Number(owner.slice(7))),
          recipientEmail: emailOf(it.recipient),
          openTransfer,
          activeServices,
          ownershipEpoch: location.ownershipEpoch,
        },
        now,
      );
      if (!result.ok) continue;
      this.transfers.set(it.transfer, { made: it, is: result.value });
      return true;
    }
    return false;
  }

  private answer(it: Attempted<'answer-transfer'>): boolean {
    const found = this.transfers.get(it.transfer);
    const location = found && this.location(found.made.node);
    if (!location) return false;
    const now = epochMilliseconds(it.at);
    const event =
      it.how === 'cancel'
        ? { type: it.how }
        : { type: it.how, email: emailOf(it.person), ownershipEpoch: location.ownershipEpoch };
    return changed(stepTransfer(found.is, event, now), found.is, (value) => {
      found.is = value;
      if (it.how !== 'accept') return;
      this.putLocation(found.made.node, {
        ...location,
        ownerPersonId: personOf(it.person),
        ownershipEpoch: location.ownershipEpoch + 1,
        ownershipBeganAt: now,
      });
      this.afterPassing(found.made.node);
    });
  }

  /** What libs/store does at a transfer (NB-51). */
  private afterPassing(node: number): void {
    for (const grant of this.table.grantsOn(this.scope(node))) {
      if (['guest', 'hub-user', 'hub-administrator', 'hub-limited-administrator'].includes(grant.role))
        this.table.removeGrant(grant.grantId);
      else if (grant.role === 'partner' || grant.role === 'professional')
        this.table.putGrant({ ...grant, suspended: true });
    }
  }

  private stepService(it: Attempted<'service'>): boolean {
    const now = epochMilliseconds(it.at);
    const found = this.services.get(it.service);
    if (it.step !== 'activate') {
      if (!found) return false;
      return changed(stepService(found.is, { type: it.step }, now), found.is, (value) => (found.is = value));
    }
    const result = activateService({
      present: found ? stateAt(found.is, now) : 'inactive',
      simPresent: true,
      countryServed: true,
      withSim: it.withSim,
      payer: { kind: 'dealer', enrolled: true, connected: true, timeZone: it.timeZone },
    });
    if (result.ok) this.services.set(it.service, { node: it.node, is: result.value });
    return result.ok;
  }
}

/** Takes the next state over and tells whether it is another one. */
function changed<State extends object>(
  result: Result<State, unknown>,
  before: State,
  take: (next: State) => void,
): boolean {
  if (!result.ok) return false;
  const next = new Map<string, unknown>(Object.entries(result.value));
  const same = Object.entries(before).every(([key, value]) => next.get(key) === value);
  if (same) return false;
  take(result.value);
  return true;
}
