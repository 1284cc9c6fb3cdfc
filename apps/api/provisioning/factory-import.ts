import { Inject, Injectable } from '@nestjs/common';
import {
  factoryRowProblems,
  readFactoryCsv,
  type FactoryRow,
  type FactoryRowError,
} from '#libs/contracts/factory-csv.js';
import { ProblemError } from '#libs/platform/http/problems.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { generateDeviceSecret, hashDeviceSecret } from '#libs/store/device-secret.js';
import {
  insertFactoryDevices,
  isSameFactoryDevice,
  lockFactoryDevices,
  type NewFactoryDevice,
} from '#libs/store/factory-devices.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { FactoryPins } from './factory-pins.js';

export interface Imported {
  readonly imported: number;
  readonly unchanged: number;
  readonly bootstrapSecrets: readonly { readonly serial: string; readonly bootstrapSecret: string }[];
}

/** More lines than anybody corrects before the next try. */
const toldErrors = 100;
/** Two imports follow each other, so that a serial in both is seen. */
const importLock = 7_238_035;

/** Takes the factory's file: all of it or nothing. PINs and secrets leave here as hashes; a generated secret is answered once. */
@Injectable()
export class FactoryImport {
  constructor(
    @Inject(FactoryPins) private readonly pins: FactoryPins,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async run(personId: PersonId, text: string): Promise<Imported> {
    const read = readFactoryCsv(text);
    if (!read.ok) throw refusal(read.error);
    const rows = read.value;
    return inTransaction(this.pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [importLock]);
      const known = await lockFactoryDevices(
        client,
        rows.map(({ serial }) => serial),
      );
      const otherwise = rows.filter((row) => {
        const earlier = known.get(row.serial);
        return earlier && !isSameFactoryDevice(earlier, { ...row, pinHash: this.pins.hashOf(row) });
      });
      if (otherwise.length > 0)
        throw refusal(otherwise.map(({ line }) => ({ line, code: 'imported-otherwise' })));
      const made = rows.filter(({ serial }) => !known.has(serial)).map((row) => this.make(row));
      await insertFactoryDevices(
        client,
        made.map(({ device }) => device),
        { personId, at: new Date(this.clock.now()) },
      );
      return {
        imported: made.length,
        unchanged: rows.length - made.length,
        bootstrapSecrets: made.flatMap(({ device: { serial }, generated }) =>
          generated === null ? [] : [{ serial, bootstrapSecret: generated }],
        ),
      };
    });
  }

  private make(row: FactoryRow): { readonly device: NewFactoryDevice; readonly generated: string | null } {
    const { serial, kind, model, bootstrapSecret } = row;
    const generated = bootstrapSecret === null ? generateDeviceSecret() : null;
    const bootstrapSecretHash = hashDeviceSecret(bootstrapSecret ?? generated ?? '');
    return {
      device: { serial, kind, model, pinHash: this.pins.hashOf(row), bootstrapSecretHash },
      generated,
    };
  }
}

const refusal = (errors: readonly FactoryRowError[]): ProblemError =>
  new ProblemError(
    'unusable-factory-rows',
    null,
    errors
      .slice(0, toldErrors)
      .map(({ line, code }) => ({ path: `line ${line}`, code, message: factoryRowProblems[code] })),
  );
