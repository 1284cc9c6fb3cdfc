import { IdentifierTable } from './identifier-table.js';
import type { NodeRows } from './node-rows.js';
import { grown, RowLists } from './row-lists.js';
import type { WeeklyHours } from './weekly-hours.js';

/** Bits of the flags column. */
export const grantFlags = { live: 1, suspended: 2, includeFuture: 4, timed: 8 } as const;

/** Every action: no bit of the mask is missing. */
export const everyAction = -1;

/** A grant as numbers; -1 where there is none. */
export interface GrantColumns {
  /** Of `grantFlags`, without `live`. */
  readonly flags: number;
  readonly scope: number;
  readonly person: number;
  readonly organisation: number;
  readonly role: number;
  readonly parent: number;
  readonly grantedBy: number;
  readonly grantedByOrganisation: number;
  readonly grantedAt: number;
  /** Infinity: without end. */
  readonly expiresAt: number;
  readonly actions: number;
}

/** Fields of a grant's record, which with the identifier has 64 bytes. */
const fields = {
  /** Bits of `grantFlags`. */
  flags: 0,
  role: 1,
  parent: 2,
  actions: 3,
  scope: 4,
  grantedByOrganisation: 5,
  grantedBy: 6,
  previous: 7,
  /** Doubles. */
  expiresAt: 8,
  grantedAt: 10,
} as const;
const recordWords = 12;

/** One row for each grant; rows are never used again, so that a parent's number stays true. */
export class GrantRows {
  readonly ids: IdentifierTable;
  /**
   * Grantee and next grant on the same node, in turn. Apart from the record, since most grants at a place are another's:
   * those of one location, loaded one after the other, lie in one line of the processor's cache.
   */
  private links = new Int32Array(0);
  /** Few grants have these two. */
  readonly hours = new Map<number, WeeklyHours>();
  readonly maximumCurrent_A = new Map<number, number>();
  readonly ofPerson = new RowLists();
  readonly ofOrganisation = new RowLists();

  constructor(
    expected: number,
    private readonly nodes: NodeRows,
  ) {
    this.ids = new IdentifierTable(expected, recordWords);
    if (expected > 0) this.reserve(expected - 1);
  }

  rowOf(id: string): number {
    return this.reserve(this.ids.intern(id));
  }

  reserve(row: number): number {
    if (2 * row + 1 >= this.links.length) this.links = grown(this.links, 2 * row + 1, -1);
    return row;
  }

  is(row: number, flag: number): boolean {
    return (this.flags(row) & flag) !== 0;
  }

  /** Of `grantFlags`; 0: no grant lives here. */
  flags(row: number): number {
    const flags = this.ids.get(row, fields.flags);
    return flags === -1 ? 0 : flags;
  }

  /** Row of the person, or -1 minus the row of the organisation. */
  grantee(row: number): number {
    return this.links[2 * row]!;
  }

  /** Milliseconds since the epoch. */
  grantedAt(row: number): number {
    return this.ids.getDouble(row, fields.grantedAt);
  }

  /** Infinity: without end. */
  expiresAt(row: number): number {
    return this.ids.getDouble(row, fields.expiresAt);
  }

  role(row: number): number {
    return this.ids.get(row, fields.role);
  }

  /** Row of the grant it was passed on from; -1: none. */
  parent(row: number): number {
    return this.ids.get(row, fields.parent);
  }

  /** Bit n: the n-th of `locationActions`. */
  actions(row: number): number {
    return this.ids.get(row, fields.actions);
  }

  /** Row of the node it was given on. */
  scope(row: number): number {
    return this.ids.get(row, fields.scope);
  }

  grantedBy(row: number): number {
    return this.ids.get(row, fields.grantedBy);
  }

  /** -1: the granter acted for himself. */
  grantedByOrganisation(row: number): number {
    return this.ids.get(row, fields.grantedByOrganisation);
  }

  /** The next grant on the same node; -1: it was the last. */
  next(row: number): number {
    return this.links[2 * row + 1]!;
  }

  set(row: number, columns: GrantColumns): void {
    if (this.is(row, grantFlags.live)) this.unlink(row);
    const { ids } = this;
    ids.set(row, fields.flags, columns.flags | grantFlags.live);
    this.links[2 * row] = columns.person === -1 ? -1 - columns.organisation : columns.person;
    ids.set(row, fields.role, columns.role);
    ids.set(row, fields.parent, columns.parent);
    ids.set(row, fields.actions, columns.actions);
    ids.set(row, fields.scope, columns.scope);
    ids.set(row, fields.grantedBy, columns.grantedBy);
    ids.set(row, fields.grantedByOrganisation, columns.grantedByOrganisation);
    ids.setDouble(row, fields.grantedAt, columns.grantedAt);
    ids.setDouble(row, fields.expiresAt, columns.expiresAt);
    this.append(row, columns.scope);
    this.ofPerson.move(row, columns.person);
    this.ofOrganisation.move(row, columns.organisation);
  }

  remove(row: number): void {
    if (!this.is(row, grantFlags.live)) return;
    this.unlink(row);
    this.ids.set(row, fields.flags, 0);
    this.hours.delete(row);
    this.maximumCurrent_A.delete(row);
    this.ofPerson.move(row, -1);
    this.ofOrganisation.move(row, -1);
  }

  private append(row: number, node: number): void {
    const { ids, links, nodes } = this;
    const last = nodes.lastGrantOf(node);
    ids.set(row, fields.previous, last);
    links[2 * row + 1] = -1;
    if (last === -1) nodes.setFirstGrant(node, row);
    else links[2 * last + 1] = row;
    nodes.setLastGrant(node, row);
  }

  private unlink(row: number): void {
    const { ids, links, nodes } = this;
    const node = this.scope(row);
    const [before, behind] = [ids.get(row, fields.previous), this.next(row)];
    if (before === -1) nodes.setFirstGrant(node, behind);
    else links[2 * before + 1] = behind;
    if (behind === -1) nodes.setLastGrant(node, before);
    else ids.set(behind, fields.previous, before);
  }
}
