import { Inject, Injectable } from '@nestjs/common';
import type { Limits } from '#libs/entitlements/delegation.js';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import { insertGrant, wholeLocation, type GrantPlace } from '#libs/store/grants.js';
import { insertShareObject } from '#libs/store/share-objects.js';
import { storeTerms, type ShareRow, type ShareTerms } from '#libs/store/share-requests.js';
import { locationsUnder } from '#libs/store/shared-grants.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, type Work } from '../changes.js';
import { planShare, type Planned, type Selected } from './share-plan.js';
import { handledShare, nextOf, shareAfter, stillConnected, takeStep, type Handled } from './share-steps.js';
import { ShareWorker } from './share-worker.js';

/** The grantor selects what is shared and how, looks at it, and confirms (CS-12 to CS-19). */
@Injectable()
export class Evaluation {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(ShareWorker) private readonly worker: ShareWorker,
  ) {}

  /** CS-16: all that a confirmation would do, but doing it. */
  preview(
    actor: PersonId,
    organisationId: string,
    shareId: string,
    terms: ShareTerms,
    selection: readonly Selected[],
  ): Promise<readonly Planned[]> {
    return this.changes.run(actor, async (work) => {
      const handled = await handledShare(work, organisationId, shareId);
      const connected = await stillConnected(work, handled.share);
      const next = nextOf(handled, { type: 'confirm', connectionActive: connected });
      if (next.state === handled.share.state) throw problem('share-over');
      return planShare(work, handled.share, terms, selection, connected);
    });
  }

  /** The grants of the whole selection are made in one transaction, once however often it is confirmed. */
  async confirm(
    actor: PersonId,
    organisationId: string,
    shareId: string,
    terms: ShareTerms,
    selection: readonly Selected[],
  ): Promise<ShareRow> {
    const { share, touched } = await this.changes.run(actor, async (work) => {
      const handled = await handledShare(work, organisationId, shareId);
      const connected = await stillConnected(work, handled.share);
      const next = nextOf(handled, { type: 'confirm', connectionActive: connected });
      if (next.state === handled.share.state) return { share: handled.share, touched: [] };
      const planned = await planShare(work, handled.share, terms, selection, connected);
      await requireNew(work, handled.share, terms, planned);
      const touched = new Set<string>();
      for (const object of planned) {
        await this.grant(work, handled, terms, object);
        for (const id of await locationsUnder(work.client, placeIds(object))) touched.add(id);
      }
      await storeTerms(work.client, shareId, terms);
      await takeStep(work, handled, next, { role: terms.role, objects: planned.length });
      return { share: await shareAfter(work, shareId), touched: [...touched] };
    });
    this.worker.wake();
    await Promise.all(touched.map((locationId) => this.changes.announce(locationId)));
    return share;
  }

  private async grant(
    work: Work,
    { share, entitlement }: Handled,
    terms: ShareTerms,
    object: Planned,
  ): Promise<void> {
    const { expiresAt, ...limits }: Limits = object.limits;
    const grantId = await insertGrant(
      work.change,
      {
        ...limits,
        expiresAt: expiresAt === null ? null : new Date(expiresAt),
        place: placeOf(object),
        personId: null,
        organisationId: share.requesterId,
        role: terms.role,
        grantedByOrganisationId: share.grantorId,
        parentGrantId: object.parentGrantId,
        includeFuture: terms.includeFuture,
        branded: terms.branded,
      },
      work.by,
    );
    const { kind, id, name } = object;
    await insertShareObject(work.client, share.shareId, { kind, objectId: id, name, grantId });
    await work.audit({
      action: 'grant-shared',
      entitlement,
      organisationId: share.grantorId,
      ...(object.locationId === null ? {} : { locationId: object.locationId }),
      subjectId: grantId,
      detail: { shareId: share.shareId, kind, objectId: id, role: terms.role, to: share.requesterId },
    });
  }
}

const placeOf = ({ kind, id, locationId }: Planned): GrantPlace => {
  if (kind === 'customer') return { customerId: id };
  if (kind === 'location') return wholeLocation(id);
  return { locationId: locationId ?? '', part: { kind, id } };
};
const placeIds = ({ kind, id, locationId }: Planned) =>
  kind === 'customer' ? { customerId: id, locationId: null } : { customerId: null, locationId };

/** NB-42: who has the very same access already gets no second one. */
async function requireNew(
  work: Work,
  share: ShareRow,
  { role }: ShareTerms,
  planned: readonly Planned[],
): Promise<void> {
  const { rows } = await work.client.query<{ id: string }>(
    `SELECT COALESCE(installation_id, location_id, customer_id) AS id FROM grants
      WHERE grantee_organisation_id = $1 AND role = $2 AND revoked_at IS NULL AND granted_by_organisation_id = $3
        AND building_id IS NULL AND device_id IS NULL AND (expires_at IS NULL OR expires_at > $4)
        AND COALESCE(installation_id, location_id, customer_id) = ANY($5)`,
    [share.requesterId, role, share.grantorId, work.by.at, planned.map(({ id }) => id)],
  );
  const known = planned.find(({ id }) => rows.some((row) => row.id === id));
  if (known) throw problemWith('already-has-access', `${known.kind} ${known.name}.`);
}
