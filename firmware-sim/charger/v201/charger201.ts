import type { Connector } from '../connector.js';
import type { Answer } from '../protocol.js';
import { Sampling } from '../sampling.js';
import type { OwnUse } from '../services/certificate-store.js';
import type { Station } from '../station.js';
import { Authorization201 } from './authorization.js';
import { availability } from './availability-state.js';
import { DeviceModel } from './device-model.js';
import { meterValue201, type ReadingContext201 } from './meter-values.js';
import { ProfileArchive } from './profile-archive.js';
import { standardVariables } from './standard-variables.js';
import { Transactions201 } from './transactions.js';
import { onlyConnectorId } from './types.js';

/** A station with what OCPP 2.0.1 makes it remember and tell. */
export class Charger201 {
  readonly model: DeviceModel;
  readonly transactions: Transactions201;
  readonly authorization: Authorization201;
  readonly profiles: ProfileArchive;
  /** A reset that waits until no transaction runs; null: none. */
  resetWhenIdle: (() => void) | null = null;
  private readonly reported = new Map<number, string>();
  private readonly sampling = new Sampling();

  constructor(readonly station: Station) {
    this.model = new DeviceModel(standardVariables(station));
    this.transactions = new Transactions201(station, this.model);
    this.authorization = new Authorization201(station, this.transactions);
    this.profiles = new ProfileArchive(station);
  }

  /** A02, A03: asks the central system to sign a new key. */
  async requestCertificate(use: OwnUse): Promise<Answer> {
    const csr = await this.station.certificateRequest(use);
    const certificateType = use === 'v2g' ? 'V2GCertificate' : 'ChargingStationCertificate';
    return this.station.wire.call('SignCertificate', { csr, certificateType });
  }

  forgetReports(): void {
    this.reported.clear();
  }

  reportStatuses(): void {
    for (const connector of this.station.connectors)
      if (this.reported.get(connector.number) !== availability(connector)) this.reportStatus(connector);
  }

  /** OCPP 2.0.1 G01. */
  reportStatus(connector: Connector): void {
    const connectorStatus = availability(connector);
    this.reported.set(connector.number, connectorStatus);
    this.station.say('StatusNotification', {
      timestamp: this.station.timestamp(),
      connectorStatus,
      evseId: connector.number,
      connectorId: onlyConnectorId,
    });
  }

  tick(now_ms: number): void {
    this.transactions.tick(now_ms);
    if (this.resetWhenIdle && this.transactions.all.length === 0) {
      const reset = this.resetWhenIdle;
      this.resetWhenIdle = null;
      reset();
    }
    const interval_s = this.station.configuration.number('ClockAlignedDataInterval');
    if (!this.sampling.aligned(interval_s, now_ms)) return;
    for (const connector of this.station.connectors) {
      const transaction = this.transactions.on(connector);
      if (transaction) this.transactions.update(transaction, 'MeterValueClock', 'Sample.Clock');
      else this.sendMeterValues(connector, 'Sample.Clock');
    }
  }

  /** OCPP 2.0.1 J01: readings that belong to no transaction. */
  sendMeterValues(connector: Connector, context: ReadingContext201): void {
    const { station, transactions } = this;
    const measurands = transactions.events.measurands(context);
    const value = meterValue201(connector, station.now_ms(), measurands, context);
    if (value) station.say('MeterValues', { evseId: connector.number, meterValue: [value] });
  }
}
