/** Goes round all sites in a fixed number of turns, so that no instant belongs to all of them. */
export class Rota {
  private ids: readonly string[] = [];
  private turn = 0;

  constructor(private readonly turnsPerRound: number) {}

  /** The sites whose turn it is now; `all` is looked at when a round begins. */
  next(all: () => Iterable<string>): readonly string[] {
    if (this.turn === 0) this.ids = [...all()];
    const border = (turn: number): number => Math.floor((this.ids.length * turn) / this.turnsPerRound);
    const sites = this.ids.slice(border(this.turn), border(this.turn + 1));
    this.turn = (this.turn + 1) % this.turnsPerRound;
    return sites;
  }
}
