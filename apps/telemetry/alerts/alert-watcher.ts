import type pg from 'pg';
import type { Observation } from '#libs/contracts/observation.js';
import { conditionsOf, emptyMemory, remember, silentAt } from '#libs/devices/alert-conditions.js';
import { judge } from '#libs/devices/alert-rules.js';
import { initialDeviceState, type DeviceState } from '#libs/devices/device-state.js';
import type { Logger } from '#libs/platform/logger.js';
import { alertRulesAt, rulesByType } from '#libs/store/alert-rules.js';
import { queueMail } from '#libs/store/mail-queue.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import {
  clearAlert,
  dueWatches,
  openAlerts,
  raiseAlert,
  saveWatch,
  setGoneSince,
  takeWatch,
  type WatchedDevice,
} from '#libs/store/telemetry/alert-watch-store.js';
import { DeviceStateStore } from '#libs/store/telemetry/device-state-store.js';
import type { Clock } from '#libs/units/clock.js';

/** Observations that may begin or end an alert; what comes every second is weighed before it is written. */
const telling: ReadonlySet<Observation['event']['type']> = new Set([
  'connected',
  'disconnected',
  'booted',
  'connector-status',
  'transaction-ended',
  'notice',
  'balancer-installed',
  'hub-event',
]);
/** A balancer below this share of its fuse, with nothing flowing backwards, begins no alert: no rule asks for less. */
const quietShare = 0.5;
/** A balancer that is not quiet is judged this often, so that its readings do not each cost a transaction. */
const readingInterval_ms = 5_000;
const dueAtOnce = 500;

/** Raises and clears the alerts of devices, by what they say and by the time. All it knows is in the tables. */
export class AlertWatcher {
  private readonly readings = new Map<string, { readonly at: number; readonly quiet: boolean }>();

  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** After an observation: `state` is the device's with it. May be repeated. */
  async take(observation: Observation, state: DeviceState): Promise<void> {
    if (!telling.has(observation.event.type) && !this.isDue(observation, state)) return;
    await this.look(observation.deviceId, { observation, state });
  }

  /** Those whose time has come; a device that cannot be judged does not hold up the others. */
  async lookAtDue(): Promise<void> {
    const due = await dueWatches(this.pool, new Date(this.clock.now()), dueAtOnce);
    for (const deviceId of due) {
      try {
        await this.look(deviceId, null);
      } catch (error) {
        this.logger.warn(
          { err: error, deviceId },
          'the alerts of a device could not be judged; trying again',
        );
      }
    }
  }

  private isDue({ deviceId, event, receivedAt }: Observation, state: DeviceState): boolean {
    if (event.type !== 'balancer-reading' || state.kind !== 'balancer') return false;
    const fuse_A = state.installation?.mainFuse_A ?? Infinity;
    const quiet = event.current_A.every((current_A) => current_A >= 0 && current_A < fuse_A * quietShare);
    const before = this.readings.get(deviceId);
    const flipped = before !== undefined && before.quiet !== quiet;
    if (!flipped && (quiet || receivedAt - (before?.at ?? 0) < readingInterval_ms)) {
      if (before === undefined) this.readings.set(deviceId, { at: 0, quiet });
      return false;
    }
    this.readings.set(deviceId, { at: receivedAt, quiet });
    return true;
  }

  private look(
    deviceId: string,
    told: { readonly observation: Observation; readonly state: DeviceState } | null,
  ): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      const device = await takeWatch(client, deviceId);
      if (!device) return;
      const stored = told?.state ?? (await new DeviceStateStore(client).load(deviceId));
      const state = stored?.kind === device.kind ? stored : initialDeviceState(device.kind);
      await this.judge(client, device, state, told?.observation ?? null);
    });
  }

  private async judge(
    client: pg.PoolClient,
    device: WatchedDevice,
    state: DeviceState,
    observation: Observation | null,
  ): Promise<void> {
    const now = this.clock.now();
    const at = new Date(now);
    const rules = rulesByType(await alertRulesAt(client, device.locationId));
    const before = device.memory ?? emptyMemory;
    const memory = observation ? remember(before, state, observation, rules) : before;
    const conditions = conditionsOf(state, memory, now);
    const open = await openAlerts(client, device.deviceId);
    const { raise, clear, changed, lookAgainAt } = judge(conditions, open, rules, now);
    for (const type of raise) {
      const condition = conditions[type];
      if (!condition) continue;
      const alertId = await raiseAlert(client, device, type, condition, at);
      if (rules[type].mail)
        await queueMail(
          client,
          { template: 'alert', recipient: null, subjectId: alertId, language: 'en', link: null },
          at,
        );
    }
    for (const { alertId, type } of open) {
      if (clear.includes(type)) await clearAlert(client, alertId, at);
      const change = changed.find((each) => each.type === type);
      if (change)
        await setGoneSince(client, alertId, change.goneSince === null ? null : new Date(change.goneSince));
    }
    const looks = [lookAgainAt, silentAt(state, now)].filter((each) => each !== null);
    await saveWatch(client, device.deviceId, memory, looks.length > 0 ? new Date(Math.min(...looks)) : null);
  }
}
