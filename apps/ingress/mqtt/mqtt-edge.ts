import type { Bus } from '#libs/bus/bus.js';
import type { Logger } from '#libs/platform/logger.js';
import type { CommandQueue } from '#libs/store/command-queue.js';
import type { DeviceRegistry } from '#libs/store/device-registry.js';
import type { HubEventJournal } from '#libs/store/journal/hub-event-journal.js';
import type { NetworkPassphrases } from '#libs/store/network-passphrases.js';
import type { StationSecurityStore } from '#libs/store/station-security.js';
import type { TwinStore } from '#libs/store/twin-store.js';
import type { Clock } from '#libs/units/clock.js';
import type { CommandRights } from '../command-rights.js';
import type { CommandLifecycle } from '../commands/command-lifecycle.js';
import type { IngressLimits } from '../ingress-config.js';
import type { IngressMetrics } from '../metrics.js';
import type { Observe } from '../observe.js';
import type { TlsIdentity } from '../ocpp/tls.js';
import { DeviceWork } from './device-work.js';
import { Downlinks } from './downlinks.js';
import { HubEvents } from './hub-events.js';
import { MqttCommands } from './mqtt-commands.js';
import { MqttServer } from './mqtt-server.js';
import type { MqttSession } from './mqtt-session.js';
import { MqttSessions } from './mqtt-sessions.js';
import { MqttSettingsExchange } from './mqtt-settings.js';
import { MqttOwnPassword } from './own-password.js';
import { NetworkSecrets } from './network-secrets.js';
import { UplinkHandler } from './uplink-handler.js';

export interface MqttEdgePorts {
  readonly registry: DeviceRegistry;
  readonly journal: HubEventJournal;
  readonly queue: Pick<CommandQueue, 'queued' | 'sentTo' | 'failed' | 'noteLate'>;
  readonly lifecycle: CommandLifecycle;
  readonly twins: TwinStore;
  readonly credentials: Pick<StationSecurityStore, 'offerSecret' | 'withdrawSecret'>;
  readonly passphrases: Pick<NetworkPassphrases, 'read' | 'remove'>;
  readonly rights: Pick<CommandRights, 'stillWished'>;
  readonly bus: Pick<Bus, 'publish'>;
  readonly observe: Observe;
  readonly clock: Clock;
  readonly limits: IngressLimits;
  readonly logger: Logger;
  readonly metrics: IngressMetrics;
  /** Commands read from the database at once. */
  readonly batch: number;
}

/** All of the MQTT side of the edge, wired up: the ports, what comes in through them, and what goes out. */
export class MqttEdge {
  private readonly sessions: MqttSessions;
  private readonly server: MqttServer;
  private readonly hubEvents: HubEvents;
  private readonly work: DeviceWork;

  constructor(private readonly ports: MqttEdgePorts) {
    const downlinks = new Downlinks(ports);
    const settings = new MqttSettingsExchange({ ...ports, downlinks });
    const commands = new MqttCommands({
      ...ports,
      settings,
      downlinks,
      secrets: new NetworkSecrets(ports.passphrases),
    });
    this.sessions = new MqttSessions(ports);
    const ownCredentials = new MqttOwnPassword({
      ...ports,
      downlinks,
      callTimeout_ms: ports.limits.callTimeout_ms,
    });
    this.hubEvents = new HubEvents({ ...ports, downlinks, eventRequest_ms: ports.limits.eventRequest_ms });
    this.work = new DeviceWork({ ...ports, ownCredentials, commands, settings });
    const uplinks = new UplinkHandler({
      ...ports,
      hubEvents: this.hubEvents,
      badMessages: ports.limits.badMessages,
      settingsTold: (session, told, receivedAt) => settings.told(session, told, receivedAt),
      commandAnswered: async (session, answer) => {
        if (!ownCredentials.answered(session, answer)) await commands.answered(session, answer);
      },
      // It may have lost what it was told before.
      booted: (session) => void this.work.give(session, 'all'),
    });
    this.server = new MqttServer({
      ...ports,
      sessions: this.sessions,
      uplinks,
      listening: (session) => this.listening(session),
    });
  }

  listen(host: string, port: number): Promise<number> {
    return this.server.listen(host, port);
  }

  listenTls(host: string, port: number, identity: TlsIdentity): Promise<number> {
    return this.server.listenTls(host, port, identity);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** There may be a command for this device; it hears of it when it is connected here. */
  commanded(deviceId: string): void {
    const session = this.sessions.get(deviceId);
    if (session) void this.work.give(session, null);
  }

  /** People wish something else of it. */
  twinChanged(deviceId: string): void {
    const session = this.sessions.get(deviceId);
    if (session) void this.work.give(session, 'missing');
  }

  /** Now and then: ends replaced connections and asks once more for what journals lack. */
  async sweep(): Promise<void> {
    this.server.tidy();
    await this.sessions.closeReplaced(this.ports.registry);
    for (const session of this.sessions.all())
      if (this.hubEvents.isAsking(session))
        this.inOrder(session, () => this.hubEvents.askForMissing(session));
  }

  private listening(session: MqttSession): void {
    if (session.device.kind === 'hub') this.inOrder(session, () => this.hubEvents.acknowledge(session));
    void this.work.give(session, 'missing');
  }

  private inOrder(session: MqttSession, work: () => Promise<void>): void {
    session
      .inOrder(work)
      .catch((error: Error) => this.ports.logger.error({ err: error }, 'a hub was not told its journal'));
  }
}
