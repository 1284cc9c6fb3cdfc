import type { WiredConnector } from '#libs/allocation/topology.js';
import type { Clock } from '#libs/units/clock.js';
import type { CarModel } from '../physics/car.js';
import type { Random } from '../physics/random.js';
import type { ConnectorDraw } from '../physics/site.js';
import { answerCommand, type CommandedCharger } from './commands.js';
import { ConfigurationStore } from './configuration-store.js';
import { Connector } from './connector.js';
import { Link } from './link.js';
import { meterValue } from './meter-values.js';
import type { LocalTransaction } from './outbox.js';
import type { RelayModel } from './phase-relay.js';
import { ProfileStore, type ChargingProfile, type Offer } from './profile-store.js';
import { Registration } from './registration.js';
import { Transactions, type Acknowledgement } from './transactions.js';

export interface ChargerOptions {
  readonly identity: string;
  readonly secret: string;
  readonly ocppUrl: string;
  readonly connectors: readonly WiredConnector[];
  readonly voltage_V: number;
  /** How much faster than real time batteries and meters fill. */
  readonly energyScale: number;
  readonly clock: Clock;
  readonly random: Random;
  /** The relay of connectors that switch between one line and three. */
  readonly relay: RelayModel;
  readonly backoff: { readonly initial_ms: number; readonly maximum_ms: number };
  readonly callTimeout_ms: number;
  /** How long a reset keeps it away. */
  readonly reboot_ms: number;
}

/** An OCPP 1.6 charger with its memory, its outlets and its connection. `tick` moves it. */
export class Charger implements CommandedCharger {
  readonly configuration: ConfigurationStore;
  readonly profiles: ProfileStore;
  readonly connectors: readonly Connector[];
  readonly transactions: Transactions;
  private readonly link: Link;
  private readonly registration: Registration;
  private readonly nextSample_ms = new WeakMap<LocalTransaction, number>();
  private readonly reportedStatus = new Map<number, string>();

  constructor(readonly options: ChargerOptions) {
    const { connectors, voltage_V, energyScale, random, clock, identity } = options;
    this.configuration = new ConfigurationStore(connectors.length);
    this.profiles = new ProfileStore(voltage_V);
    this.connectors = connectors.map((wired) => new Connector(wired, voltage_V, energyScale, options.relay));
    const call = (action: string, payload: object): Promise<unknown> => this.link.call(action, payload);
    this.registration = new Registration({
      serialNumber: identity,
      clock,
      random,
      configuration: this.configuration,
      call,
      onAccepted: () => {
        this.reportedStatus.clear();
        this.link.settled();
        this.transactions.outbox.flush();
      },
    });
    this.transactions = new Transactions({
      clock,
      configuration: this.configuration,
      profiles: this.profiles,
      call,
      contact: () => (this.online ? 'online' : this.link.open ? 'greeting' : 'offline'),
    });
    this.link = new Link({
      endpoint: options.ocppUrl,
      identity,
      secret: options.secret,
      random,
      backoff: options.backoff,
      callTimeout_ms: options.callTimeout_ms,
      onOpen: () => this.registration.connectionOpened(),
      onClose: () => this.registration.connectionLost(),
      onCommand: async (action, payload) => answerCommand(this, action, payload),
    });
  }

  /** Connected and accepted by the central system. */
  get online(): boolean {
    return this.link.open && this.registration.accepted;
  }

  get acknowledgements(): readonly Acknowledgement[] {
    return this.transactions.acknowledgements;
  }

  get reconnects(): number {
    return Math.max(0, this.link.connections - 1);
  }

  start(): void {
    this.link.start();
  }

  async stop(): Promise<void> {
    this.registration.connectionLost();
    await this.link.stop();
  }

  plugIn(connectorId: number, car: CarModel, card: string | null): void {
    this.connector(connectorId)?.plugIn(car, card);
  }

  unplug(connectorId: number): void {
    const connector = this.connector(connectorId);
    if (!connector) return;
    this.transactions.end(connector, 'EVDisconnected');
    connector.car = null;
    connector.waitingCard = null;
  }

  /** The network fails; the charger goes on charging and remembers what it must tell. */
  async loseNetwork(away_ms: number): Promise<void> {
    this.registration.connectionLost();
    await this.link.drop(away_ms);
  }

  /** The power fails and returns: the relay opens, and the transaction goes on afterwards. */
  async powerCycle(): Promise<void> {
    for (const { car } of this.connectors) car?.cut();
    await this.loseNetwork(this.options.reboot_ms);
  }

  draws(): ConnectorDraw[] {
    return this.connectors.map((connector) => connector.draw());
  }

  /** Advances cars by `dt_s` and says whatever is due. */
  tick(dt_s: number): void {
    const now_ms = this.options.clock.now();
    for (const connector of this.connectors) {
      connector.step(dt_s, this.offer(connector, now_ms));
      if (connector.waitingCard !== null) void this.transactions.readCard(connector);
      this.sampleWhenDue(connector, now_ms);
    }
    if (!this.link.open) return;
    this.registration.tick();
    if (!this.online) return;
    this.reportStatuses();
    this.transactions.outbox.flush();
  }

  setChargingProfile(connectorId: number, profile: ChargingProfile): 'Accepted' | 'Rejected' {
    if (connectorId !== 0 && !this.connector(connectorId)) return 'Rejected';
    if (profile.chargingProfilePurpose === 'TxProfile' && this.connector(connectorId)?.refuses(profile))
      return 'Rejected';
    return this.profiles.set(connectorId, profile, this.connector(connectorId)?.transaction ?? null);
  }

