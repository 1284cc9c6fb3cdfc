import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { PostgresCarWishes } from './car-wishes.js';
import { PostgresConnectorStatuses } from './connector-statuses.js';
import { PostgresDeviceInventories } from './device-inventories.js';
import { DeviceModelStore, positionOf, type DeviceVariable } from './device-model.js';
import { DeviceReportStore, type ReportPart } from './device-reports.js';
import { readTwin } from './twins.js';

let database: TestDatabase;
let deviceId: string;
let siteId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  siteId = randomUUID();
  await database.pool.query(
    `INSERT INTO identity."user" (id, name, email) VALUES ('owner', 'Test', 'a@b.test')`,
  );
  await database.pool.query(
    `INSERT INTO locations (id, name, time_zone, owner_person_id) VALUES ($1, 'Home', 'Europe/Oslo', 'owner')`,
    [siteId],
  );
});
beforeEach(async () => {
  deviceId = randomUUID();
  await database.pool.query(
    `INSERT INTO devices (id, location_id, kind, identity, name) VALUES ($1, $2, 'charger', $3, 'Garage')`,
    [deviceId, siteId, deviceId],
  );
});
afterAll(() => database.drop());

const now = Date.UTC(2026, 0, 5, 8);
const variable = (change: Partial<DeviceVariable>): DeviceVariable => ({
  component: 'OCPPCommCtrlr',
  componentInstance: '',
  evse: 0,
  connector: 0,
  variable: 'HeartbeatInterval',
  variableInstance: '',
  attribute: 'Actual',
  value: '60',
  mutability: 'ReadWrite',
  persistent: true,
  constant: false,
  unit: 's',
  dataType: 'integer',
  minimum: 1,
  maximum: null,
  valuesList: null,
  supportsMonitoring: false,
  ...change,
});

describe('device models (OCPP 2.0.1 B07)', () => {
  const store = () => new DeviceModelStore(database.pool);

  it('keeps the newest report of each attribute, whatever comes twice or late', async () => {
    await store().report(deviceId, [variable({ value: '1' }), variable({ value: '60' })], now);
    await store().report(deviceId, [variable({ value: '90', unit: null })], now + 1);
    await store().report(deviceId, [variable({ value: '30' })], now - 1);
    expect(await store().list(deviceId, null, null, 10)).toEqual([
      { ...variable({ value: '90', unit: null }), reportedAt: new Date(now + 1) },
    ]);
  });

  it('N07: an event changes the value and keeps what is known of the attribute', async () => {
    await store().report(deviceId, [variable({})], now);
    const bare = { mutability: null, unit: null, dataType: null };
    await store().changeValues(deviceId, [variable({ value: '75', ...bare })], now + 1);
    await store().changeValues(deviceId, [variable({ variable: 'New', value: 'x', ...bare })], now + 1);
    expect(await store().list(deviceId, null, null, 10)).toMatchObject([
      { value: '75', mutability: 'ReadWrite', unit: 's', dataType: 'integer' },
      { variable: 'New', value: 'x', mutability: null },
    ]);
  });

  it('is read page by page, of one component or of all, and of one device only', async () => {
    const variables = ['A', 'B', 'C'].flatMap((component) =>
      [0, 1, 2].map((evse) => variable({ component, evse })),
    );
    await store().report(deviceId, variables, now);
    const first = await store().list(deviceId, null, null, 4);
    const last = first.at(-1);
    if (!last) throw new Error('the first page is empty');
    const second = await store().list(deviceId, null, positionOf(last), 10);
    expect([...first, ...second].map(({ component, evse }) => `${component}${evse}`)).toEqual([
      'A0',
      'A1',
      'A2',
      'B0',
      'B1',
      'B2',
      'C0',
      'C1',
      'C2',
    ]);
    expect(await store().list(deviceId, 'B', null, 10)).toHaveLength(3);
    expect(await store().list(randomUUID(), null, null, 10)).toEqual([]);
  });
});

