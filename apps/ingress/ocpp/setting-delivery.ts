import type { Bus } from '#libs/bus/bus.js';
import type { DeviceSettings } from '#libs/contracts/settings.js';
import { keyState } from '#libs/devices/twin.js';
import type { Logger } from '#libs/platform/logger.js';
import type { TwinStore } from '#libs/store/twin-store.js';
import type { TwinRow } from '#libs/store/twins.js';
import type { Clock } from '#libs/units/clock.js';
import type { CommandRights } from '../command-rights.js';
import { reportedBy, settingCalls, type SettingCall } from './confirmed-settings.js';
import type { Reachable } from './limit-delivery.js';

/** `missing`: what the charger has not confirmed; `all`: everything, after a boot. */
export type Extent = 'missing' | 'all';

export interface SettingDeliveryPorts {
  readonly twins: TwinStore;
  readonly rights: Pick<CommandRights, 'stillWished'>;
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly callTimeout_ms: number;
}

const rightEnded = 'Who wished this may no longer set it; it was not sent.';
const declined = 'The charger did not take this value.';

/** Brings a charger to what its twin desires, one call a setting, and notes in the twin what became of each. */
export class SettingDelivery {
  constructor(private readonly ports: SettingDeliveryPorts) {}

  async send(station: Reachable, extent: Extent): Promise<void> {
    const { deviceId } = station.device;
    const twin = await this.ports.twins.read(deviceId);
    for (const setting of settingCalls(twin, extent)) {
      if (await this.mayGo(station, twin, setting)) await this.call(station, setting);
    }
  }

  /** NB-86: what the charger never had is set only while who wished it still may. */
  private async mayGo(station: Reachable, twin: TwinRow, { key }: SettingCall): Promise<boolean> {
    const { rights, twins, clock, logger } = this.ports;
    const { deviceId } = station.device;
    const by = twin.wishes[key]?.by ?? null;
    if (by === null || keyState(twin, key) === 'in-step') return true;
    if (await rights.stillWished(deviceId, key, by)) return true;
    logger.info({ deviceId, setting: key }, 'a setting was dropped: the right to wish it has ended');
    if (await twins.drop(deviceId, [key], twin.desiredVersion, clock.now(), rightEnded))
      await this.changed(station);
    return false;
  }

  private async call(station: Reachable, { request }: SettingCall): Promise<void> {
    const { twins, clock, logger, callTimeout_ms } = this.ports;
    const { deviceId } = station.device;
    const values = reportedBy(request);
    const call = await station.dialect.commandCall(station.device, request, station.quirks);
    if (!values) return;
    if (call.kind !== 'call') {
      await this.noteDeclined(station, values as DeviceSettings, call.reason);
      return;
    }
    const outcome = await station.outbound.call({
      action: call.action,
      lane: 'command',
      key: `setting/${request.action}/${'connector' in request ? request.connector : ''}`,
      timeout_ms: callTimeout_ms,
      prepare: async () => call.payload,
    });
    if (
      outcome.kind === 'answered' &&
      station.dialect.commandOutcome(call.action, outcome.payload) === 'accepted'
    ) {
      if (await twins.report(deviceId, values, clock.now())) await this.changed(station);
      return;
    }
    logger.warn({ deviceId, setting: request.action }, 'the charger did not take a desired setting');
    // Without an answer nobody knows: it stays wished and is sent with the next connection.
    if (outcome.kind === 'answered' || outcome.kind === 'refused')
      await this.noteDeclined(station, values as DeviceSettings, declined);
  }

  private async noteDeclined(station: Reachable, values: DeviceSettings, reason: string): Promise<void> {
    const { twins, clock } = this.ports;
    if (await twins.decline(station.device.deviceId, values, clock.now(), reason))
      await this.changed(station);
  }

  private changed({ device: { siteId, deviceId: subjectId } }: Reachable): Promise<void> {
    return this.ports.bus.publish('changes', {
      siteId,
      subject: 'twin',
      subjectId,
      at: this.ports.clock.now(),
    });
  }
}
