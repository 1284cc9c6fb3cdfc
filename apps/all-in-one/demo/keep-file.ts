import { readFile, rename, writeFile } from 'node:fs/promises';

/** What `create` makes the first time, kept readable by its owner only; the same text on every later start. */
export async function keepFile(path: string, create: () => string): Promise<string> {
  const kept = await readFile(path, 'utf8').catch(() => null);
  if (kept !== null) return kept;
  const text = create();
  await writePrivateFile(path, text);
  return text;
}

/** Written whole or not at all: a crash in between leaves the earlier file. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
