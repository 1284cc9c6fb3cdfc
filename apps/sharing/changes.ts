import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { Bus } from '#libs/bus/bus.js';
import type { LocationAction, OrganisationAction } from '#libs/entitlements/action.js';
import { decide, type Decision } from '#libs/entitlements/decide.js';
import type { EntitlementTable } from '#libs/entitlements/entitlement-table.js';
import { atLocation, type LocationFact, type Scope } from '#libs/entitlements/facts.js';
import { organisationMatrix } from '#libs/entitlements/matrix.js';
import { entitlementOf } from '#libs/entitlements/proof.js';
import type { Gate } from '#libs/gate/gate.js';
import { problem } from '#libs/platform/http/problems.js';
import { BUS, CLOCK, GATE, POOL } from '#libs/platform/tokens.js';
import { appendAudit } from '#libs/store/audit-log.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { changeEntitlements, type EntitlementChange } from '#libs/store/entitlement-log.js';
import { membersOf, type By, type Member } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { personId, type PersonId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { MailWorker } from './mail/mail-worker.js';

/** What a change writes into the audit beside who and when. */
export interface Done {
  readonly action: string;
  readonly entitlement?: string;
  readonly locationId?: string;
  readonly organisationId?: string;
  readonly subjectId?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** One change in progress: a transaction under the lock that orders all changes of entitlements. */
export interface Work {
  readonly change: EntitlementChange;
  readonly client: pg.PoolClient;
  readonly actor: PersonId;
  readonly by: By;
  readonly now: EpochMilliseconds;
  audit(done: Done): Promise<void>;
}

export interface Right {
  /** What was read to decide it. */
  readonly facts: EntitlementTable;
  readonly location: LocationFact;
  readonly decision: Extract<Decision, { allowed: true }>;
  readonly entitlement: string;
}

/** Runs every change of who may do what, so that each checks its actor's right again, is audited, and is known here after. */
@Injectable()
export class Changes {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(MailWorker) private readonly mail: MailWorker,
  ) {}

  async run<Value>(actor: PersonId, work: (work: Work) => Promise<Value>): Promise<Value> {
    const now = this.clock.now();
    const by: By = { personId: actor, at: new Date(now) };
    const changed = await changeEntitlements(this.pool, { actorPersonId: actor, at: now }, (change) =>
      work({
        change,
        client: change.client,
        actor,
        by,
        now,
        audit: (done) =>
          appendAudit(
            change.client,
            {
              action: done.action,
              entitlement: done.entitlement ?? null,
              locationId: done.locationId ?? null,
              organisationId: done.organisationId ?? null,
              subjectId: done.subjectId ?? null,
              detail: done.detail ?? {},
            },
            { actorPersonId: actor, at: by.at },
          ),
      }),
    );
    await this.gate.caughtUp(changed.sequence);
    this.mail.wake();
    return changed.value;
  }

  /** Tells live views of the location that somebody's access changed. */
  announce(locationId: string): Promise<void> {
    const change = {
      siteId: locationId,
      subject: 'entitlements',
      subjectId: null,
      at: this.clock.now(),
    } as const;
    return this.bus.publish('changes', change);
  }
}

/** The actor's right at a location, from the tables and under the lock; or the answer that a stranger or a lesser right gets. */
export async function requireRight(work: Work, action: LocationAction, locationId: string): Promise<Right> {
  const { facts, decision, entitlement } = await requireRightOn(work, action, atLocation(locationId));
  const location = facts.location(locationId);
  if (!location) throw problem('not-found');
  return { facts, location, decision, entitlement };
}

/** The same on any node of the tree. */
export async function requireRightOn(
  work: Work,
  action: LocationAction,
  target: Scope,
): Promise<Omit<Right, 'location'>> {
  const facts = await readFactsAround(work.client, work.actor, target);
  const decision = decide(facts, work.actor, action, target, work.now);
  if (!decision.allowed) throw problem(decision.visible ? 'forbidden' : 'not-found');
  return { facts, decision, entitlement: entitlementOf(decision.proof) };
}

/** Whether somebody else has the right now, e.g. the issuer of an invitation. */
export async function hasRight(
  client: pg.PoolClient,
  person: string,
  action: LocationAction,
  locationId: string,
  now: EpochMilliseconds,
): Promise<boolean> {
  const target = atLocation(locationId);
  const facts = await readFactsAround(client, person, target);
  return decide(facts, personId(person), action, target, now).allowed;
}

/** The actor's right over an organisation, under the lock. NB-07: to somebody outside it does not exist. */
export async function requireOrganisationRight(
  work: Work,
  action: OrganisationAction,
  organisationId: string,
): Promise<{ readonly self: Member; readonly members: readonly Member[]; readonly entitlement: string }> {
  const members = await membersOf(work.client, organisationId);
  const self = members.find((member) => member.personId === work.actor);
  if (!self) throw problem('not-found');
  if (!organisationMatrix[self.role].has(action)) throw problem('forbidden');
  return { self, members, entitlement: `membership:${self.membershipId}` };
}

/** The members, for whoever manages them: an administrator, a company's owner (AJ-11). NB-07: to somebody outside, the organisation does not exist. */
export const requireAdministrator = (
  work: Work,
  organisationId: string,
): Promise<{ readonly members: readonly Member[]; readonly entitlement: string }> =>
  requireOrganisationRight(work, 'manage-members', organisationId);
