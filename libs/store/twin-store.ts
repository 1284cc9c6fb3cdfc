import type { DeviceSettings } from '#libs/contracts/settings.js';
import { decline, dropWishes, report, type Settings } from '#libs/devices/twin.js';
import { inTransaction, type Pool } from './pool.js';
import { changeTwin, readTwin, type TwinRow } from './twins.js';

/** What a device now says of itself; a null removes the key. */
export type ReportedSettings = { readonly [Key in keyof DeviceSettings]: DeviceSettings[Key] | null };

/** The edge's side of the twin: it reads what people desire and writes what the device said of it. */
export interface TwinStore {
  read(deviceId: string): Promise<TwinRow>;
  /** Merges what the device said at `at`; what it said later stays. True: something is different now. */
  report(deviceId: string, settings: ReportedSettings, at: number): Promise<boolean>;
  /** The device will not have these values. True: people still wish them, and now see why not. */
  decline(deviceId: string, values: DeviceSettings, at: number, reason: string): Promise<boolean>;
  /** Who wished these keys, up to this version of the desired side, may no longer. True: the wishes are gone. */
  drop(
    deviceId: string,
    keys: readonly string[],
    version: number,
    at: number,
    reason: string,
  ): Promise<boolean>;
}

export class PostgresTwinStore implements TwinStore {
  constructor(private readonly pool: Pool) {}

  read(deviceId: string): Promise<TwinRow> {
    return readTwin(this.pool, deviceId);
  }

  report(deviceId: string, settings: ReportedSettings, at: number): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const { before, after } = await changeTwin(client, deviceId, (twin) => report(twin, settings, at));
      return after.reportedVersion !== before.reportedVersion;
    });
  }

  decline(deviceId: string, values: Settings, at: number, reason: string): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const { before, after } = await changeTwin(client, deviceId, (twin) =>
        decline(twin, values, at, reason),
      );
      return after !== before;
    });
  }

  drop(
    deviceId: string,
    keys: readonly string[],
    version: number,
    at: number,
    reason: string,
  ): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const { before, after } = await changeTwin(client, deviceId, (twin) =>
        dropWishes(twin, keys, version, at, reason),
      );
      return after !== before;
    });
  }
}