describe('reports in parts', () => {
  const store = () => new DeviceReportStore(database.pool);
  const part = (sequence: number, change: Partial<ReportPart>): ReportPart => ({
    kind: 'customer-information',
    requestId: 5,
    sequence,
    isLast: false,
    content: `<${sequence}>`,
    receivedAt: now,
    ...change,
  });

  it('B07: is complete when the last part and all before it are here, in whatever order they came', async () => {
    const keep = (each: ReportPart) => store().keepPart(deviceId, each);
    expect(await keep(part(2, { isLast: true }))).toEqual({ complete: false, parts: 1, replayed: false });
    expect(await keep(part(0, {}))).toEqual({ complete: false, parts: 2, replayed: false });
    expect(await keep(part(0, {}))).toEqual({ complete: false, parts: 2, replayed: true });
    expect(await keep(part(1, { requestId: 6 }))).toMatchObject({ complete: false, parts: 1 });
    expect(await keep(part(1, {}))).toEqual({ complete: true, parts: 3, replayed: false });
    expect(await store().contents(deviceId, 'customer-information', 5)).toBe('<0><1><2>');
  });

  it('a report of one part is complete at once', async () => {
    expect(await store().keepPart(deviceId, part(0, { isLast: true, content: null }))).toMatchObject({
      complete: true,
    });
    expect(await store().contents(deviceId, 'customer-information', 5)).toBe('');
  });

  it('N02: monitors are found by their number', async () => {
    const monitor = {
      monitorId: 7,
      variableKey: 'A.B',
      type: 'Delta',
      value: 1,
      severity: 4,
      onlyInTransaction: false,
    };
    await store().saveMonitors(deviceId, [monitor, { ...monitor, severity: 3 }], now);
    await store().saveMonitors(deviceId, [{ ...monitor, monitorId: 8, severity: 1 }], now);
    expect(await store().monitorSeverities(deviceId, [7, 8, 9])).toEqual(
      new Map([
        [7, 3],
        [8, 1],
      ]),
    );
    expect(await store().monitorSeverities(randomUUID(), [7])).toEqual(new Map());
  });

  it('O03: documents are kept once each, the newest of each', async () => {
    await store().saveDocuments(deviceId, 'display-message', [{ itemId: '4', document: { a: 1 } }], now);
    await store().saveDocuments(
      deviceId,
      'display-message',
      [
        { itemId: '4', document: { a: 2 } },
        { itemId: '5', document: { a: 3 } },
      ],
      now,
    );
    const { rows } = await database.pool.query(
      'SELECT item_id, document FROM device_documents WHERE device_id = $1 ORDER BY item_id',
      [deviceId],
    );
    expect(rows).toEqual([
      { item_id: '4', document: { a: 2 } },
      { item_id: '5', document: { a: 3 } },
    ]);
  });
});

describe('what the edge remembers of a 2.0.1 station', () => {
  it('G01: the statuses of all connectors of an EVSE', async () => {
    const statuses = new PostgresConnectorStatuses(database.pool);
    const tell = (evse: number, connector: number, status: 'Available' | 'Occupied') =>
      statuses.tell(deviceId, evse, { connector, status });
    await tell(1, 1, 'Occupied');
    await tell(2, 1, 'Occupied');
    expect(await tell(1, 2, 'Available')).toEqual(
      expect.arrayContaining([
        { connector: 1, status: 'Occupied' },
        { connector: 2, status: 'Available' },
      ]),
    );
    expect(await tell(2, 1, 'Available')).toEqual([{ connector: 1, status: 'Available' }]);
  });

  it('B07: which firmware was asked for its device model: one asker each, and again after a refusal', async () => {
    const inventories = new PostgresDeviceInventories(database.pool);
    expect(await inventories.claim(deviceId)).toBe(false);
    await inventories.booted(deviceId, '1.0');
    const claims = await Promise.all([1, 2, 3].map(() => inventories.claim(deviceId)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    await inventories.booted(deviceId, '1.0');
    expect(await inventories.claim(deviceId)).toBe(false);
    await inventories.release(deviceId);
    expect(await inventories.claim(deviceId)).toBe(true);
    await inventories.booted(deviceId, '1.1');
    expect(await inventories.claim(deviceId)).toBe(true);
  });

  it('K15: the wish of a car is the goal of its session unless somebody has set one', async () => {
    const wishes = new PostgresCarWishes(database.pool);
    const wish = { transactionId: 4, departure: '2026-01-05T16:00:00.000Z', energy_kWh: 20 };
    expect(await wishes.wish(deviceId, wish)).toBe(true);
    expect(await wishes.wish(deviceId, { ...wish, energy_kWh: 5 })).toBe(false);
    expect(await readTwin(database.pool, deviceId)).toMatchObject({
      desired: { goal: wish },
      desiredVersion: 1,
    });
    expect(await wishes.wish(deviceId, { ...wish, transactionId: 5, departure: null })).toBe(true);
    expect(await readTwin(database.pool, deviceId)).toMatchObject({
      desired: { goal: { transactionId: 5, departure: null, energy_kWh: 20 } },
      desiredVersion: 2,
    });
  });
});