  compositeSchedule(connectorId: number, duration: number): Record<string, unknown> {
    const connector = this.connector(connectorId);
    if (!connector) return { status: 'Rejected' };
    const now_ms = this.options.clock.now();
    const { limit_A } = this.profiles.offer(connectorId, now_ms, connector.transaction, connector.hardware);
    const scheduleStart = new Date(now_ms).toISOString();
    const chargingSchedulePeriod = [{ startPeriod: 0, limit: limit_A }];
    const chargingSchedule = { duration, chargingRateUnit: 'A', chargingSchedulePeriod };
    return { status: 'Accepted', connectorId, scheduleStart, chargingSchedule };
  }

  remoteStart(
    connectorId: number | undefined,
    idTag: string,
    profile: ChargingProfile | undefined,
  ): 'Accepted' | 'Rejected' {
    const connector = this.connectors.find(
      ({ number, car, transaction }) => (connectorId ?? number) === number && car && !transaction,
    );
    if (!connector) return 'Rejected';
    if (profile) this.transactions.applyWhenStarted(connector, profile);
    this.afterAnswer(() => {
      if (this.configuration.isTrue('AuthorizeRemoteTxRequests')) connector.waitingCard = idTag;
      else this.transactions.start(connector, idTag);
    });
    return 'Accepted';
  }

  remoteStop(transactionId: number): 'Accepted' | 'Rejected' {
    const connector = this.connectors.find(({ transaction }) => transaction?.transactionId === transactionId);
    if (!connector) return 'Rejected';
    this.afterAnswer(() => this.transactions.end(connector, 'Remote'));
    return 'Accepted';
  }

  changeAvailability(connectorId: number, unavailable: boolean): 'Accepted' | 'Scheduled' | 'Rejected' {
    const chosen = this.connectors.filter(({ number }) => connectorId === 0 || number === connectorId);
    if (chosen.length === 0) return 'Rejected';
    for (const connector of chosen) connector.unavailable = unavailable;
    return chosen.some(({ transaction }) => transaction) ? 'Scheduled' : 'Accepted';
  }

  unlock(connectorId: number): 'Unlocked' | 'UnlockFailed' {
    const connector = this.connector(connectorId);
    if (!connector) return 'UnlockFailed';
    this.transactions.end(connector, 'UnlockCommand');
    return 'Unlocked';
  }

  trigger(message: string, connectorId: number | undefined): 'Accepted' | 'NotImplemented' {
    const chosen = this.connectors.filter(({ number }) => (connectorId ?? number) === number);
    const actions: Record<string, () => void> = {
      BootNotification: () => void this.registration.boot(),
      Heartbeat: () => this.registration.heartbeat(),
      StatusNotification: () => chosen.forEach((connector) => this.reportStatus(connector)),
      MeterValues: () => chosen.forEach((connector) => this.sample(connector, 'Trigger')),
    };
    const action = actions[message];
    if (!action) return 'NotImplemented';
    this.afterAnswer(action);
    return 'Accepted';
  }

  /** OCPP 1.6 5.15: transactions end, then the charger is away and boots anew. */
  reset(type: 'Soft' | 'Hard'): void {
    for (const connector of this.connectors) this.transactions.end(connector, `${type}Reset`);
    void this.loseNetwork(this.options.reboot_ms);
  }

  /** Runs once the answer to the command at hand is on the wire. */
  afterAnswer(action: () => void): void {
    setImmediate(action);
  }

  private connector(number: number): Connector | undefined {
    return this.connectors.find((connector) => connector.number === number);
  }

  private offer(connector: Connector, now_ms: number): Offer | null {
    if (!connector.transaction) return null;
    return this.profiles.offer(connector.number, now_ms, connector.transaction, connector.hardware);
  }

  private sampleWhenDue(connector: Connector, now_ms: number): void {
    const interval_s = this.configuration.number('MeterValueSampleInterval');
    const { transaction } = connector;
    if (!transaction || interval_s === 0) return;
    if (now_ms < (this.nextSample_ms.get(transaction) ?? 0)) return;
    this.nextSample_ms.set(transaction, now_ms + interval_s * 1_000);
    this.sample(connector, 'Sample.Periodic');
  }

  private sample(connector: Connector, context: 'Sample.Periodic' | 'Trigger'): void {
    const measurands = this.configuration.value('MeterValuesSampledData').split(',');
    const now_ms = this.options.clock.now();
    const payload = {
      connectorId: connector.number,
      meterValue: [meterValue(connector, now_ms, measurands, context)],
    };
    if (connector.transaction) {
      this.transactions.outbox.add({ action: 'MeterValues', transaction: connector.transaction, payload });
    } else this.say('MeterValues', payload);
  }

  private reportStatuses(): void {
    if (!this.reportedStatus.has(0)) {
      this.reportedStatus.set(0, 'Available');
      this.say('StatusNotification', { connectorId: 0, errorCode: 'NoError', status: 'Available' });
    }
    for (const connector of this.connectors) {
      if (this.reportedStatus.get(connector.number) !== connector.status()) this.reportStatus(connector);
    }
  }

  private reportStatus(connector: Connector): void {
    const status = connector.status();
    this.reportedStatus.set(connector.number, status);
    const timestamp = new Date(this.options.clock.now()).toISOString();
    this.say('StatusNotification', {
      connectorId: connector.number,
      errorCode: 'NoError',
      status,
      timestamp,
    });
  }

  /** Says something that loses its sense when it cannot be said now. */
  private say(action: string, payload: object): void {
    this.link.call(action, payload).catch(() => undefined);
  }
}
