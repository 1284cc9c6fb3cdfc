import { PostgresCarWishes, type CarWishes } from '#libs/store/car-wishes.js';
import { PostgresConnectorStatuses, type ConnectorStatuses } from '#libs/store/connector-statuses.js';
import { PostgresDeviceInventories, type DeviceInventories } from '#libs/store/device-inventories.js';
import { DeviceModelStore } from '#libs/store/device-model.js';
import { DeviceReportStore } from '#libs/store/device-reports.js';
import {
  PostgresTransactionEventJournal,
  type TransactionEventJournal,
} from '#libs/store/journal/transaction-event-journal.js';
import type { Pool } from '#libs/store/pool.js';

/** What the edge keeps of OCPP 2.0.1 stations. */
export interface Stores201 {
  readonly transactions: TransactionEventJournal;
  readonly connectors: ConnectorStatuses;
  readonly inventories: DeviceInventories;
  readonly model: DeviceModelStore;
  readonly reports: DeviceReportStore;
  readonly wishes: CarWishes;
}

export const stores201 = (pool: Pool): Stores201 => ({
  transactions: new PostgresTransactionEventJournal(pool),
  connectors: new PostgresConnectorStatuses(pool),
  inventories: new PostgresDeviceInventories(pool),
  model: new DeviceModelStore(pool),
  reports: new DeviceReportStore(pool),
  wishes: new PostgresCarWishes(pool),
});
