import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { MemoryBus } from '#libs/bus/memory-bus.js';
import { atLocation } from '#libs/entitlements/facts.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { insertDevice } from '#libs/store/devices.js';
import { changeEntitlements, type EntitlementChange } from '#libs/store/entitlement-log.js';
import { insertGrant, revokeGrant, unlimited, wholeLocation } from '#libs/store/grants.js';
import { insertLocation } from '#libs/store/locations.js';
import { insertPerson } from '#libs/testing/people.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { personId, siteId, type PersonId } from '#libs/units/identifiers.js';
import { Gate } from './gate.js';

/** Three processes that stand on one database. */
const nodes = 3;
let database: TestDatabase;
let bus: MemoryBus;
let gates: Gate[];
let owner: PersonId;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = personId(await insertPerson(database.pool, 'Olga'));
});
afterAll(() => database.drop());
beforeEach(async () => {
  bus = new MemoryBus();
  gates = [];
  for (let node = 0; node < nodes; node++) {
    const gate = new Gate({ pool: database.pool, bus, clock: systemClock, onError: () => undefined });
    await gate.start();
    gates.push(gate);
  }
});
afterEach(async () => {
  await Promise.all(gates.map((gate) => gate.stop()));
  await bus.close();
});

async function change<Value>(work: (change: EntitlementChange) => Promise<Value>): Promise<Value> {
  const { value, sequence } = await changeEntitlements(
    database.pool,
    { actorPersonId: owner, at: systemClock.now() },
    work,
  );
  await Promise.all(gates.map((gate) => gate.caughtUp(sequence)));
  return value;
}
const by = () => ({ personId: owner, at: new Date(systemClock.now()) });

interface Shared {
  readonly locationId: string;
  readonly deviceId: string;
  readonly grantIds: readonly string[];
}

/** A location of Olga's with a charger, and one grant for each of these people. */
const sharedWith = (people: readonly PersonId[]): Promise<Shared> =>
  change(async (each) => {
    const deviceId = randomUUID();
    const locationId = await insertLocation(
      each,
      { name: 'Cabin', timeZone: 'Europe/Oslo', ownerPersonId: owner, installedByOrganisationId: null },
      by(),
    );
    await insertDevice(each, {
      deviceId,
      locationId,
      kind: 'charger',
      identity: deviceId,
      name: 'Charger',
      createdAt: by().at,
      secretHash: 'none',
      registeredBy: owner,
    });
    const grantIds: string[] = [];
    for (const person of people) {
      grantIds.push(
        await insertGrant(
          each,
          {
            ...unlimited,
            place: wholeLocation(locationId),
            personId: person,
            organisationId: null,
            role: 'partner',
          },
          by(),
        ),
      );
    }
    return { locationId, deviceId, grantIds };
  });

/** Revokes without waiting for any snapshot: the acknowledgement is the commit. */
const revoke = (locationId: string, grantId: string): Promise<unknown> =>
  changeEntitlements(database.pool, { actorPersonId: owner, at: systemClock.now() }, (each) =>
    revokeGrant(each, { grantId, locationId, grantedBy: null }, by()),
  );

it('T4: after a revoke a thousand requests at each of three nodes get no command through, and soon read nothing', async () => {
  const pia = personId(await insertPerson(database.pool, 'Pia'));
  const { locationId, deviceId, grantIds } = await sharedWith([pia]);
  const request = { action: 'set-brightness', brightness_percent: 40 } as const;
  const ask = (gate: Gate) => gate.admit({ personId: pia }, { deviceId, request, timeout_ms: 60_000 });
  const before = await Promise.all(gates.map(ask));
  expect(before.map(({ ok }) => ok)).toEqual([true, true, true]);

  await revoke(locationId, grantIds[0] ?? '');
  const acknowledgedAt = performance.now();
  const reads: { ok: boolean; after_ms: number }[] = [];
  const commands = gates.flatMap((gate) =>
    Array.from({ length: 1_000 }, async () => {
      const admitted = await ask(gate);
      const { ok } = await gate.check({ personId: pia }, 'telemetry', atLocation(locationId));
      reads.push({ ok, after_ms: performance.now() - acknowledgedAt });
      return admitted.ok;
    }),
  );
  expect((await Promise.all(commands)).filter(Boolean)).toEqual([]);
  expect(reads).toHaveLength(3_000);
  expect(reads.filter(({ ok, after_ms }) => ok && after_ms > 250)).toEqual([]);
}, 60_000);

it('T8: of ten thousand open streams those of a thousand revoked grants end, each within 500 ms, and no other', async () => {
  const [gate] = gates as [Gate];
  const people: PersonId[] = [];
  for (let index = 0; index < 100; index++) {
    people.push(personId(await insertPerson(database.pool, `Person ${index}`)));
  }
  const endedAt = new Map<string, number>();
  const places: Shared[] = [];
  for (let index = 0; index < 20; index++) {
    const place = await sharedWith(people);
    places.push(place);
    const target = atLocation(place.locationId);
    for (const [holder, person] of people.entries()) {
      const allowed = await gate.check({ personId: person }, 'telemetry', target);
      if (!allowed.ok) throw new Error(allowed.error);
      const { proof } = allowed.value;
      const locationId = siteId(place.locationId);
      const watched = { personId: person, action: 'telemetry', target, locationId, proof } as const;
      // Five streams each, as of somebody with five tabs open.
      for (let tab = 0; tab < 5; tab++) {
        gate.watch(watched, () => endedAt.set(`${place.grantIds[holder]} ${tab}`, performance.now()));
      }
    }
  }
  expect(gate.watchedStreams).toBe(10_000);

  const acknowledgedAt = new Map<string, number>();
  for (const { locationId, grantIds } of places.slice(0, 10)) {
    for (const grantId of grantIds) {
      await revoke(locationId, grantId);
      acknowledgedAt.set(grantId, performance.now());
    }
  }
  await waitFor('all ends', () => endedAt.size >= 5_000, 5_000);
  const late = [...endedAt].filter(([stream, at]) => {
    const revokedAt = acknowledgedAt.get(stream.split(' ')[0] ?? '');
    return revokedAt === undefined || at - revokedAt > 500;
  });
  expect(late).toEqual([]);
  expect(gate.watchedStreams).toBe(5_000);
}, 120_000);
