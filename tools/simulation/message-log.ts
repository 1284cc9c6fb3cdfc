/** The last messages of a site, kept so that a violation can be told with what led to it. */
export class MessageLog {
  private readonly entries: { readonly at_ms: number; readonly what: string; readonly content: unknown }[] =
    [];
  private next = 0;

  constructor(
    private readonly start_ms: number,
    private readonly capacity: number,
  ) {}

  note(at_ms: number, what: string, content: unknown): void {
    this.entries[this.next] = { at_ms, what, content };
    this.next = (this.next + 1) % this.capacity;
  }

  /** Oldest first, one line each. */
  lines(): readonly string[] {
    return [...this.entries.slice(this.next), ...this.entries.slice(0, this.next)].map(
      ({ at_ms, what, content }) =>
        `${((at_ms - this.start_ms) / 1_000).toFixed(3).padStart(11)} s  ${what}  ${JSON.stringify(content)}`,
    );
  }
}
