import type { NodeFact, ScopeKind } from './facts.js';
import { IdentifierTable } from './identifier-table.js';
import { grown, RowLists } from './row-lists.js';

/** Codes of `ScopeKind` in the kind field, from the outermost. */
export const kindCodes: Readonly<Record<ScopeKind, number>> = {
  customer: 0,
  location: 1,
  building: 2,
  installation: 3,
  device: 4,
};

/** Fields of a node's record. */
const fields = { kind: 0, parent: 1, detail: 2, firstGrant: 3 } as const;

/** The tree of what rights are held on, one row for each customer, location, building, installation and device. */
export class NodeRows {
  readonly ids: IdentifierTable;
  /** Milliseconds since the epoch. */
  since = new Float64Array(0);
  /** The end of the list that begins with `firstGrant`; read only where it grows. */
  private lastGrant = new Int32Array(0);

  constructor(expected: number) {
    this.ids = new IdentifierTable(expected, Object.keys(fields).length);
    if (expected > 0) this.reserve(expected - 1);
  }

  /** The row of a node, whether or not anything is known of it yet. */
  rowOf(id: string): number {
    return this.reserve(this.ids.intern(id));
  }

  reserve(row: number): number {
    if (row >= this.since.length) {
      this.since = grown(this.since, row, 0);
      this.lastGrant = grown(this.lastGrant, row, -1);
    }
    return row;
  }

  /** Its kind's code; -1: named by somebody, but not there. */
  kind(row: number): number {
    return this.ids.get(row, fields.kind);
  }

  /** Row of the node it lies in; -1 at the top. */
  parent(row: number): number {
    return this.ids.get(row, fields.parent);
  }

  /** Row in `LocationRows` of a location, of the organisation for a customer; -1 for others. */
  detail(row: number): number {
    return this.ids.get(row, fields.detail);
  }

  setDetail(row: number, detail: number): void {
    this.ids.set(row, fields.detail, detail);
  }

  firstGrant(row: number): number {
    return this.ids.get(row, fields.firstGrant);
  }

  setFirstGrant(row: number, grant: number): void {
    this.ids.set(row, fields.firstGrant, grant);
  }

  lastGrantOf(row: number): number {
    return this.lastGrant[row]!;
  }

  setLastGrant(row: number, grant: number): void {
    this.lastGrant[row] = grant;
  }

  put(row: number, kind: NodeFact['kind'], parent: number, since: number): void {
    this.ids.set(row, fields.kind, kindCodes[kind]);
    this.ids.set(row, fields.parent, parent);
    this.since[row] = since;
  }

  /** It is gone; what lies in it hangs in the air and is reached no more. */
  remove(row: number): void {
    this.ids.set(row, fields.kind, -1);
    this.ids.set(row, fields.parent, -1);
  }
}

/** Numbers for each location in `LocationRows.columns`. */
const width = 4;
const at = { owner: 0, organisation: 1, epoch: 2, partnersMayShare: 3 } as const;

/** What a location has beside its place in the tree. */
export class LocationRows {
  count = 0;
  node = new Int32Array(0);
  /** Milliseconds since the epoch; NaN: with the location. */
  beganAt = new Float64Array(0);
  private columns = new Int32Array(0);
  readonly ofOwner = new RowLists();
  readonly ofOrganisation = new RowLists();
  /** By the customer's row among the nodes. */
  readonly ofCustomer = new RowLists();

  constructor(expected: number) {
    if (expected > 0) this.reserve(expected - 1);
  }

  add(node: number): number {
    const row = this.count++;
    this.reserve(row);
    this.node[row] = node;
    return row;
  }

  set(row: number, owner: number, organisation: number, epoch: number, partnersMayShare: boolean): void {
    const start = row * width;
    this.columns[start + at.owner] = owner;
    this.columns[start + at.organisation] = organisation;
    this.columns[start + at.epoch] = epoch;
    this.columns[start + at.partnersMayShare] = partnersMayShare ? 1 : 0;
  }

  /** Row of the person who owns it; -1: nobody. */
  owner(row: number): number {
    return this.columns[row * width + at.owner]!;
  }

  /** Row of the organisation that installed it; -1: none. */
  organisation(row: number): number {
    return this.columns[row * width + at.organisation]!;
  }

  epoch(row: number): number {
    return this.columns[row * width + at.epoch]!;
  }

  partnersMayShare(row: number): boolean {
    return this.columns[row * width + at.partnersMayShare] === 1;
  }

  private reserve(row: number): void {
    if (row < this.node.length) return;
    this.node = grown(this.node, row, -1);
    this.beganAt = grown(this.beganAt, row, Number.NaN);
    this.columns = grown(this.columns, this.node.length * width - 1, -1);
  }
}
