import { IdentifierTable } from './identifier-table.js';
import { RowLists } from './row-lists.js';

const fields = { person: 0, organisation: 1, role: 2 } as const;

/** One row for each membership. */
export class MembershipRows {
  readonly ids: IdentifierTable;
  readonly ofPerson = new RowLists();

  constructor(expected: number) {
    this.ids = new IdentifierTable(expected, Object.keys(fields).length);
  }

  /** -1: the membership is over. */
  person(row: number): number {
    return this.ids.get(row, fields.person);
  }

  organisation(row: number): number {
    return this.ids.get(row, fields.organisation);
  }

  role(row: number): number {
    return this.ids.get(row, fields.role);
  }

  set(row: number, person: number, organisation: number, role: number): void {
    this.ids.set(row, fields.person, person);
    this.ids.set(row, fields.organisation, organisation);
    this.ids.set(row, fields.role, role);
    this.ofPerson.move(row, person);
  }

  remove(row: number): void {
    this.ids.set(row, fields.person, -1);
    this.ofPerson.move(row, -1);
  }
}
