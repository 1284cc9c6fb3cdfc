import type { Connector } from './connector.js';
import type { VendorTable } from './vendor-table.js';

/** The part of a station that these messages move. */
export interface Taught {
  readonly vendors: VendorTable;
  readonly connectors: readonly Connector[];
  readonly wire: { factoryReset(): void };
  afterAnswer(work: () => void): void;
}

/** The vendor id of the messages below; what the quirk catalogue of the cloud has for everybody. */
const vendorId = 'busbar';
/** IEC 61851-1 and IEC 60364-7-722 ask for 30 mA; a good device opens well within the 300 ms of IEC 61008-1. */
const ratedResidual_mA = 30;
const goodTrip_ms = 24;

/** What a charger of ours understands beyond OCPP. */
export function teachVendorMessages(station: Taught): void {
  station.vendors.teach(vendorId, 'FactoryReset', () => {
    station.afterAnswer(() => station.wire.factoryReset());
    return null;
  });
  station.vendors.teach(vendorId, 'ResidualCurrentTest', (data) => {
    const number = (JSON.parse(data === '' ? '{}' : data) as { connector?: unknown }).connector;
    const connector = station.connectors.find((each) => each.number === number);
    if (!connector) return JSON.stringify({ result: 'unknown-connector' });
    const works = !connector.brokenResidualCurrentDevice;
    return JSON.stringify({
      result: works ? 'passed' : 'failed',
      // A device that does not open has no time.
      ...(works && { trip_ms: goodTrip_ms }),
      current_mA: ratedResidual_mA,
    });
  });
}
