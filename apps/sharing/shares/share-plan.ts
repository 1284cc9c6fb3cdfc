import {
  chainReaches,
  delegate,
  type DelegationRefusal,
  type Limits,
} from '#libs/entitlements/delegation.js';
import type { EntitlementTable } from '#libs/entitlements/entitlement-table.js';
import type { GrantFact, NodeFact } from '#libs/entitlements/facts.js';
import { isWithinLevel, mayBeBranded, type ShareLevel } from '#libs/entitlements/share-request.js';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import { pathOf, readFactsAround } from '#libs/store/entitlement-facts.js';
import { treeOf, type SharedNode } from '#libs/store/share-objects.js';
import type { ShareRow, ShareTerms } from '#libs/store/share-requests.js';
import { organisationId as toOrganisationId, type OrganisationId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { Work } from '../changes.js';

export interface Selected {
  readonly kind: ShareLevel;
  readonly id: string;
}

/** One object of a selection, and the grant that a confirmation makes for it. */
export interface Planned extends Selected {
  readonly name: string;
  readonly parentGrantId: string | null;
  readonly limits: Limits;
  readonly contains: readonly SharedNode[];
  /** The location a grant on it belongs to; null for a customer. */
  readonly locationId: string | null;
}

/** What a confirmation would share; the preview and the confirmation both go by it (CS-16), so that they cannot differ. */
export async function planShare(
  work: Work,
  share: ShareRow,
  terms: ShareTerms,
  selection: readonly Selected[],
  connected: boolean,
): Promise<readonly Planned[]> {
  if (terms.branded && !mayBeBranded(terms.role)) throw problem('no-branding');
  if (terms.expiresAt !== null && Date.parse(terms.expiresAt) <= work.now) {
    throw problemWith('invalid-request', '`expiresAt` is not in the future.');
  }
  const objects = [...new Map(selection.map((object) => [object.id, object])).values()];
  const wide = objects.find(({ kind }) => !isWithinLevel(share.level, kind));
  if (wide) throw problemWith('wider-than-requested', `Asked for: ${share.level}; selected: ${wide.kind}.`);
  const planned: Planned[] = [];
  for (const object of objects) planned.push(await planObject(work, share, terms, object, connected));
  return planned;
}

async function planObject(
  work: Work,
  share: ShareRow,
  terms: ShareTerms,
  object: Selected,
  connected: boolean,
): Promise<Planned> {
  const path = await pathOf(work.client, object);
  const owner = ownerOf(path);
  const grantor = toOrganisationId(share.grantorId);
  // Nobody learns whether what he has no part in exists.
  if (path[0]?.kind !== object.kind || owner === null) throw notYours(object, 'no such object');
  const chains =
    owner === grantor ? [[]] : chainsOf(await readFactsAround(work.client, '', object), path, grantor);
  let refusal: DelegationRefusal | 'no such object' = 'no such object';
  for (const chain of chains) {
    const wish = {
      ...limitsOf(terms),
      role: terms.role,
      grantee: toOrganisationId(share.requesterId),
      owner,
      connected,
      chain,
      reached: chainReaches(chain, path),
    };
    const allowed = delegate(wish, work.now);
    if (!allowed.ok) {
      refusal = allowed.error;
      continue;
    }
    const contains = await treeOf(work.client, object, horizon(chain, terms, work.by.at));
    return {
      ...object,
      name: contains[0]?.name ?? '',
      parentGrantId: chain[0]?.grantId ?? null,
      limits: allowed.value,
      contains,
      locationId: path.find(({ kind }) => kind === 'location')?.nodeId ?? null,
    };
  }
  throw notYours(object, refusal);
}

const notYours = ({ kind, id }: Selected, reason: string) =>
  problemWith('not-yours-to-share', `${kind} ${id}: ${reason}.`);

/** Whose books the object is in. */
function ownerOf(path: readonly NodeFact[]): OrganisationId | null {
  for (const node of path) {
    if (node.kind === 'location') return node.installedByOrganisationId;
    if (node.kind === 'customer') return node.organisationId;
  }
  return null;
}

/** Every grant by which the organisation has the object, each with what it was passed on from, the nearest first. */
function chainsOf(
  facts: EntitlementTable,
  path: readonly NodeFact[],
  holder: OrganisationId,
): readonly (readonly GrantFact[])[] {
  const held = path
    .flatMap(({ kind, nodeId }) => facts.grantsOn({ kind, id: nodeId }))
    .filter(({ grantee }) => grantee.kind === 'organisation' && grantee.organisationId === holder);
  return held.flatMap((grant) => {
    const chain = [grant];
    for (let id = grant.parentGrantId; id !== null;) {
      const parent = facts.grant(id);
      // A link that ended: nothing comes through it any more.
      if (!parent) return [];
      chain.push(parent);
      id = parent.parentGrantId;
    }
    return [chain];
  });
}

/** What came after this is not covered, by this grant or by one it is passed on from; null: everything is. */
function horizon(chain: readonly GrantFact[], terms: ShareTerms, now: Date): Date | null {
  const ends = chain.filter(({ includeFuture }) => !includeFuture).map(({ grantedAt }) => Number(grantedAt));
  if (!terms.includeFuture) ends.push(now.getTime());
  return ends.length === 0 ? null : new Date(Math.min(...ends));
}

const limitsOf = ({ expiresAt, actions, hours, maximumCurrent_A }: ShareTerms): Limits => ({
  expiresAt: expiresAt === null ? null : epochMilliseconds(Date.parse(expiresAt)),
  actions,
  hours,
  maximumCurrent_A,
});
