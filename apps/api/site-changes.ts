import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { Bus } from '#libs/bus/bus.js';
import type { Change } from '#libs/contracts/change.js';
import type { LocationAction } from '#libs/entitlements/action.js';
import { decide } from '#libs/entitlements/decide.js';
import { atLocation } from '#libs/entitlements/facts.js';
import { entitlementOf } from '#libs/entitlements/proof.js';
import { problem } from '#libs/platform/http/problems.js';
import { BUS, CLOCK, POOL } from '#libs/platform/tokens.js';
import { appendAudit } from '#libs/store/audit-log.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { changeEntitlements } from '#libs/store/entitlement-log.js';
import type { By } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import type { PersonId } from '#libs/units/identifiers.js';

/** Who changes what of a location, by which right. */
export interface SiteChange {
  readonly actor: PersonId;
  readonly right: LocationAction;
  readonly locationId: string;
  /** What the readers of the bus load again. */
  readonly subject: Change['subject'];
}

/** What a change writes into the audit beside who, when and by what. */
export interface SiteAudit {
  readonly action: string;
  readonly subjectId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Changes of what the allocator goes by: the right is checked again under the lock, the change audited and announced. */
@Injectable()
export class SiteChanges {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async run(
    { actor, right, locationId, subject }: SiteChange,
    work: (client: pg.PoolClient, by: By) => Promise<SiteAudit>,
  ): Promise<void> {
    const now = this.clock.now();
    const by: By = { personId: actor, at: new Date(now) };
    await changeEntitlements(this.pool, { actorPersonId: actor, at: now }, async ({ client }) => {
      const target = atLocation(locationId);
      const decision = decide(await readFactsAround(client, actor, target), actor, right, target, now);
      if (!decision.allowed) throw problem(decision.visible ? 'forbidden' : 'not-found');
      const audit = await work(client, by);
      await appendAudit(
        client,
        { ...audit, entitlement: entitlementOf(decision.proof), locationId, organisationId: null },
        { actorPersonId: actor, at: by.at },
      );
    });
    await this.bus.publish('changes', { siteId: locationId, subject, subjectId: null, at: now });
  }
}
