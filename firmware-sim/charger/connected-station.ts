import { createRPCError } from 'ocpp-rpc';
import type { ConnectorDraw } from '../physics/site.js';
import { Access, type Way } from './access.js';
import type { ChargerOptions } from './charger-options.js';
import type { ConfigurationStore } from './configuration-store.js';
import type { Connector } from './connector.js';
import type { Dialect } from './dialect.js';
import { Link } from './link.js';
import { MessageRecord, type CallRecord } from './message-record.js';
import type { Outbox } from './outbox.js';
import type { ProfileStore } from '#libs/protocols/ocppj/profile-store.js';
import type { Answer, Contact, SecurityProfile } from './protocol.js';
import { Registration } from './registration.js';
import { Station } from './station.js';
import { Dialect16 } from './v16/dialect16.js';
import { Dialect201 } from './v201/dialect201.js';

/** How many refusals a new password, certificate or address is given before the charger goes back to the old one. */
const attemptsOfNewWay = 2;

/** A station with its connection and the edition of OCPP it speaks there. `tick` moves it. */
export class ConnectedStation {
  readonly station: Station;
  readonly record = new MessageRecord();
  readonly access: Access;
  protected readonly dialect: Dialect;
  private readonly link: Link;
  private readonly registration: Registration;

  constructor(readonly options: ChargerOptions) {
    const { identity, clock, random, protocol, bootsOnReconnect } = options;
    this.station = new Station(
      options,
      {
        contact: () => this.contact,
        call: (action, payload) => this.call(action, payload),
        permit: (action) => this.registration.permit(action),
        bootNow: () => void this.registration.boot('Triggered'),
        heartbeatNow: () => this.registration.heartbeat(),
        reboot: (reason) => this.reboot(reason),
        factoryReset: () => this.factoryReset(),
        changeWay: (way) => {
          this.access.change(way);
          if (way.securityProfile !== undefined)
            this.configuration.restore('SecurityProfile', String(way.securityProfile));
        },
        adoptCertificate: ({ keyPem, chainPem }) => {
          const clientCertificate = { keyPem, chainPem };
          if (this.access.way.securityProfile < 3) return this.access.keep({ clientCertificate });
          this.access.change({ clientCertificate });
          this.station.afterAnswer(() => void this.loseNetwork(0));
        },
      },
      () => this.record.calls,
    );
    const own = options.memory.read(identity, options.secret);
    this.access = new Access(
      { ...this.factoryWay(), ...(own !== null && { password: own }) },
      () => this.station.trustedRoots(),
      attemptsOfNewWay,
    );
    this.dialect = protocol === 'ocpp1.6' ? new Dialect16(this.station) : new Dialect201(this.station);
    this.registration = new Registration({
      clock,
      random,
      configuration: this.station.configuration,
      bootsOnReconnect,
      sendBoot: (reason) => this.dialect.sendBoot(reason),
      sendHeartbeat: () => this.dialect.sendHeartbeat(),
      onAccepted: () => {
        this.dialect.accepted();
        this.link.settled();
        this.dialect.outbox.flush();
      },
    });
    this.link = new Link({
      identity,
      protocol,
      destination: () => this.access.destination(),
      clock,
      random,
      record: this.record,
      backoff: options.backoff,
      callTimeout_ms: options.callTimeout_ms,
      onOpen: () => {
        this.access.proven();
        this.remember();
        this.registration.connectionOpened();
      },
      onClose: () => this.registration.connectionLost(),
      onRefused: (statusCode) => this.refused(statusCode),
      onCommand: (action, payload) => this.answer(action, payload),
    });
    this.station.configuration.onChange((name, value) => this.adopt(name, value));
  }

  get configuration(): ConfigurationStore {
    return this.station.configuration;
  }
  get profiles(): ProfileStore {
    return this.station.profiles;
  }
  get connectors(): readonly Connector[] {
    return this.station.connectors;
  }
  get outbox(): Outbox {
    return this.dialect.outbox;
  }
  /** Every CALL in both directions with its answer, oldest first. */
  get calls(): readonly CallRecord[] {
    return this.record.calls;
  }

  /** Connected and accepted by the central system. */
  get online(): boolean {
    return this.contact === 'online';
  }

