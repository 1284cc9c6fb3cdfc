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

/**
 * Fields of a node's record: with the identifier 32 bytes, so that a line of the processor's cache holds all that the ways
 * of an owner and of a member need of it.
 */
const fields = {
  /** The parent's row times 8, and the kind's code. */
  place: 0,
  firstGrant: 1,
  /** A location's only: row of the person who owns it; -1: nobody. */
  owner: 2,
  /** A location's or a customer's only: row of the organisation. */
  organisation: 3,
} as const;
/** In the place of a kind's code: named by somebody, but not there. So is what a new record holds, -1. */
const absent = 7;

/** The tree of what rights are held on, one row for each customer, location, building, installation and device. */
export class NodeRows {
  readonly ids: IdentifierTable;
  /** Milliseconds since the epoch. */
  since = new Float64Array(0);
  private details = new Int32Array(0);
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
      this.details = grown(this.details, row, -1);
      this.lastGrant = grown(this.lastGrant, row, -1);
    }
    return row;
  }

  /** Its kind's code; -1: named by somebody, but not there. */
  kind(row: number): number {
    const code = this.ids.get(row, fields.place) & absent;
    return code === absent ? -1 : code;
  }

  /** Row of the node it lies in; -1 at the top. */
  parent(row: number): number {
    return this.ids.get(row, fields.place) >> 3;
  }

  /** Row of the person who owns a location; -1: nobody, or it is none. */
  owner(row: number): number {
    return this.ids.get(row, fields.owner);
  }

  /** Row of the organisation that installed a location, or whose customer it is; -1: none. */
  organisation(row: number): number {
    return this.ids.get(row, fields.organisation);
  }

  /** To whom a location or a customer belongs. */
  setHolders(row: number, owner: number, organisation: number): void {
    this.ids.set(row, fields.owner, owner);
    this.ids.set(row, fields.organisation, organisation);
  }

  /** Row in `LocationRows` of a location; -1 for others. */
  detail(row: number): number {
    return this.details[row]!;
  }

  setDetail(row: number, detail: number): void {
    this.details[row] = detail;
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
    this.ids.set(row, fields.place, (parent << 3) | kindCodes[kind]);
    this.since[row] = since;
  }

  /** It is gone; what lies in it hangs in the air and is reached no more. */
  remove(row: number): void {
    this.ids.set(row, fields.place, -1);
  }
}

/** What a location has beside its place in the tree and its holders. */
export class LocationRows {
  count = 0;
  node = new Int32Array(0);
  /** Rises with each transfer. */
  epoch = new Int32Array(0);
  /** Milliseconds since the epoch; NaN: with the location. */
  beganAt = new Float64Array(0);
  private shareable = new Uint8Array(0);
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

  set(row: number, epoch: number, beganAt: number, partnersMayShare: boolean): void {
    this.epoch[row] = epoch;
    this.beganAt[row] = beganAt;
    this.shareable[row] = partnersMayShare ? 1 : 0;
  }

  partnersMayShare(row: number): boolean {
    return this.shareable[row] === 1;
  }

  private reserve(row: number): void {
    if (row < this.node.length) return;
    this.node = grown(this.node, row, -1);
    this.epoch = grown(this.epoch, row, 0);
    this.beganAt = grown(this.beganAt, row, Number.NaN);
    this.shareable = grown(this.shareable, row, 0);
  }
}
