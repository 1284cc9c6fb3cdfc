import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { credentialFile } from './credential-memory.js';

const folder = mkdtempSync(join(tmpdir(), 'busbar-credentials-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('A01: the password of its own outlives a restart of the simulator', () => {
  it('is kept, and not for hardware with another factory secret', () => {
    const path = join(folder, 'kept.json');
    credentialFile(path).write('CP-1', 'factory', 'own');
    const again = credentialFile(path);
    expect(again.read('CP-1', 'factory')).toBe('own');
    expect(again.read('CP-1', 'another')).toBeNull();
    again.forget('CP-1');
    expect(credentialFile(path).read('CP-1', 'factory')).toBeNull();
  });

  it('a broken file remembers nothing', () => {
    const path = join(folder, 'broken.json');
    writeFileSync(path, '{"CP-1":');
    expect(credentialFile(path).read('CP-1', 'factory')).toBeNull();
  });
});
