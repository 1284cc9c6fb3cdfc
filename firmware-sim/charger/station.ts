import type { Way } from './access.js';
import type { ChargerOptions } from './charger-options.js';
import type { ChargingProfile, Offer } from '#libs/protocols/ocppj/charging-profile.js';
import { compositeSchedule, type CompositePeriod } from '#libs/protocols/ocppj/composite-schedule.js';
import { ProfileStore } from '#libs/protocols/ocppj/profile-store.js';
import { ConfigurationStore } from './configuration-store.js';
import { Connector } from './connector.js';
import { CertificateStore, type OwnCertificate, type OwnUse } from './services/certificate-store.js';
import { SecurityLog } from './services/security-log.js';
import { Waiting } from './services/waiting.js';
import type { CallRecord } from './message-record.js';
import type { Answer, Contact } from './protocol.js';
import type { BootReason } from './registration.js';
import { Reservations } from './reservations.js';
import { teachVendorMessages } from './vendor-messages.js';
import { VendorTable } from './vendor-table.js';
import { AuthorizationCache, judgeLocally, LocalList, type LocalVerdict } from './token-book.js';

/** What a charger can do with its connection. */
export interface Wire {
  contact(): Contact;
  /** One CALL; rejects when it cannot be sent or is answered with an error. */
  call(action: string, payload: object): Promise<Answer>;
  /** The central system asked for this message: it may go out before acceptance too. */
  permit(action: string): void;
  /** Sends BootNotification out of turn. */
  bootNow(): void;
  heartbeatNow(): void;
  /** The charger restarts: it is away, comes back and boots with this reason. */
  reboot(reason: BootReason): Promise<void>;
  /** The charger becomes what it was when it left the factory, and starts anew. */
  factoryReset(): void;
  /** The station has a new certificate of its own: it is tried from the next connection on. */
  adoptCertificate(certificate: OwnCertificate): void;
  /** The next connection goes another way; a refused one is given up for the old. */
  changeWay(way: Partial<Way>): void;
}

const cacheCapacity = 100;
/** Out of the way of the central system's own numbers. */
export const externalProfileId = 2_000_000_000;

/** What a charger is, whatever protocol it speaks: its outlets, its memory, its books. */
export class Station {
  readonly configuration: ConfigurationStore;
  readonly profiles: ProfileStore;
  readonly connectors: readonly Connector[];
  readonly localList = new LocalList();
  readonly cache = new AuthorizationCache(cacheCapacity);
  readonly reservations = new Reservations();
  readonly vendors = new VendorTable();
  readonly certificates: CertificateStore;
  readonly security = new SecurityLog();
  readonly waiting = new Waiting();
  /** Taken out of service as a whole. */
  unavailable = false;
  firmwareVersion = '1.0.0';

  constructor(
    readonly options: ChargerOptions,
    readonly wire: Wire,
    /** Every message so far: the diagnostics log. */
    readonly calls: () => readonly CallRecord[],
  ) {
    const { connectors, voltage_V, energyScale, relay, securityProfile } = options;
    this.configuration = new ConfigurationStore(connectors.length, securityProfile);
    this.profiles = new ProfileStore(voltage_V);
    this.certificates = new CertificateStore(
      () => this.now_ms(),
      () => this.configuration.number('CertificateStoreMaxLength'),
    );
    if (options.clientCertificate) this.certificates.preload('station', options.clientCertificate);
    teachVendorMessages(this);
    this.connectors = connectors.map((wired) => new Connector(wired, voltage_V, energyScale, relay));
  }

  /** Everything that people and the central system ever told it; what the hardware is stays. */
  forgetEverything(): void {
    this.configuration.toFactory();
    this.profiles.clear({});
    this.localList.clear();
    this.cache.clear();
    this.reservations.clear();
    this.unavailable = false;
    for (const connector of this.connectors) connector.unavailable = false;
  }

  now_ms(): number {
    return this.options.clock.now();
  }

  timestamp(): string {
    return new Date(this.now_ms()).toISOString();
  }

  get online(): boolean {
    return this.wire.contact() === 'online';
  }

  connector(number: number | undefined): Connector | undefined {
    return this.connectors.find((connector) => connector.number === number);
  }

  /** Says something that loses its sense when it cannot be said now. */
  say(action: string, payload: object): void {
    this.wire.call(action, payload).catch(() => undefined);
  }

  /** Whom the charger trusts as a central system or file server: from the factory and installed since. */
  trustedRoots(): string[] {
    const installed = this.certificates.roots.filter(({ use }) => use === 'central-system');
    return [...this.options.trustedRoots, ...installed.map(({ pem }) => pem)];
  }

  /** Notes a security event; it is told as soon as the central system listens. */
  securityEvent(type: string, techInfo: string | null): void {
    const timestamp = this.timestamp();
    this.security.note({ type, timestamp, ...(techInfo !== null && { techInfo }) });
  }

  /** Tells the security events that wait. */
  tellSecurityEvents(): void {
    for (const event of this.security.takeUntold())
      this.wire.call('SecurityEventNotification', event).catch(() => this.security.giveBack(event));
  }

  /** Runs once the answer to the command at hand is on the wire. */
  afterAnswer(action: () => void): void {
    setImmediate(action);
  }

