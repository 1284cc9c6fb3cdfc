/** Doubly linked lists of row numbers, each row in at most one of them: "the grants at this node", in the order they came. */
export class RowLists {
  private first = new Int32Array(0);
  private last = new Int32Array(0);
  private next = new Int32Array(0);
  private previous = new Int32Array(0);
  private list = new Int32Array(0);

  /** The first row of a list; -1 when it is empty. */
  firstOf(list: number): number {
    return list >= 0 && list < this.first.length ? this.first[list]! : -1;
  }

  /** The row behind one that is in a list; -1 at the end. */
  after(row: number): number {
    return this.next[row]!;
  }

  *rowsOf(list: number): Generator<number> {
    for (let row = this.firstOf(list); row !== -1; row = this.next[row]!) yield row;
  }

  /** Puts the row at the end of the list, and takes it out of the one it was in. Negative: into none. */
  move(row: number, list: number): void {
    this.reserveRow(row);
    if (this.list[row] === list) return;
    this.takeOut(row);
    if (list < 0) return;
    if (list >= this.first.length) {
      this.first = grown(this.first, list, -1);
      this.last = grown(this.last, list, -1);
    }
    const before = this.last[list]!;
    this.previous[row] = before;
    this.next[row] = -1;
    if (before === -1) this.first[list] = row;
    else this.next[before] = row;
    this.last[list] = row;
    this.list[row] = list;
  }

  private takeOut(row: number): void {
    const list = this.list[row]!;
    if (list === -1) return;
    const before = this.previous[row]!;
    const behind = this.next[row]!;
    if (before === -1) this.first[list] = behind;
    else this.next[before] = behind;
    if (behind === -1) this.last[list] = before;
    else this.previous[behind] = before;
    this.list[row] = -1;
  }

  private reserveRow(row: number): void {
    if (row < this.next.length) return;
    this.next = grown(this.next, row, -1);
    this.previous = grown(this.previous, row, -1);
    this.list = grown(this.list, row, -1);
  }
}

type Column = Uint8Array | Int32Array | Float64Array;

/** A copy of the column with room for `index` and half as much again, filled up with `empty`. */
export function grown<Kind extends Column>(column: Kind, index: number, empty: number): Kind {
  const length = Math.max(index + 1, Math.ceil(column.length * 1.5), 8);
  const Constructor = column.constructor as new (length: number) => Kind;
  const larger = new Constructor(length);
  larger.set(column as never);
  if (empty !== 0) larger.fill(empty as never, column.length);
  return larger;
}
