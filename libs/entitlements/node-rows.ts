import type { NodeFact, ScopeKind } from './facts.js';
import { IdentifierTable } from './identifier-table.js';
import { grown, RowLists } from './row-lists.js';

/** Codes of `ScopeKind` in the kind column, from the outermost; 0: named by somebody, but not there. */
export const kindCodes: Readonly<Record<ScopeKind, number>> = {
  customer: 1,
  location: 2,
  building: 3,
  installation: 4,
  device: 5,
};
export const kindOfCode: readonly (ScopeKind | null)[] = [
  null,
  'customer',
  'location',
  'building',
  'installation',
  'device',
];

/** The tree of what rights are held on, one row for each customer, location, building, installation and device. */
export class NodeRows {
  readonly ids: IdentifierTable;
  kind = new Uint8Array(0);
  /** Row of the node it lies in; -1 at the top. */
  parent = new Int32Array(0);
  /** Milliseconds since the epoch. */
  since = new Float64Array(0);
  /** Row in `LocationRows` of a location, of the organisation for a customer. */
  detail = new Int32Array(0);

  constructor(expected: number) {
    this.ids = new IdentifierTable(expected);
    if (expected > 0) this.reserve(expected - 1);
  }

  /** The row of a node, whether or not anything is known of it yet. */
  rowOf(id: string): number {
    return this.reserve(this.ids.intern(id));
  }

  reserve(row: number): number {
    if (row >= this.kind.length) {
      this.kind = grown(this.kind, row, 0);
      this.parent = grown(this.parent, row, -1);
      this.since = grown(this.since, row, 0);
      this.detail = grown(this.detail, row, -1);
    }
    return row;
  }

  put(row: number, kind: NodeFact['kind'], parent: number, since: number): void {
    this.kind[row] = kindCodes[kind];
    this.parent[row] = parent;
    this.since[row] = since;
  }

  /** It is gone; what lies in it hangs in the air and is reached no more. */
  remove(row: number): void {
    this.kind[row] = 0;
    this.parent[row] = -1;
  }
}

/** What a location has beside its place in the tree. */
export class LocationRows {
  count = 0;
  node = new Int32Array(0);
  /** Row of the person who owns it; -1: nobody. */
  owner = new Int32Array(0);
  epoch = new Int32Array(0);
  /** Milliseconds since the epoch; NaN: with the location. */
  beganAt = new Float64Array(0);
  /** Row of the organisation that installed it; -1: none. */
  organisation = new Int32Array(0);
  partnersMayShare = new Uint8Array(0);
  readonly ofOwner = new RowLists();
  readonly ofOrganisation = new RowLists();
  /** By the customer's row among the nodes. */
  readonly ofCustomer = new RowLists();

  constructor(expected: number) {
    if (expected > 0) this.reserve(expected - 1);
    this.count = 0;
  }

  add(node: number): number {
    const row = this.count;
    this.reserve(row);
    this.node[row] = node;
    return row;
  }

  private reserve(row: number): void {
    this.count = row + 1;
    if (row < this.node.length) return;
    this.node = grown(this.node, row, -1);
    this.owner = grown(this.owner, row, -1);
    this.epoch = grown(this.epoch, row, 1);
    this.beganAt = grown(this.beganAt, row, Number.NaN);
    this.organisation = grown(this.organisation, row, -1);
    this.partnersMayShare = grown(this.partnersMayShare, row, 0);
  }
}
