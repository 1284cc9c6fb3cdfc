import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { Bus, Delivery, Subscription } from '#libs/bus/bus.js';
import type { Change } from '#libs/contracts/change.js';
import { allPartitions } from '#libs/bus/partition.js';
import type { Logger } from '#libs/platform/logger.js';
import { BUS, CLOCK, LOGGER, METRICS, POOL } from '#libs/platform/tokens.js';
import { isKeptHere } from '#libs/protocols/ocppj/kept-here.js';
import { PostgresCommandQueue, type CommandQueue } from '#libs/store/command-queue.js';
import { PostgresDeviceRegistry } from '#libs/store/device-registry.js';
import { ReservationStore } from '#libs/store/reservations.js';
import { NetworkPassphrases } from '#libs/store/network-passphrases.js';
import { ResidualCurrentTests } from '#libs/store/residual-current-tests.js';
import { idTokensOf } from '#libs/store/id-tokens.js';
import { PostgresLocalLists } from '#libs/store/local-lists.js';
import { PostgresHubEventJournal } from '#libs/store/journal/hub-event-journal.js';
import { StartAnswers } from '#libs/store/start-answers.js';
import { StationSecurityStore } from '#libs/store/station-security.js';
import { PostgresTransactionJournal } from '#libs/store/journal/transaction-journal.js';
import type { Pool } from '#libs/store/pool.js';
import { PostgresTwinStore } from '#libs/store/twin-store.js';
import type { Clock } from '#libs/units/clock.js';
import { CERTIFICATE_AUTHORITY } from './certificates/authority.js';
import type { LocalAuthority } from './certificates/local-authority.js';
import { COMMAND_RIGHTS, type CommandRights } from './command-rights.js';
import { CommandLifecycle } from './commands/command-lifecycle.js';
import { DeviceReleases } from './device-releases.js';
import type { IngressConfig } from './ingress-config.js';
import { createIngressMetrics } from './metrics.js';
import { MqttEdge } from './mqtt/mqtt-edge.js';
import { observeOn } from './observe.js';
import { CommandDelivery } from './ocpp/command-delivery.js';
import { dialectsOf } from './ocpp/dialects.js';
import { LocalListSync } from './ocpp/local-list-sync.js';
import { LimitDelivery } from './ocpp/limit-delivery.js';
import { OwnPassword } from './ocpp/own-password.js';
import { OcppServer } from './ocpp/ocpp-server.js';
import { noContractAuthority } from './ocpp/v201/contract-authority.js';
import { stores201 } from './ocpp/v201/stores.js';
import { QuirkCatalogue } from './ocpp/quirks/quirk-catalogue.js';
import { SmartCharging } from './ocpp/smart-charging.js';
import { SettingDelivery } from './ocpp/setting-delivery.js';
import { Settlement } from './ocpp/settlement.js';
import { startRefusal } from './ocpp/start-refusal.js';
import { StationCertificates } from './ocpp/station-certificates.js';
import { tlsIdentity } from './ocpp/tls.js';

/** Injection token of IngressConfig. */
export const INGRESS_CONFIG = Symbol('Ingress config');

/** Commands read from the database at once. */
const commandBatch = 16;

