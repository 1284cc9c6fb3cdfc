import type { Logger } from '#libs/platform/logger.js';
import { afterUpdate, listUpdates } from '#libs/protocols/ocppj/local-list-update.js';
import type { IdToken } from '#libs/store/id-tokens.js';
import type { LocalList, LocalListEntry, LocalLists } from '#libs/store/local-lists.js';
import type { Clock } from '#libs/units/clock.js';
import type { Observe } from '../observe.js';
import type { Reachable } from './limit-delivery.js';
import type { CallOutcome } from './outbound-calls.js';

export interface LocalListPorts {
  readonly lists: LocalLists;
  readonly tokens: (locationId: string) => Promise<readonly IdToken[]>;
  readonly observe: Observe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly callTimeout_ms: number;
  /** Tokens in one SendLocalList; the smallest SendLocalListMaxLength in use. */
  readonly localListPart_tokens: number;
}

/** Tokens as a charger may keep them: one that has ended is left out, and one at a time cannot be judged offline. */
export function listEntries(tokens: readonly IdToken[], now: number): Record<string, LocalListEntry> {
  return Object.fromEntries(
    tokens
      .filter(({ expiresAt }) => expiresAt === null || expiresAt.getTime() > now)
      .filter(({ oneAtATime }) => !oneAtATime)
      .map(({ token, status, type, groupToken, expiresAt }) => [
        token,
        { status, type, groupToken, expiresAt: expiresAt?.toISOString() ?? null },
      ]),
  );
}

/**
 * Keeps the Local Auth Lists of chargers in step with the tokens of their location (OCPP 1.6 3.5.2, OCPP 2.0.1 block D), so
 * that a charger without connection knows whom to serve. What a charger holds is believed only under the version it names.
 */
export class LocalListSync {
  private readonly running = new WeakMap<Reachable, { again: boolean }>();

  constructor(private readonly ports: LocalListPorts) {}

  /** Brings this charger's list in step; never rejects, and never runs twice at once for one connection. */
  async sync(station: Reachable): Promise<void> {
    const run = this.running.get(station);
    if (run) {
      run.again = true;
      return;
    }
    const own = { again: true };
    this.running.set(station, own);
    while (own.again && station.isSettled) {
      own.again = false;
      try {
        await this.attempt(station);
      } catch (error) {
        this.ports.logger.error(
          { deviceId: station.device.deviceId, err: error },
          'a local list is not in step',
        );
      }
    }
    this.running.delete(station);
  }

  private async attempt(station: Reachable): Promise<void> {
    const { deviceId, siteId } = station.device;
    const { lists, tokens, clock } = this.ports;
    const [known, listed] = await Promise.all([lists.read(deviceId), tokens(siteId)]);
    const target = listEntries(listed, clock.now());
    if (known === null && Object.keys(target).length === 0) return;
    const asked = await this.call(station, 'GetLocalListVersion', {});
    const version = asked.kind === 'answered' ? station.dialect.localList.versionOf(asked.payload) : null;
    if (version === null) return;
    if (await this.send(station, known, version, target)) return;
    // The list is another than we believe, or the charger could not change it: once more, from nothing.
    await lists.forget(deviceId);
    if (await this.send(station, null, version, target)) return;
    const now = clock.now();
    await this.ports.observe(
      station.device,
      { type: 'notice', topic: 'local-list', code: 'Failed', severity: 5, detail: { version } },
      { deviceTime: now, receivedAt: now },
    );
  }

  /** False: the charger did not take one of the updates. */
  private async send(
    station: Reachable,
    known: LocalList | null,
    version: number,
    target: Readonly<Record<string, LocalListEntry>>,
  ): Promise<boolean> {
    const { lists, clock, localListPart_tokens } = this.ports;
    let entries = known?.version === version ? known.entries : {};
    for (const update of listUpdates(known, version, target, localListPart_tokens)) {
      const outcome = await this.call(station, 'SendLocalList', station.dialect.localList.payload(update));
      const accepted =
        outcome.kind === 'answered' &&
        (outcome.payload as { status?: unknown } | null)?.status === 'Accepted';
      if (!accepted) return false;
      entries = afterUpdate(entries, update);
      await lists.save(station.device.deviceId, { version: update.version, entries }, clock.now());
    }
    return true;
  }

  private call(station: Reachable, action: string, payload: object): Promise<CallOutcome> {
    return station.outbound.call({
      action,
      lane: 'command',
      key: null,
      timeout_ms: this.ports.callTimeout_ms,
      prepare: async () => payload,
    });
  }
}
