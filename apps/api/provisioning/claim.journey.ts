import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { writeClaimText } from '#libs/contracts/claim-text.js';
import { PostgresDeviceRegistry } from '#libs/store/device-registry.js';
import { verifyDeviceSecret } from '#libs/store/device-secret.js';
import { claim, manufacture, type Boxed } from '#libs/testing/factory-steps.js';
import type { Answer, Caller } from '#libs/testing/http-world.js';
import { problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOver, share } from '#libs/testing/sharing-steps.js';
import { ApiModule } from '../api-module.js';

const quarter_ms = 15 * 60_000;
let stage: SharingStage;
let operator: Caller;
beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  operator = await stage.world.signUpOperator();
});
afterAll(() => stage.close());

const wrong = (box: Boxed): Boxed => ({ ...box, pin: '000000' });
const registry = () => new PostgresDeviceRegistry(stage.world.database.pool);
const claimed = (answer: Answer) => answer.as<{ deviceId: string; identity: string; kind: string }>(201);

describe('claiming a device', () => {
  it('NB-73: serial and PIN bind it; it connects with the credential it left the factory with', async () => {
    const box = await manufacture(operator, 'charger');
    const locationId = await stage.install('Claim');
    const device = claimed(await claim(stage.ada, locationId, box));
    expect(device).toMatchObject({ identity: box.serial, kind: 'charger' });
    const known = await registry().find(box.serial);
    expect(known).toMatchObject({ deviceId: device.deviceId, bootstrapCredential: true });
    expect(verifyDeviceSecret(box.bootstrapSecret, known?.secretHash ?? null)).toBe(true);
    expect((await operator.get(`/v1/factory/devices/${box.serial}`)).body).toMatchObject({
      state: 'claimed',
    });
    const audit = await stage.ada.get(`/v1/locations/${locationId}/audit`);
    const { items } = audit.as<{ items: object[] }>(200);
    expect(items[0]).toMatchObject({ action: 'device-claimed', subjectId: device.deviceId });
    expect(problemOf(await claim(stage.ada, locationId, box))).toBe('device-claimed-here');
  });

  it('NB-70: the QR code does the same as typing', async () => {
    const box = await manufacture(operator, 'hub');
    const locationId = await stage.install('Scanned');
    const path = `/v1/locations/${locationId}/claims`;
    const scanned = await stage.ada.post(path, { code: writeClaimText(box), name: 'Hub' });
    expect(claimed(scanned).identity).toBe(box.serial);
    expect(problemOf(await stage.ada.post(path, { code: 'https://busbar.example', name: 'Hub' }))).toBe(
      'unreadable-claim',
    );
  });

  it('NB-73, NB-70: that it is claimed elsewhere is told only to who shows the right PIN', async () => {
    const box = await manufacture(operator, 'charger');
    claimed(await claim(stage.ada, await stage.install('First'), box));
    const there = await stage.install('Second');
    expect(problemOf(await claim(stage.ada, there, box))).toBe('device-claimed-elsewhere');
    expect(problemOf(await claim(stage.ada, there, wrong(box)))).toBe('wrong-serial-or-pin');
  });

  it('NB-95: an owner claims for his own location; guests and strangers do not, not even with the PIN', async () => {
    const box = await manufacture(operator, 'charger');
    const locationId = await stage.install('Home');
    const [olga, gil, sam] = [
      await stage.world.signUp('Olga'),
      await stage.world.signUp('Gil'),
      await stage.world.signUp('Sam'),
    ];
    await handOver(stage.ada, locationId, olga);
    await share(olga, locationId, gil, 'guest');
    expect((await claim(gil, locationId, box)).status).toBe(403);
    expect((await claim(sam, locationId, box)).status).toBe(404);
    claimed(await claim(olga, locationId, box));
  });

  it('NB-70, T1: an unknown serial and a wrong PIN are answered alike; the eleventh try is refused', async () => {
    await stage.pass(quarter_ms + 1_000);
    const locationId = await stage.install('Guesses');
    const mal = stage.ada;
    const bodies = new Set<string>();
    const boxes = [];
    for (let index = 0; index < 5; index++) boxes.push(await manufacture(operator, 'charger'));
    for (const box of boxes) {
      const known = await claim(mal, locationId, wrong(box));
      const unknown = await claim(mal, locationId, { serial: `NO-${box.serial.slice(3)}`, pin: '000000' });
      for (const { status, body } of [known, unknown]) {
        const { traceId, ...told } = body as { traceId: string };
        expect(traceId).not.toBe('');
        bodies.add(`${status} ${JSON.stringify(told)}`);
      }
    }
    expect(bodies.size).toBe(1);
    expect(problemOf(await claim(mal, locationId, boxes[0]!))).toBe('too-many-requests');
    // From the same address, whoever it is.
    const other = await stage.world.signUp('Other');
    await handOver(stage.ada, locationId, other);
    expect(problemOf(await claim(other, locationId, boxes[0]!))).toBe('too-many-requests');
    await stage.pass(quarter_ms + 1_000);
    claimed(await claim(other, locationId, boxes[0]!));
  });

  it('NB-70, T1: after a hundred wrong PINs not even the right one opens it, until an operator unlocks it', async () => {
    const box = await manufacture(operator, 'charger');
    const locationId = await stage.install('Locked');
    for (let round = 0; round < 10; round++) {
      await stage.pass(quarter_ms + 1_000);
      const tries = await Promise.all(
        Array.from({ length: 10 }, () => claim(stage.ada, locationId, wrong(box))),
      );
      expect(tries.map(problemOf)).toEqual(Array.from({ length: 10 }, () => 'wrong-serial-or-pin'));
    }
    await stage.pass(quarter_ms + 1_000);
    const path = `/v1/factory/devices/${box.serial}`;
    expect((await operator.get(path)).body).toMatchObject({ wrongPins: 100, locked: true });
    expect(problemOf(await claim(stage.ada, locationId, box))).toBe('wrong-serial-or-pin');
    expect((await operator.post(`${path}/unlock`, undefined)).as<object>(200)).toMatchObject({
      locked: false,
    });
    claimed(await claim(stage.ada, locationId, box));
  });

  it('NB-73: two locations that claim at once do not both get it', async () => {
    const box = await manufacture(operator, 'balancer');
    const places = [await stage.install('Left'), await stage.install('Right')];
    const answers = await Promise.all(places.map((place) => claim(stage.ada, place, box)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  });
});

describe('replacing broken hardware', () => {
  it('NB-73: the device stays what it is to people; how it is reached becomes the new hardware', async () => {
    await stage.pass(quarter_ms + 1_000);
    const [old, fresh] = [await manufacture(operator, 'charger'), await manufacture(operator, 'charger')];
    const locationId = await stage.install('Broken');
    const { deviceId } = claimed(await claim(stage.ada, locationId, old));
    const request = { request: { action: 'set-brightness', brightness_percent: 30 } };
    (await stage.ada.post(`/v1/devices/${deviceId}/commands`, request)).as(202);
    const connections = registry();
    const { connectionEpoch } = await connections.openConnection(deviceId);
    const connection = { deviceId, connectionEpoch };
    expect(await connections.replaced([connection])).toEqual([]);

    const path = `/v1/devices/${deviceId}/replacement`;
    const hub = await manufacture(operator, 'hub');
    expect(problemOf(await stage.ada.post(path, { serial: hub.serial, pin: hub.pin }))).toBe(
      'wrong-device-kind',
    );
    const wrongPin = await stage.ada.post(path, { serial: fresh.serial, pin: '000000' });
    expect(problemOf(wrongPin)).toBe('wrong-serial-or-pin');
    const replaced = await stage.ada.post(path, { code: writeClaimText(fresh) });
    expect(replaced.as<object>(200)).toMatchObject({ deviceId, identity: fresh.serial, locationId });

    expect(await connections.find(old.serial)).toBeNull();
    expect(await connections.replaced([connection])).toEqual([deviceId]);
    expect(await connections.find(fresh.serial)).toMatchObject({ deviceId, bootstrapCredential: true });
    expect((await stage.ada.get(`/v1/devices/${deviceId}/twin`)).body).toMatchObject({
      desired: { brightness_percent: 30 },
      reported: {},
    });
    expect((await operator.get(`/v1/factory/devices/${old.serial}`)).body).toMatchObject({
      state: 'retired',
    });
    expect(problemOf(await claim(stage.ada, locationId, old))).toBe('device-retired');
  });
});

describe('removing a device without its help', () => {
  it('NB-84: it is archived, access to it ends, and its serial can be claimed again', async () => {
    const box = await manufacture(operator, 'charger');
    const locationId = await stage.install('Removed');
    const { deviceId } = claimed(await claim(stage.ada, locationId, box));
    const topology = {
      nodes: [{ nodeId: 'grid', parentId: null, name: 'Main', fuse_A: [25, 25, 25], meterDeviceId: null }],
      connectors: [
        {
          deviceId,
          connector: 1,
          nodeId: 'grid',
          wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
          maximum_A: 16,
          minimum_A: 6,
          weight: 1,
          priority: 0,
        },
      ],
      margin_A: 1,
      assumedBase_A: [5, 5, 5],
      step_A: 1,
    };
    (await stage.ada.put(`/v1/locations/${locationId}/topology`, { version: 0, topology })).as(200);
    expect((await stage.ada.delete(`/v1/devices/${deviceId}`)).status).toBe(400);
    expect((await stage.pia.delete(`/v1/devices/${deviceId}?confirm=remove`)).status).toBe(404);
    (await stage.ada.delete(`/v1/devices/${deviceId}?confirm=remove`)).as(204);
    expect((await stage.ada.get(`/v1/devices/${deviceId}`)).status).toBe(404);
    const released = await stage.ada.get(`/v1/locations/${locationId}/released-devices`);
    expect(released.as<object>(200)).toMatchObject({
      items: [{ deviceId, identity: box.serial, how: 'removed', desired: {}, reported: {} }],
    });
    const stored = await stage.ada.get(`/v1/locations/${locationId}/topology`);
    expect(stored.body).toMatchObject({ version: 2, topology: { connectors: [] } });
    const elsewhere = await stage.install('Afterwards');
    expect(claimed(await claim(stage.ada, elsewhere, box)).deviceId).not.toBe(deviceId);
  });
});
