import type { Bus } from '#libs/bus/bus.js';
import { keyState, versionOf } from '#libs/devices/twin.js';
import { orderTime } from '#libs/devices/device-time.js';
import type { Logger } from '#libs/platform/logger.js';
import type { SettingsTold } from '#libs/protocols/mqtt/decode.js';
import type { MqttSettings } from '#libs/protocols/mqtt/settings.js';
import type { MqttKind } from '#libs/protocols/mqtt/topics.js';
import type { TwinStore } from '#libs/store/twin-store.js';
import type { TwinRow } from '#libs/store/twins.js';
import type { Clock } from '#libs/units/clock.js';
import type { CommandRights } from '../command-rights.js';
import type { Downlinks } from './downlinks.js';
import type { MqttSession } from './mqtt-session.js';

/** `missing`: only when the device has not confirmed what is wished; `all`: in any case, after a boot. */
export type Extent = 'missing' | 'all';

export interface MqttSettingsPorts {
  readonly twins: TwinStore;
  readonly rights: Pick<CommandRights, 'stillWished'>;
  readonly downlinks: Pick<Downlinks, 'send'>;
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const rightEnded = 'Who wished this may no longer set it; it was not sent.';
const declined = 'The device did not take these settings.';

/** Settings of a balancer or hub: what people want goes down as one document, what the device says of itself comes up. */
export class MqttSettingsExchange {
  /** The version that was last sent on a connection, so that one change of wish is sent once. */
  private readonly sent = new WeakMap<MqttSession, number>();

  constructor(private readonly ports: MqttSettingsPorts) {}

  /** Brings the device to what its twin desires. */
  async bring(session: MqttSession, extent: Extent): Promise<void> {
    const { deviceId, kind } = session.device;
    const key = keyOf(kind);
    const twin = await this.ports.twins.read(deviceId);
    const version = versionOf(twin, key);
    if (extent === 'missing' && (keyState(twin, key) !== 'waiting' || this.sent.get(session) === version))
      return;
    if (!(await this.mayGo(session, twin, key))) return;
    await this.send(session, twin, '');
  }

  /** The same for a command that carries the wish; false: the device does not listen, or wants nothing. */
  async sendFor(session: MqttSession, commandId: string): Promise<boolean> {
    return this.send(session, await this.ports.twins.read(session.device.deviceId), commandId);
  }

  /** What the device says it has set. An older word never replaces a newer one. */
  async told(
    session: MqttSession,
    { settings, deviceTime }: SettingsTold,
    receivedAt: number,
  ): Promise<void> {
    const { deviceId, identity, kind } = session.device;
    if (!(keyOf(kind) in settings)) {
      this.ports.logger.warn({ identity }, 'a device told settings of another kind of device');
      return;
    }
    const at = orderTime(deviceTime ?? receivedAt, receivedAt);
    if (await this.ports.twins.report(deviceId, settings, at)) await this.changed(session);
  }

  /** The device will not have what it was sent last. */
  async declined(session: MqttSession, reason: string): Promise<void> {
    const { deviceId, kind } = session.device;
    const { desired } = await this.ports.twins.read(deviceId);
    const values = settingsOf(desired, kind);
    if (!values) return;
    const sentence = reason === '' ? declined : reason;
    if (await this.ports.twins.decline(deviceId, values, this.ports.clock.now(), sentence))
      await this.changed(session);
  }

  private async send(session: MqttSession, twin: TwinRow, commandId: string): Promise<boolean> {
    const { kind } = session.device;
    const settings = settingsOf(twin.desired, kind);
    if (!settings) return false;
    const version = versionOf(twin, keyOf(kind));
    const sent = await this.ports.downlinks.send(session, {
      downlink: 'settings',
      version,
      settings,
      commandId,
    });
    if (sent) this.sent.set(session, version);
    return sent;
  }

  /** NB-86: what the device never had is set only while who wished it still may. */
  private async mayGo(session: MqttSession, twin: TwinRow, key: 'balancer' | 'hub'): Promise<boolean> {
    const by = twin.wishes[key]?.by ?? null;
    if (by === null || keyState(twin, key) === 'in-step') return true;
    const { deviceId } = session.device;
    const { rights, twins, clock, logger } = this.ports;
    if (await rights.stillWished(deviceId, key, by)) return true;
    logger.info({ deviceId, setting: key }, 'a setting was dropped: the right to wish it has ended');
    if (await twins.drop(deviceId, [key], twin.desiredVersion, clock.now(), rightEnded))
      await this.changed(session);
    return false;
  }

  private changed({ device: { siteId, deviceId: subjectId } }: MqttSession): Promise<void> {
    const at = this.ports.clock.now();
    return this.ports.bus.publish('changes', { siteId, subject: 'twin', subjectId, at });
  }
}

const keyOf = (kind: MqttSession['device']['kind']): MqttKind => (kind === 'hub' ? 'hub' : 'balancer');

function settingsOf(desired: TwinRow['desired'], kind: MqttSession['device']['kind']): MqttSettings | null {
  const { balancer, hub } = desired;
  if (kind === 'hub') return hub ? { hub } : null;
  return balancer ? { balancer } : null;
}
