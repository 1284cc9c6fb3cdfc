import { createRPCError } from 'ocpp-rpc';
import type { Connector } from '../connector.js';
import type { Dialect } from '../dialect.js';
import type { Outbox } from '../outbox.js';
import type { Answer } from '../protocol.js';
import type { BootAnswer, BootReason } from '../registration.js';
import type { Station } from '../station.js';
import { cardToken } from './authorization.js';
import { Charger201 } from './charger201.js';
import { limitFromOutside } from './external-limit.js';
import { handlers201 } from './handlers.js';

/** OCPP 2.0.1, and the same messages under the name of 2.1. */
export class Dialect201 implements Dialect {
  readonly charger: Charger201;

  constructor(private readonly station: Station) {
    this.charger = new Charger201(station);
  }

  get outbox(): Outbox {
    return this.charger.transactions.events.outbox;
  }

  async sendBoot(reason: BootReason): Promise<BootAnswer> {
    const answer = await this.station.wire.call('BootNotification', {
      reason,
      chargingStation: {
        vendorName: 'Busbar',
        model: 'Simulated Charger',
        serialNumber: this.station.options.identity.slice(0, 25),
        firmwareVersion: this.station.firmwareVersion,
      },
    });
    return answer as unknown as BootAnswer;
  }

  sendHeartbeat(): void {
    this.station.say('Heartbeat', {});
  }

  async answer(action: string, payload: Record<string, unknown>): Promise<Answer> {
    const handler = handlers201[action];
    if (!handler) throw createRPCError('NotImplemented', `This charger does not know ${action}.`, {});
    return handler(this.charger, payload as never);
  }

  accepted(): void {
    this.charger.forgetReports();
  }

  restarting(): void {
    this.charger.network.apply();
  }

  readCard(connector: Connector): Promise<void> {
    return this.charger.authorization.readCard(connector);
  }

  pluggedIn(connector: Connector): void {
    this.charger.transactions.pluggedIn(connector);
  }

  unplugged(connector: Connector): void {
    this.charger.transactions.unplugged(connector);
  }

  tick(now_ms: number): void {
    this.charger.tick(now_ms);
  }

  report(): void {
    this.charger.reportStatuses();
  }

  requestCertificate(): Promise<Answer> {
    return this.charger.requestCertificate('station');
  }

  async authorize(token: string): Promise<Answer> {
    return { ...(await this.charger.authorization.ask(cardToken(token))) };
  }

  sendStatus(connectorId: number): void {
    for (const connector of this.station.connectors)
      if (connectorId === 0 || connector.number === connectorId) this.charger.reportStatus(connector);
  }

  sendMeterValues(connectorId: number): void {
    const connector = this.station.connector(connectorId);
    if (connector) this.charger.sendMeterValues(connector, 'Sample.Periodic');
  }

  limitFromOutside(limit_A: number | null): void {
    limitFromOutside(this.charger, limit_A);
  }
}
