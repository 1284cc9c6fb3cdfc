import { createRPCError } from 'ocpp-rpc';
import type { Connector } from '../connector.js';
import type { Dialect } from '../dialect.js';
import type { Outbox } from '../outbox.js';
import type { Answer } from '../protocol.js';
import type { BootAnswer } from '../registration.js';
import type { Station } from '../station.js';
import { Charger16 } from './charger16.js';
import { handlers16 } from './handlers.js';

/** OCPP 1.6 with the security whitepaper. */
export class Dialect16 implements Dialect {
  readonly charger: Charger16;

  constructor(private readonly station: Station) {
    this.charger = new Charger16(station);
  }

  get outbox(): Outbox {
    return this.charger.transactions.outbox;
  }

  async sendBoot(): Promise<BootAnswer> {
    const answer = await this.station.wire.call('BootNotification', {
      chargePointVendor: 'Busbar',
      chargePointModel: 'Simulated Charger',
      chargePointSerialNumber: this.station.options.identity.slice(0, 25),
      firmwareVersion: this.station.firmwareVersion,
    });
    return answer as unknown as BootAnswer;
  }

  sendHeartbeat(): void {
    this.station.say('Heartbeat', {});
  }

  async answer(action: string, payload: Record<string, unknown>): Promise<Answer> {
    const handler = handlers16[action];
    if (!handler) throw createRPCError('NotImplemented', `This charger does not know ${action}.`, {});
    return handler(this.charger, payload as never);
  }

  accepted(): void {
    this.charger.forgetReports();
  }

  /** Nothing waits for a restart in this edition. */
  restarting(): void {}

  readCard(connector: Connector): Promise<void> {
    return this.charger.transactions.readCard(connector);
  }

  /** OCPP 1.6 knows no transaction before a card. */
  pluggedIn(): void {}

  unplugged(connector: Connector): void {
    this.charger.transactions.end(connector, 'EVDisconnected');
  }

  tick(now_ms: number): void {
    this.charger.tick(now_ms);
  }

  report(): void {
    this.charger.reportStatuses();
  }

  requestCertificate(): Promise<Answer> {
    return this.charger.requestCertificate();
  }

  async authorize(token: string): Promise<Answer> {
    return { ...(await this.charger.transactions.ask(token)) };
  }

  sendStatus(connectorId: number): void {
    const connector = this.station.connector(connectorId);
    if (connector) this.charger.reportStatus(connector);
    else this.charger.reportStation();
  }

  sendMeterValues(connectorId: number): void {
    const connector = this.station.connector(connectorId);
    if (connector) this.charger.sample(connector, 'Sample.Periodic');
  }

  /** OCPP 1.6 has no message for it: the charger only obeys. */
  limitFromOutside(limit_A: number | null): void {
    this.station.limitFromOutside(limit_A);
  }
}
