import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testing/wait-for.js';
import type { CredentialMemory } from './credential-memory.js';
import { ChargerBench } from './testing/charger-bench.js';

const own = 'an-own-password-of-more';

describe.each(['ocpp1.6', 'ocpp2.0.1'] as const)(
  'what a charger that speaks %s understands beyond it',
  (protocol) => {
    const bench = new ChargerBench(protocol);
    afterEach(() => bench.stop());

    const transfer = (messageId: string, data?: object) =>
      bench.call('DataTransfer', {
        vendorId: 'busbar',
        messageId,
        ...(data && { data: JSON.stringify(data) }),
      });
    const online = () => waitFor('the charger', () => bench.charger.online);

    it('NB-74: it tests the residual-current device of a connector, and a broken one fails', async () => {
      await bench.start({});
      await online();
      const test = async (connector: number) => {
        const { status, data } = await transfer('ResidualCurrentTest', { connector });
        return { status, ...(JSON.parse(String(data)) as object) };
      };
      expect(await test(1)).toEqual({ status: 'Accepted', result: 'passed', trip_ms: 24, current_mA: 30 });
      bench.charger.breakResidualCurrentDevice(1, true);
      expect(await test(1)).toEqual({ status: 'Accepted', result: 'failed', current_mA: 30 });
      expect(await test(2)).toMatchObject({ result: 'passed' });
      expect(await test(9)).toMatchObject({ result: 'unknown-connector' });
      expect(bench.violations()).toEqual([]);
    });

    it('NB-84: a factory reset makes it what it was: settings, lists and its own password are gone', async () => {
      const kept = new Map<string, string>();
      const memory: CredentialMemory = {
        read: (identity) => kept.get(identity) ?? null,
        write: (identity, _factory, password) => void kept.set(identity, password),
        forget: (identity) => void kept.delete(identity),
      };
      const used: (string | null)[] = [];
      bench.csms.admit = ({ password }) => {
        used.push(password);
        return null;
      };
      await bench.start({ memory });
      await online();
      bench.charger.configuration.change('LightIntensity', '40');
      bench.charger.configuration.change('AuthorizationKey', own);
      await waitFor('the new password', () => used.at(-1) === own && bench.charger.online);
      expect([...kept.values()]).toEqual([own]);
      const connections = used.length;
      expect(await transfer('FactoryReset')).toMatchObject({ status: 'Accepted' });
      await waitFor('its return', () => used.length > connections && bench.charger.online);
      expect(used.at(-1)).toBe('a secret of sixteen');
      expect(bench.charger.configuration.value('LightIntensity')).toBe('100');
      expect(kept.size).toBe(0);
    });

    it('A01: after a restart it still uses the password it was given', async () => {
      const memory: CredentialMemory = { read: () => own, write: () => undefined, forget: () => undefined };
      const used: (string | null)[] = [];
      bench.csms.admit = ({ password }) => {
        used.push(password);
        return null;
      };
      await bench.start({ memory });
      await online();
      expect(used).toEqual([own]);
    });

    it('T10, NB-89: the passphrase of its network is set and never read', async () => {
      await bench.start({});
      await online();
      const { configuration } = bench.charger;
      expect(configuration.change('NetworkMedium', 'wifi')).toBe('Accepted');
      expect(configuration.change('NetworkPassphrase', 'short')).toBe('Rejected');
      expect(configuration.change('NetworkPassphrase', 'long enough')).toBe('Accepted');
      expect(configuration.report(['NetworkPassphrase']).configurationKey).toEqual([
        { key: 'NetworkPassphrase', readonly: false },
      ]);
    });
  },
);
