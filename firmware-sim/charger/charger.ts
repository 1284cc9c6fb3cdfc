import type { CarModel } from '../physics/car.js';
import { ConnectedStation } from './connected-station.js';
import type { Answer } from './protocol.js';
import type { CertificateHash } from './services/certificate-hash.js';
import { Dialect16 } from './v16/dialect16.js';
import type { Acknowledgement } from './v16/transactions.js';
import type { Charger201 } from './v201/charger201.js';
import { Dialect201 } from './v201/dialect201.js';
import { notifyChargingNeeds, notifyChargingSchedule, type ChargingNeeds } from './v201/ev-needs.js';
import type { AcknowledgedEvent, Transaction201 } from './v201/transaction.js';

/** A simulated charger as tests and fleets use it: what drivers, cars and engineers can do to it, and what it said. */
export class Charger extends ConnectedStation {
  /** OCPP 1.6: every start and stop that the central system has answered. */
  get acknowledgements(): readonly Acknowledgement[] {
    return this.dialect instanceof Dialect16 ? this.dialect.charger.transactions.acknowledgements : [];
  }

  /** OCPP 2.0.1: every TransactionEvent that the central system has answered. */
  get acknowledgedEvents(): readonly AcknowledgedEvent[] {
    return this.dialect instanceof Dialect201 ? this.dialect.charger.transactions.events.acknowledged : [];
  }

  /** OCPP 2.0.1: the transactions that run now. */
  get transactions201(): readonly Transaction201[] {
    return this.dialect instanceof Dialect201 ? this.dialect.charger.transactions.all : [];
  }

  /** Null leaves the car without a card: it waits for a remote start. */
  plugIn(connectorId: number, car: CarModel, card: string | null): void {
    const connector = this.station.connector(connectorId);
    if (!connector) return;
    connector.plugIn(car, card);
    this.dialect.pluggedIn(connector);
  }

  unplug(connectorId: number): void {
    const connector = this.station.connector(connectorId);
    if (!connector) return;
    this.dialect.unplugged(connector);
    connector.car = null;
    connector.waitingCard = null;
  }

  /** A driver holds a card to the reader of a connector: it starts a session, or stops its own. */
  async readCard(connectorId: number, card: string): Promise<void> {
    const connector = this.station.connector(connectorId);
    if (!connector) return;
    connector.waitingCard = card;
    await this.dialect.readCard(connector);
  }

  /** Breaks a connector, or repairs it with null. */
  setFault(connectorId: number, fault: string | null): void {
    const connector = this.station.connector(connectorId);
    if (connector) connector.fault = fault;
  }

  /** Breaks the residual-current device of a connector, or repairs it: a test shows it. */
  breakResidualCurrentDevice(connectorId: number, broken: boolean): void {
    const connector = this.station.connector(connectorId);
    if (connector) connector.brokenResidualCurrentDevice = broken;
  }

  /** Asks the central system about a card without starting anything. */
  authorize(token: string): Promise<Answer> {
    return this.dialect.authorize(token);
  }

  /** SecurityEventNotification at once, e.g. `TamperDetectionActivated`; it goes into the security log too. */
  sendSecurityEvent(type: string, techInfo: string | null): Promise<Answer> {
    const event = { type, timestamp: this.station.timestamp(), ...(techInfo !== null && { techInfo }) };
    this.station.security.events.push(event);
    return this.call('SecurityEventNotification', event);
  }

  sendDataTransfer(vendorId: string, messageId: string | null, data: string | null): Promise<Answer> {
    return this.call('DataTransfer', {
      vendorId,
      ...(messageId !== null && { messageId }),
      ...(data !== null && { data }),
    });
  }

  /** SignCertificate with a real request; the answer to it is only that it will be looked at. */
  requestCertificate(): Promise<Answer> {
    return this.dialect.requestCertificate();
  }

  /** StatusNotification out of turn; 0 is the charger itself where the edition has that. */
  sendStatus(connectorId: number): void {
    this.dialect.sendStatus(connectorId);
  }

  sendMeterValues(connectorId: number): void {
    this.dialect.sendMeterValues(connectorId);
  }

  /** An energy manager on site allows the charger no more than this; null lifts it (OCPP 2.0.1 K11 to K14). */
  limitFromOutside(limit_A: number | null): void {
    this.dialect.limitFromOutside(limit_A);
  }

  /** OCPP 2.0.1 K15: the car at the connector says what it wants. */
  notifyChargingNeeds(connectorId: number, needs: ChargingNeeds): Promise<Answer> {
    return notifyChargingNeeds(this.modern('NotifyEVChargingNeeds'), connectorId, needs);
  }

  /** OCPP 2.0.1 K17: the plan the car made, as periods of amperes from now. */
  notifyChargingSchedule(
    connectorId: number,
    periods: readonly { readonly startPeriod: number; readonly limit: number }[],
  ): Promise<Answer> {
    return notifyChargingSchedule(this.modern('NotifyEVChargingSchedule'), connectorId, periods);
  }

  /** OCPP 2.0.1 N07: lets an installed monitor speak whatever its variable says. */
  fireMonitor(monitorId: number, actualValue: string): void {
    const { monitors, monitorEvents } = this.modern('NotifyEvent');
    const monitor = monitors.get(monitorId);
    if (!monitor) throw new Error(`The charger has no monitor ${monitorId}.`);
    monitorEvents.fire(monitor, actualValue);
  }

  /** OCPP 2.0.1 A02 for the certificate that the charger shows to cars. */
  requestV2gCertificate(): Promise<Answer> {
    return this.modern('SignCertificate').requestCertificate('v2g');
  }

  /** OCPP 2.0.1 M06: asks whether a certificate was revoked. */
  getCertificateStatus(hash: CertificateHash, responderURL: string): Promise<Answer> {
    this.modern('GetCertificateStatus');
    return this.call('GetCertificateStatus', { ocspRequestData: { ...hash, responderURL } });
  }

  /** OCPP 2.0.1 M01, M02: passes a car's request for its contract certificate on. */
  get15118EVCertificate(action: 'Install' | 'Update', exiRequest: string): Promise<Answer> {
    this.modern('Get15118EVCertificate');
    const iso15118SchemaVersion = 'urn:iso:15118:2:2013:MsgDef';
    return this.call('Get15118EVCertificate', { iso15118SchemaVersion, action, exiRequest });
  }

  private modern(action: string): Charger201 {
    if (this.dialect instanceof Dialect201) return this.dialect.charger;
    throw new Error(`${this.options.identity} speaks ${this.options.protocol}, which has no ${action}.`);
  }
}
