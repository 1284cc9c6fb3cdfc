import type { Connector } from '../connector.js';
import type { Answer } from '../protocol.js';
import { Sampling } from '../sampling.js';
import { FirmwarePublisher } from '../services/firmware-publisher.js';
import { FirmwareUpdates } from '../services/firmware-update.js';
import { LogUploads } from '../services/log-upload.js';
import type { OwnUse } from '../services/certificate-store.js';
import type { Station } from '../station.js';
import { Authorization201 } from './authorization.js';
import { availability } from './availability-state.js';
import { DeviceModel } from './device-model.js';
import { Display } from './display.js';
import { tellFirmwareStatus, tellPublishStatus } from './firmware.js';
import { tellLogStatus } from './logs.js';
import { meterValue201, type ReadingContext201 } from './meter-values.js';
import { MonitorEvents } from './monitor-events.js';
import { Monitors } from './monitors.js';
import { NetworkProfiles } from './network-profile.js';
import { ProfileArchive } from './profile-archive.js';
import { keepReservations } from './reservation.js';
import { standardVariables } from './standard-variables.js';
import { Transactions201 } from './transactions.js';
import { onlyConnectorId } from './types.js';

/** A station with what OCPP 2.0.1 makes it remember and tell. */
export class Charger201 {
  readonly model: DeviceModel;
  readonly transactions: Transactions201;
  readonly authorization: Authorization201;
  readonly profiles: ProfileArchive;
  readonly network: NetworkProfiles;
  readonly monitors: Monitors;
  readonly monitorEvents: MonitorEvents;
  readonly display = new Display();
  readonly logs: LogUploads;
  readonly firmware: FirmwareUpdates;
  readonly publisher: FirmwarePublisher;
  /** A reset that waits until no transaction runs; null: none. */
  resetWhenIdle: (() => void) | null = null;
  private readonly reported = new Map<number, string>();
  private readonly sampling = new Sampling();

  constructor(readonly station: Station) {
    const { waiting } = station;
    this.network = new NetworkProfiles(station);
    this.model = new DeviceModel([...standardVariables(station), ...this.network.variables()]);
    this.transactions = new Transactions201(station, this.model);
    this.authorization = new Authorization201(station, this.transactions);
    this.profiles = new ProfileArchive(station);
    this.monitors = new Monitors(this.model, () => station.now_ms());
    this.monitorEvents = new MonitorEvents(station, this.monitors, (evseId) => {
      const connector = station.connector(evseId);
      return (connector && this.transactions.on(connector)?.transactionId) ?? null;
    });
    this.logs = new LogUploads(station, waiting, (status, id) => tellLogStatus(station, status, id));
    this.firmware = new FirmwareUpdates(station, waiting, (status, { requestId }) =>
      tellFirmwareStatus(station, status, requestId),
    );
    this.publisher = new FirmwarePublisher(station, waiting, (status, requestId, location) =>
      tellPublishStatus(station, status, requestId, location),
    );
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
    this.monitorEvents.tick(now_ms);
    keepReservations(this.station, now_ms);
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