  private get contact(): Contact {
    if (!this.link.open) return 'offline';
    return this.registration.accepted ? 'online' : 'greeting';
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

  /** The network fails; the charger goes on charging and remembers what it must tell. */
  async loseNetwork(away_ms: number): Promise<void> {
    this.registration.connectionLost();
    await this.link.drop(away_ms);
  }

  /** The power fails and returns: the relay opens, and the transaction goes on afterwards. */
  async powerCycle(): Promise<void> {
    for (const { car } of this.connectors) car?.cut();
    await this.reboot('PowerUp');
  }

  draws(): ConnectorDraw[] {
    return this.connectors.map((connector) => connector.draw());
  }

  /** Advances cars by `dt_s` and says whatever is due. */
  tick(dt_s: number): void {
    const now_ms = this.options.clock.now();
    this.station.step(dt_s);
    for (const connector of this.connectors)
      if (connector.waitingCard !== null) void this.dialect.readCard(connector);
    this.dialect.tick(now_ms);
    this.station.waiting.check();
    if (!this.link.open) return;
    this.registration.tick();
    if (!this.online) return;
    this.dialect.report();
    this.station.tellSecurityEvents();
    this.dialect.outbox.flush();
  }

  private factoryWay(): Way {
    const { securityProfile, secret: password, clientCertificate } = this.options;
    return { url: this.urlFor(securityProfile), securityProfile, password, clientCertificate };
  }

  /** A password that opened the door is kept over restarts. */
  private remember(): void {
    const { identity, secret, memory } = this.options;
    const { password } = this.access.way;
    if (password !== secret && memory.read(identity, secret) !== password)
      memory.write(identity, secret, password);
  }

  /** Running sessions end while the central system still hears it; what could not be told by then never is. */
  private factoryReset(): void {
    for (const connector of this.connectors) if (connector.transaction) this.dialect.unplugged(connector);
    this.station.forgetEverything();
    this.dialect.outbox.forget();
    this.options.memory.forget(this.options.identity);
    this.access.toFactory(this.factoryWay());
    void this.reboot('RemoteReset');
  }

  private async reboot(reason: Parameters<Registration['rebooted']>[0]): Promise<void> {
    this.registration.rebooted(reason);
    this.dialect.restarting();
    await this.loseNetwork(this.options.reboot_ms);
  }

  protected async call(action: string, payload: object): Promise<Answer> {
    if (!this.registration.maySend(action))
      throw new Error(`The central system has not accepted the charger yet; ${action} must wait.`);
    return (await this.link.call(action, payload)) as Answer;
  }

  /** OCPP 1.6 4.2, OCPP 2.0.1 B03: a charger that was turned away does not listen either. */
  private async answer(action: string, payload: Record<string, unknown>): Promise<Answer> {
    if (this.registration.isShutOut)
      throw createRPCError('SecurityError', 'The charger was rejected and waits to boot again.', {});
    return this.dialect.answer(action, payload);
  }

  /** What a changed setting means for the connection; it is closed once the answer is out. */
  private adopt(name: string, value: string): void {
    if (name === 'AuthorizationKey') this.access.change({ password: value });
    else if (name === 'SecurityProfile') {
      const securityProfile = Number(value) as SecurityProfile;
      this.access.change({ securityProfile, url: this.urlFor(securityProfile) });
    } else return;
    this.station.afterAnswer(() => void this.loseNetwork(0));
  }

  /** Refused for the last time: back to the way that worked, and the settings say so again. */
  private refused(statusCode: number | null): void {
    if (!this.access.refused()) return;
    this.configuration.restore('SecurityProfile', String(this.access.way.securityProfile));
    const { protocol } = this.options;
    const failure =
      protocol === 'ocpp1.6' ? 'FailedToAuthenticateAtCentralSystem' : 'FailedToAuthenticateAtCsms';
    this.station.securityEvent(failure, `HTTP status ${statusCode ?? 'none'}`);
  }

  private urlFor(securityProfile: SecurityProfile): string {
    const { ocppUrl, secureUrl } = this.options;
    return securityProfile >= 2 ? (secureUrl ?? ocppUrl) : ocppUrl;
  }
}