/** The device edge: both ports, and the limits and commands that leave through them. */
@Injectable()
export class Ingress implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly registry: PostgresDeviceRegistry;
  private readonly queue: CommandQueue;
  private readonly ocpp: OcppServer;
  private readonly mqtt: MqttEdge;
  private readonly commands: CommandDelivery;
  private readonly certificates: StationCertificates;
  private readonly quirks: QuirkCatalogue;
  private readonly limits: LimitDelivery;
  private readonly settlement: Settlement;
  private readonly localLists: LocalListSync;
  private readonly releases: DeviceReleases;
  private readonly passphrases: NetworkPassphrases;
  private subscriptions: Subscription[] = [];
  private sweeps: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();
  private ports = { ocpp: 0, ocppTls: 0, mqtt: 0, mqttTls: 0 };

  constructor(
    @Inject(INGRESS_CONFIG) private readonly config: IngressConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(POOL) pool: Pool,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) registry: Registry,
    @Inject(COMMAND_RIGHTS) rights: CommandRights,
    @Inject(CERTIFICATE_AUTHORITY) private readonly authority: LocalAuthority | null,
  ) {
    const { limits } = config;
    const metrics = createIngressMetrics(registry);
    const smartCharging = new SmartCharging({ observe: observeOn(bus), clock, logger });
    const { observe } = smartCharging;
    const twins = new PostgresTwinStore(pool);
    this.registry = new PostgresDeviceRegistry(pool);
    this.queue = new PostgresCommandQueue(pool);
    const shared = { bus, clock, limits, logger, metrics, observe, registry: this.registry };
    const lifecycle = new CommandLifecycle({
      ...shared,
      queue: this.queue,
      rights,
      startAnswers: new StartAnswers(pool),
    });
    const tests = new ResidualCurrentTests(pool);
    this.passphrases = new NetworkPassphrases(pool);
    this.releases = new DeviceReleases(pool, bus, clock);
    this.commands = new CommandDelivery({
      ...shared,
      lifecycle,
      twins,
      ...limits,
      refusesStart: startRefusal(tests),
    });
    this.localLists = new LocalListSync({
      ...shared,
      ...limits,
      lists: new PostgresLocalLists(pool),
      tokens: (locationId) => idTokensOf(pool, locationId),
    });
    this.settlement = new Settlement({
      ...shared,
      localLists: this.localLists,
      queue: this.queue,
      settings: new SettingDelivery({ ...shared, ...limits, twins, rights }),
      commands: this.commands,
      ownCredentials: new OwnPassword({
        ...shared,
        ...limits,
        comeBack: ({ device }) => this.ocpp.stations.get(device.deviceId)?.close('drain', 'credential'),
      }),
      callTimeout_ms: limits.callTimeout_ms,
      batch: commandBatch,
    });
    const security = new StationSecurityStore(pool);
    this.certificates = new StationCertificates({
      ...shared,
      ...limits,
      authority,
      security,
      station: (deviceId) => this.ocpp.stations.get(deviceId),
    });
    this.quirks = new QuirkCatalogue(config.quirksFile, logger);
    this.ocpp = new OcppServer({
      ...shared,
      settled: (station, booted) => void this.settlement.settle(station, booted),
      policy: config.security,
      quirks: this.quirks,
      smartCharging,
      dialects: dialectsOf({
        ...shared,
        certificates: this.certificates,
        credentials: security,
        vendor: { tests, passphrases: this.passphrases, clock, wasReset: () => this.releases.run() },
        reservations: new ReservationStore(pool),
        scheduleChecks: {
          ...shared,
          twins,
          profilesOf: (deviceId) => smartCharging.profilesOf(deviceId),
        },
        journal: new PostgresTransactionJournal(pool),
        ...stores201(pool),
        contracts: noContractAuthority,
        desiredChanged: ({ siteId, deviceId: subjectId }) =>
          bus.publish('changes', { siteId, subject: 'twin', subjectId, at: clock.now() }),
        heartbeatInterval_s: limits.heartbeatInterval_s,
        random: Math.random,
        quarantined: (device, transactionId) => {
          metrics.quarantinedStops.inc();
          logger.warn(
            { deviceId: device.deviceId, transactionId },
            'a stop fits no transaction; it is kept aside',
          );
        },
      }),
    });
    this.limits = new LimitDelivery({
      ...shared,
      station: (deviceId) => this.ocpp.stations.get(deviceId),
      limitTimeout_ms: limits.limitTimeout_ms,
    });
    this.mqtt = new MqttEdge({
      ...shared,
      journal: new PostgresHubEventJournal(pool),
      queue: this.queue,
      lifecycle,
      twins,
      credentials: security,
      passphrases: this.passphrases,
      rights,
      batch: commandBatch,
    });
  }

  /** The real ports, known after the start. */
  get ocppPort(): number {
    return this.ports.ocpp;
  }
  /** 0: there is none. */
  get ocppTlsPort(): number {
    return this.ports.ocppTls;
  }
  get mqttPort(): number {
    return this.ports.mqtt;
  }
  /** 0: there is none. */
  get mqttTlsPort(): number {
    return this.ports.mqttTls;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { host, ocppPort, mqttHost, mqttPort, instance, limits, security } = this.config;
    await this.quirks.refresh();
    // The bus first: a charger that connects must not miss the limit its connection causes.
    this.subscriptions = [
      await this.bus.consume({
        topic: 'limits',
        partitions: allPartitions,
        group: null,
        handler: (delivery) => this.limits.deliver(delivery),
      }),
      await this.bus.consume({
        topic: 'commands',
        partitions: allPartitions,
        group: null,
        handler: (delivery) => this.commanded(delivery),
      }),
      await this.bus.consume({
        topic: 'changes',
        partitions: allPartitions,
        group: null,
        handler: async ({ message }) => this.changed(message),
      }),
    ];
    try {
      this.ports = {
        ocpp: await this.ocpp.listen(host, ocppPort),
        ocppTls: await this.listenTls(this.ocpp, security.ocppTlsPort),
        mqtt: await this.mqtt.listen(mqttHost, mqttPort),
        mqttTls: await this.listenTls(this.mqtt, security.mqttTlsPort),
      };
    } catch (error) {
      await this.onApplicationShutdown();
      throw error;
    }
    this.sweeps = setInterval(() => {
      this.sweeping = this.sweep(this.sweeping);
    }, limits.sweepInterval_ms);
    this.logger.info({ instance, host, ...this.ports }, 'the device edge listens');
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.sweeps) clearInterval(this.sweeps);
    await this.sweeping;
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.close()));
    await Promise.all([this.ocpp.close(), this.mqtt.close()]);
  }

  /** The chargers concerned hear of it when their turn comes; nobody waits for that. */
  private changed({ subject, subjectId, siteId }: Change): void {
    if (subject === 'twin' && subjectId !== null) {
      const station = this.ocpp.stations.get(subjectId);
      if (station?.isSettled) void this.settlement.twinChanged(station);
      this.mqtt.twinChanged(subjectId);
    }
    if (subject !== 'tokens') return;
    for (const station of this.ocpp.stations.ofSite(siteId))
      if (station.isSettled) void this.localLists.sync(station);
  }

  private async listenTls(server: Pick<MqttEdge, 'listenTls'>, port: number | null): Promise<number> {
    const { host, security } = this.config;
    if (port === null) return 0;
    return server.listenTls(host, port, await tlsIdentity(security, this.authority));
  }

  /** The row is the command; this message only says that there is one. */
  private async commanded({ message }: Delivery<'commands'>): Promise<void> {
    if (isKeptHere(message.request)) return this.commands.carryWithoutWire(message);
    const station = this.ocpp.stations.get(message.deviceId);
    if (station?.isSettled) void this.settlement.wake(station);
    this.mqtt.commanded(message.deviceId);
  }

  /** Sweeps follow each other, however long one takes. */
  private async sweep(earlier: Promise<void>): Promise<void> {
    await earlier;
    try {
      const now = this.clock.now();
      const { callTimeout_ms } = this.config.limits;
      const ended = [
        ...(await this.queue.sweepUnanswered(now, now - callTimeout_ms)),
        ...(await this.queue.sweep(now, now - 2 * callTimeout_ms)),
      ];
      if (ended.length > 0) await this.passphrases.removeOf(ended.map(({ commandId }) => commandId));
      for (const swept of ended)
        await this.bus.publish('changes', {
          siteId: swept.siteId,
          subject: 'command',
          subjectId: swept.commandId,
          at: now,
        });
      await this.quirks.refresh();
      await this.releases.run();
      await this.passphrases.sweep(new Date(now));
      await this.certificates.warnOfExpiry();
      await this.ocpp.stations.closeReplaced(this.registry);
      await this.mqtt.sweep();
    } catch (error) {
      this.logger.error({ err: error }, 'a sweep of commands and connections failed');
    }
  }
}
