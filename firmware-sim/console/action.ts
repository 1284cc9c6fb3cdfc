/** Something an engineer does to a simulated device: by one key at a terminal, by name in a script. */
export interface Action {
  readonly key: string;
  readonly name: string;
  /** What it does, in a few words. */
  readonly help: string;
  /** Does it; answers what has happened, in one sentence. @param argument what stood behind the name, or null */
  run(argument: string | null): string;
}

/** One line a key. */
export const helpText = (actions: readonly Action[]): string =>
  [...actions, { key: '?', name: 'help', help: 'this list' }, { key: 'q', name: 'quit', help: 'end' }]
    .map(({ key, name, help }) => `  ${key}  ${name.padEnd(16)} ${help}`)
    .join('\n');
