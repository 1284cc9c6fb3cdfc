import { IdentifierTable } from './identifier-table.js';
import { grown, RowLists } from './row-lists.js';
import type { WeeklyHours } from './weekly-hours.js';

/** Bits of the flags column. */
export const grantFlags = { live: 1, suspended: 2, includeFuture: 4, timed: 8 } as const;

/** Every action: no bit of the mask is missing. */
export const everyAction = -1;

/** One row for each grant; rows are never used again, so that a parent's number stays true. */
export class GrantRows {
  readonly ids: IdentifierTable;
  flags = new Uint8Array(0);
  /** Row of the node it was given on. */
  scope = new Int32Array(0);
  /** Row of the person, or -1 minus the row of the organisation. */
  grantee = new Int32Array(0);
  role = new Uint8Array(0);
  /** Row of the grant it was passed on from; -1: none. */
  parent = new Int32Array(0);
  grantedBy = new Int32Array(0);
  /** -1: the granter acted for himself. */
  grantedByOrganisation = new Int32Array(0);
  grantedAt = new Float64Array(0);
  /** Infinity: without end. */
  expiresAt = new Float64Array(0);
  /** Bit n: the n-th of `locationActions`. */
  actions = new Int32Array(0);
  /** Few grants have these two. */
  readonly hours = new Map<number, WeeklyHours>();
  readonly maximumCurrent_A = new Map<number, number>();

  readonly ofNode = new RowLists();
  readonly ofPerson = new RowLists();
  readonly ofOrganisation = new RowLists();
  /** How many rows no grant lives in any more. */
  dead = 0;

  constructor(expected: number) {
    this.ids = new IdentifierTable(expected);
    if (expected > 0) this.reserve(expected - 1);
  }

  rowOf(id: string): number {
    return this.reserve(this.ids.intern(id));
  }

  is(row: number, flag: number): boolean {
    return (this.flags[row]! & flag) !== 0;
  }

  remove(row: number): void {
    if (!this.is(row, grantFlags.live)) return;
    this.flags[row] = 0;
    this.hours.delete(row);
    this.maximumCurrent_A.delete(row);
    this.ofNode.move(row, -1);
    this.ofPerson.move(row, -1);
    this.ofOrganisation.move(row, -1);
    this.dead++;
  }

  reserve(row: number): number {
    if (row >= this.flags.length) {
      this.flags = grown(this.flags, row, 0);
      this.scope = grown(this.scope, row, -1);
      this.grantee = grown(this.grantee, row, -1);
      this.role = grown(this.role, row, 0);
      this.parent = grown(this.parent, row, -1);
      this.grantedBy = grown(this.grantedBy, row, -1);
      this.grantedByOrganisation = grown(this.grantedByOrganisation, row, -1);
      this.grantedAt = grown(this.grantedAt, row, 0);
      this.expiresAt = grown(this.expiresAt, row, 0);
      this.actions = grown(this.actions, row, everyAction);
    }
    return row;
  }
}

/** One row for each membership. */
export class MembershipRows {
  readonly ids: IdentifierTable;
  /** -1: the membership is over. */
  person = new Int32Array(0);
  organisation = new Int32Array(0);
  role = new Uint8Array(0);
  readonly ofPerson = new RowLists();

  constructor(expected: number) {
    this.ids = new IdentifierTable(expected);
    if (expected > 0) this.reserve(expected - 1);
  }

  rowOf(id: string): number {
    return this.reserve(this.ids.intern(id));
  }

  remove(row: number): void {
    this.person[row] = -1;
    this.ofPerson.move(row, -1);
  }

  reserve(row: number): number {
    if (row >= this.person.length) {
      this.person = grown(this.person, row, -1);
      this.organisation = grown(this.organisation, row, -1);
      this.role = grown(this.role, row, 0);
    }
    return row;
  }
}
