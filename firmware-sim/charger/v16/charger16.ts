import type { Connector } from '../connector.js';
import type { Answer } from '../protocol.js';
import { Sampling } from '../sampling.js';
import { FirmwareUpdates } from '../services/firmware-update.js';
import { LogUploads } from '../services/log-upload.js';
import type { Station } from '../station.js';
import { tellFirmwareStatus } from './firmware.js';
import { tellDiagnosticsStatus, tellLogStatus } from './logs.js';
import { meterValue, type ReadingContext } from './meter-values.js';
import { Transactions } from './transactions.js';

/** OCPP 1.6 7.6: the residual-current device has opened. */
const groundFailure = 'GroundFailure';

/** A station with what OCPP 1.6 makes it remember: transactions by number and the statuses it has told. */
export class Charger16 {
  readonly transactions: Transactions;
  readonly diagnostics: LogUploads;
  readonly logs: LogUploads;
  readonly firmware: FirmwareUpdates;
  private readonly reported = new Map<number, string>();
  private readonly sampling = new Sampling();

  constructor(readonly station: Station) {
    this.transactions = new Transactions(station);
    const { waiting } = station;
    this.diagnostics = new LogUploads(station, waiting, (status) => tellDiagnosticsStatus(station, status));
    this.logs = new LogUploads(station, waiting, (status, id) => tellLogStatus(station, status, id));
    this.firmware = new FirmwareUpdates(station, waiting, (status, request) =>
      tellFirmwareStatus(station, status, request),
    );
  }

  /** Whitepaper A02, A03: asks the central system to sign a new key. */
  async requestCertificate(): Promise<Answer> {
    const csr = await this.station.certificateRequest('station');
    return this.station.wire.call('SignCertificate', { csr });
  }

  /** Everything must be told again. */
  forgetReports(): void {
    this.reported.clear();
  }

  reportStatuses(): void {
    const whole = this.station.unavailable ? 'Unavailable' : 'Available';
    if (this.reported.get(0) !== whole) this.reportStation();
    for (const connector of this.station.connectors)
      if (this.reported.get(connector.number) !== connector.status()) this.reportStatus(connector);
  }

  reportStation(): void {
    const status = this.station.unavailable ? 'Unavailable' : 'Available';
    this.reported.set(0, status);
    this.station.say('StatusNotification', { connectorId: 0, errorCode: 'NoError', status });
  }

  reportStatus(connector: Connector): void {
    const status = connector.status();
    this.reported.set(connector.number, status);
    const { fault } = connector;
    this.station.say('StatusNotification', {
      connectorId: connector.number,
      errorCode: fault === null ? 'NoError' : fault === groundFailure ? groundFailure : 'OtherError',
      status,
      timestamp: this.station.timestamp(),
      ...(fault !== null &&
        fault !== groundFailure && { vendorId: 'Busbar', vendorErrorCode: fault.slice(0, 50) }),
    });
  }

  endAll(reason: string): void {
    for (const connector of this.station.connectors) this.transactions.end(connector, reason);
  }

  /** Reservations that end, periodic readings of transactions, and those on the clock's marks of every connector (OCPP 1.6 4.7). */
  tick(now_ms: number): void {
    const { configuration, connectors, reservations } = this.station;
    reservations.expire(now_ms);
    const interval_s = configuration.number('MeterValueSampleInterval');
    for (const connector of connectors) {
      const transaction = this.transactions.on(connector);
      if (transaction && this.sampling.periodic(transaction, interval_s, now_ms))
        this.sample(connector, 'Sample.Periodic');
    }
    if (!this.sampling.aligned(configuration.number('ClockAlignedDataInterval'), now_ms)) return;
    for (const connector of connectors) this.sample(connector, 'Sample.Clock');
  }

  sample(connector: Connector, context: ReadingContext): void {
    const { station, transactions } = this;
    const key = context === 'Sample.Clock' ? 'MeterValuesAlignedData' : 'MeterValuesSampledData';
    const measurands = station.configuration.value(key).split(',');
    const value = meterValue(connector, station.now_ms(), measurands, context);
    if (connector.transaction) transactions.addMeterValues(connector, value);
    else station.say('MeterValues', { connectorId: connector.number, meterValue: [value] });
  }
}
