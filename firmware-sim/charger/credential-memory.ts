import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/** Where a charger keeps the password it was given, over restarts of this program. */
export interface CredentialMemory {
  /** The password of its own; null: it has the factory's, or had another from the factory when it was given one. */
  read(identity: string, factorySecret: string): string | null;
  write(identity: string, factorySecret: string, own: string): void;
  /** A factory reset forgets it. */
  forget(identity: string): void;
}

/** For one run. */
export const noCredentialMemory: CredentialMemory = {
  read: () => null,
  write: () => undefined,
  forget: () => undefined,
};

const fileSchema = z.record(z.string(), z.object({ factory: z.string(), own: z.string() }));

/** In a file that only its owner reads; one that is not there, or is broken, remembers nothing. */
export function credentialFile(path: string): CredentialMemory {
  const load = (): z.infer<typeof fileSchema> => {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      return {};
    }
  };
  const kept = load();
  const save = (): void => writeFileSync(path, JSON.stringify(kept), { mode: 0o600 });
  return {
    read(identity, factorySecret) {
      const entry = kept[identity];
      return entry?.factory === factorySecret ? entry.own : null;
    },
    write(identity, factory, own) {
      kept[identity] = { factory, own };
      save();
    },
    forget(identity) {
      delete kept[identity];
      save();
    },
  };
}