  /** Advances the outlets by `dt_s`. */
  step(dt_s: number): void {
    const now_ms = this.now_ms();
    for (const connector of this.connectors) {
      connector.reserved = this.reservations.on(connector.number) !== null;
      connector.step(dt_s, connector.fault === null ? this.offer(connector, now_ms) : null);
    }
  }

  offer(connector: Connector, now_ms: number): Offer | null {
    if (!connector.transaction) return null;
    return this.profiles.offer(connector.number, now_ms, connector.transaction, connector.hardware);
  }

  /** OCPP 1.6 5.16, OCPP 2.0.1 K01: what is for a connector that does not exist is rejected. */
  setChargingProfile(connectorId: number, profile: ChargingProfile): 'Accepted' | 'Rejected' {
    const connector = this.connector(connectorId);
    if (connectorId !== 0 && !connector) return 'Rejected';
    if (profile.chargingProfilePurpose === 'TxProfile' && connector?.refuses(profile)) return 'Rejected';
    if (this.profiles.size >= this.configuration.number('MaxChargingProfilesInstalled')) {
      const replaces = this.profiles
        .list()
        .some(
          (held) =>
            held.profile.chargingProfileId === profile.chargingProfileId ||
            (held.connectorId === connectorId &&
              held.profile.chargingProfilePurpose === profile.chargingProfilePurpose &&
              held.profile.stackLevel === profile.stackLevel),
        );
      if (!replaces) return 'Rejected';
    }
    return this.profiles.set(connectorId, profile, connector?.transaction ?? null);
  }

  /** An energy manager on site allows the whole charger no more than this; null: it no longer cares. */
  limitFromOutside(limit_A: number | null): void {
    this.profiles.clear({ chargingProfilePurpose: 'ExternalConstraints' });
    if (limit_A === null) return;
    this.profiles.set(
      0,
      {
        chargingProfileId: externalProfileId,
        stackLevel: 0,
        chargingProfilePurpose: 'ExternalConstraints',
        chargingProfileKind: 'Absolute',
        chargingSchedule: {
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: limit_A }],
        },
      },
      null,
    );
  }

  /** Null: there is no such connector. 0 is the whole charger. */
  compositeSchedule(connectorId: number, duration_s: number, unit: 'A' | 'W'): CompositePeriod[] | null {
    const chosen = this.connectors.filter(({ number }) => connectorId === 0 || number === connectorId);
    if (chosen.length === 0) return null;
    const { profiles, options } = this;
    return compositeSchedule(profiles, chosen, this.now_ms(), duration_s, unit, options.voltage_V);
  }

  /** What the charger itself makes of a card. */
  judge(token: string): LocalVerdict {
    const { configuration } = this;
    const rules = {
      localList: configuration.isTrue('LocalAuthListEnabled'),
      cache: configuration.isTrue('AuthorizationCacheEnabled'),
      preAuthorize: configuration.isTrue('LocalPreAuthorize'),
      offline: configuration.isTrue('LocalAuthorizeOffline'),
      unknownOffline: configuration.isTrue('AllowOfflineTxForUnknownId'),
    };
    return judgeLocally(token, this.localList, this.cache, rules, this.online, this.now_ms());
  }

  /** The group a card belongs to, as far as the charger knows. */
  groupOf(token: string): string | null {
    return (this.localList.find(token) ?? this.cache.find(token, this.now_ms()))?.group ?? null;
  }

  /** Whether a session of this card could begin on the connector now, apart from the card's own right. */
  isFree(connector: Connector, token: string): boolean {
    if (connector.unavailable || connector.fault !== null || connector.transaction) return false;
    return this.reservations.admits(connector.number, token, this.groupOf(token));
  }

  /** Why a connector (0: any) cannot be kept for somebody; null: it can. A reservation may replace itself. */
  refusesReservation(
    connectorId: number,
    reservationId: number,
  ): 'Faulted' | 'Occupied' | 'Rejected' | 'Unavailable' | null {
    if (connectorId === 0) {
      const free = this.connectors.some(({ number }) => !this.refusesReservation(number, reservationId));
      return free ? null : 'Occupied';
    }
    const connector = this.connector(connectorId);
    if (!connector) return 'Rejected';
    if (connector.fault !== null) return 'Faulted';
    if (connector.unavailable) return 'Unavailable';
    const other = this.reservations.on(connectorId);
    return connector.car || (other && other.id !== reservationId) ? 'Occupied' : null;
  }

  /** A new key and the request for its certificate, PEM. */
  certificateRequest(use: OwnUse): Promise<string> {
    const { options, configuration } = this;
    return this.certificates.createRequest(use, options.identity, configuration.value('CpoName'));
  }

  /** OCPP 1.6 5.2, OCPP 2.0.1 G03, G04: a running session is finished first. */
  changeAvailability(connectorId: number, unavailable: boolean): 'Accepted' | 'Scheduled' | 'Rejected' {
    const chosen = this.connectors.filter(({ number }) => connectorId === 0 || number === connectorId);
    if (chosen.length === 0) return 'Rejected';
    if (connectorId === 0) this.unavailable = unavailable;
    for (const connector of chosen) connector.unavailable = unavailable;
    return unavailable && chosen.some(({ transaction }) => transaction) ? 'Scheduled' : 'Accepted';
  }
}
