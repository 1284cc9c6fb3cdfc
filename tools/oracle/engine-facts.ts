import { extentOf } from '#libs/entitlements/decide.js';
import { EntitlementTable } from '#libs/entitlements/entitlement-table.js';
import type { GrantFact, LocationFact, NodeFact, Scope } from '#libs/entitlements/facts.js';
import { siteId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { grantOf, nodeOf, numberOf, organisationOf, personOf } from './engine-names.js';
import type { Attempted, Grantee } from './history.js';

/** The facts that the engine decides from: its table, and the places as they were put into it. */
export class EngineFacts {
  protected readonly table = EntitlementTable.of({ nodes: [], grants: [], memberships: [] });
  protected readonly nodes = new Map<number, NodeFact>();

  protected scope(node: number): Scope {
    return { kind: this.nodes.get(node)?.kind ?? 'device', id: nodeOf(node) };
  }

  protected place(it: Attempted<'place'>): boolean {
    const since = epochMilliseconds(it.at);
    const parentId = it.parent === null ? null : nodeOf(it.parent);
    const organisation = it.organisation === null ? null : organisationOf(it.organisation);
    if (it.kind === 'location') {
      return this.putLocation(it.node, {
        kind: 'location',
        nodeId: siteId(nodeOf(it.node)),
        parentId,
        since,
        ownerPersonId: it.owner === null ? null : personOf(it.owner),
        ownershipEpoch: 1,
        ownershipBeganAt: null,
        installedByOrganisationId: organisation,
        partnersMayShare: it.partnersMayShare,
      });
    }
    const fact: NodeFact | null =
      it.kind === 'customer'
        ? organisation && { kind: 'customer', nodeId: nodeOf(it.node), organisationId: organisation }
        : parentId === null
          ? null
          : { kind: it.kind, nodeId: nodeOf(it.node), parentId, since };
    if (!fact) return true;
    this.nodes.set(it.node, fact);
    this.table.putNode(fact);
    return true;
  }

  protected putLocation(node: number, fact: LocationFact): boolean {
    this.nodes.set(node, fact);
    this.table.putNode(fact);
    return true;
  }

  protected location(node: number): LocationFact | undefined {
    const fact = this.nodes.get(node);
    return fact?.kind === 'location' ? fact : undefined;
  }

  protected epoch(node: number): number {
    return this.location(node)?.ownershipEpoch ?? 1;
  }

  protected around(node: number): NodeFact[] {
    const fact = this.nodes.get(node);
    if (!fact) return [];
    return [fact, ...('parentId' in fact && fact.parentId ? this.around(numberOf(fact.parentId)) : [])];
  }

  protected mayShare(person: number, node: number, at: number): boolean {
    const scope = this.scope(node);
    return extentOf(this.table, personOf(person), 'share', scope, epochMilliseconds(at)) !== 'none';
  }

  protected putGrant(
    number: number,
    node: number,
    to: Grantee,
    by: number,
    at: number,
    more: Partial<GrantFact> & Pick<GrantFact, 'role' | 'includeFuture'>,
  ): void {
    this.table.putGrant({
      grantId: grantOf(number),
      scope: this.scope(node),
      grantee:
        to.person === null
          ? { kind: 'organisation', organisationId: organisationOf(to.organisation ?? 0) }
          : { kind: 'person', personId: personOf(to.person) },
      grantedBy: personOf(by),
      grantedByOrganisationId: null,
      grantedAt: epochMilliseconds(at),
      expiresAt: null,
      suspended: false,
      parentGrantId: null,
      actions: null,
      hours: null,
      maximumCurrent_A: null,
      ...more,
    });
  }

  protected chain(grant: number | null): GrantFact[] {
    const fact = grant === null ? undefined : this.table.grant(grantOf(grant));
    if (!fact) return [];
    return [fact, ...this.chain(fact.parentGrantId && numberOf(fact.parentGrantId))];
  }
}
