import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { tolerances } from '#libs/protocols/ocppj/tolerance.js';
import { QuirkCatalogue } from './quirk-catalogue.js';

let folder: string;
let file: string;
let second = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'busbar-quirks-'));
  file = join(folder, 'quirks.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const logged: string[] = [];
const logger = pino({ level: 'error' }, { write: (line: string) => logged.push(line) });

/** Each version of the file has a time of its own, as on a real disk. */
async function write(content: unknown): Promise<void> {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  await utimes(file, ++second, second);
}

const strict = {
  vendor: 'Nordlys',
  model: 'One*',
  tolerates: ['loose-date'],
  brightnessKey: 'LedLevel',
  factoryReset: { vendorId: 'nordlys', messageId: 'Wipe' },
  network: { mediumKey: 'NetMode', ssidKey: 'WifiName', passphraseKey: 'WifiKey' },
};
const residualCurrentTest = { vendorId: 'busbar', messageId: 'ResidualCurrentTest' };

describe('the quirk catalogue', () => {
  it('knows a product by vendor and the beginning of its model; others are like everybody', async () => {
    await write({ profiles: [strict, { vendor: 'NORDLYS' }] });
    const catalogue = new QuirkCatalogue(file, logger);
    await catalogue.refresh();
    expect(catalogue.of({ vendor: 'nordlys', model: 'one Plus' })).toEqual({
      tolerates: new Set(['loose-date']),
      brightnessKey: 'LedLevel',
      factoryReset: { vendorId: 'nordlys', messageId: 'Wipe' },
      residualCurrentTest,
      network: { mediumKey: 'NetMode', ssidKey: 'WifiName', passphraseKey: 'WifiKey' },
    });
    const everybody = {
      tolerates: new Set(tolerances),
      brightnessKey: null,
      factoryReset: { vendorId: 'busbar', messageId: 'FactoryReset' },
      residualCurrentTest,
      network: null,
    };
    expect(catalogue.of({ vendor: 'Nordlys', model: 'Two' })).toEqual(everybody);
    expect(catalogue.of({ vendor: 'Sorlys', model: 'One' })).toEqual(everybody);
    expect(catalogue.of(null)).toEqual(everybody);
  });

  it('a change takes effect without a restart', async () => {
    const product = { vendor: 'Nordlys', model: 'One' };
    await write({ profiles: [] });
    const catalogue = new QuirkCatalogue(file, logger);
    await catalogue.refresh();
    expect(catalogue.of(product).brightnessKey).toBeNull();
    await write({ profiles: [strict] });
    await catalogue.refresh();
    expect(catalogue.of(product).brightnessKey).toBe('LedLevel');
  });

  it.each([
    ['not JSON', '{'],
    ['a tolerance nobody knows', { profiles: [{ vendor: 'N', tolerates: ['everything'] }] }],
    ['a field nobody knows', { profiles: [], colour: 'red' }],
  ])('%s: told in the log, and the last good one stays in force', async (_name, content) => {
    await write({ profiles: [strict] });
    const catalogue = new QuirkCatalogue(file, logger);
    await catalogue.refresh();
    logged.length = 0;
    await write(content);
    await catalogue.refresh();
    expect(logged).toHaveLength(1);
    expect(catalogue.of({ vendor: 'Nordlys', model: 'One' }).brightnessKey).toBe('LedLevel');
  });

  it('a file that is not there is an error in the log and no crash', async () => {
    logged.length = 0;
    await new QuirkCatalogue(join(folder, 'absent.json'), logger).refresh();
    expect(logged[0]).toContain('cannot be used');
  });
});
