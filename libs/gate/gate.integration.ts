import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryBus } from '#libs/bus/memory-bus.js';
import { allPartitions } from '#libs/bus/partition.js';
import type { CommandMessage } from '#libs/contracts/command.js';
import { insertDevice } from '#libs/store/devices.js';
import { atLocation } from '#libs/entitlements/facts.js';
import { changeEntitlements } from '#libs/store/entitlement-log.js';
import { insertGrant, revokeGrant, unlimited, wholeLocation } from '#libs/store/grants.js';
import { insertLocation } from '#libs/store/locations.js';
import { endMembership, insertMembership, insertOrganisation, type By } from '#libs/store/organisations.js';
import { ManualClock } from '#libs/testing/manual-clock.js';
import { insertPerson } from '#libs/testing/people.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { personId as toPersonId, siteId } from '#libs/units/identifiers.js';
import { milliseconds, seconds } from '#libs/units/quantities.js';
import { Gate, type Principal } from './gate.js';

let database: TestDatabase;
let gate: Gate;
let bus: MemoryBus;
let sent: CommandMessage[];
const clock = new ManualClock();
const errors: unknown[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  bus = new MemoryBus();
  sent = [];
  errors.length = 0;
  await bus.consume({
    topic: 'commands',
    partitions: allPartitions,
    group: null,
    handler: async ({ message }) => void sent.push(message),
  });
  gate = new Gate({ pool: database.pool, bus, clock, onError: (error) => errors.push(error) });
  await gate.start();
});
afterEach(async () => {
  await gate.stop();
  await bus.close();
});

const person = async (name: string): Promise<Principal> => ({
  personId: toPersonId(await insertPerson(database.pool, name)),
});
const by = (who: Principal): By => ({ personId: who.personId, at: new Date(clock.now()) });
const change = <Value>(who: Principal, work: Parameters<typeof changeEntitlements<Value>>[2]) =>
  changeEntitlements(database.pool, { actorPersonId: who.personId, at: clock.now() }, work);

async function locationOf(owner: Principal): Promise<{ locationId: string; deviceId: string }> {
  const deviceId = randomUUID();
  const { value: locationId, sequence } = await change(owner, async (each) => {
    const id = await insertLocation(
      each,
      {
        name: 'Cabin',
        timeZone: 'Europe/Oslo',
        ownerPersonId: owner.personId,
        installedByOrganisationId: null,
      },
      by(owner),
    );
    await insertDevice(each, {
      deviceId,
      locationId: id,
      kind: 'charger',
      identity: deviceId,
      name: 'Charger',
      createdAt: new Date(clock.now()),
      secretHash: 'none',
      registeredBy: owner.personId,
    });
    return id;
  });
  await gate.caughtUp(sequence);
  return { locationId, deviceId };
}

async function share(
  owner: Principal,
  locationId: string,
  to: Principal,
  expiresAt: Date | null,
): Promise<string> {
  const { value, sequence } = await change(owner, (each) =>
    insertGrant(
      each,
      {
        ...unlimited,
        place: wholeLocation(locationId),
        personId: to.personId,
        organisationId: null,
        role: 'partner',
        expiresAt,
      },
      by(owner),
    ),
  );
  await gate.caughtUp(sequence);
  return value;
}

const light = { action: 'set-brightness', brightness_percent: 40 } as const;

describe('the gate', () => {
  it('NB-10, NB-11: opens with a share, for that location only, and closes with its revoke', async () => {
    const owner = await person('Olga');
    const friend = await person('Pia');
    const shared = await locationOf(owner);
    const other = await locationOf(owner);
    const see = (deviceId: string) => gate.check(friend, 'telemetry', { kind: 'device', id: deviceId });
    expect(await see(shared.deviceId)).toEqual({ ok: false, error: 'not-found' });
    const grantId = await share(owner, shared.locationId, friend, null);
    expect((await see(shared.deviceId)).ok).toBe(true);
    expect(await see(other.deviceId)).toEqual({ ok: false, error: 'not-found' });
    expect(gate.locationsOf(friend, 'telemetry')).toEqual([shared.locationId]);
    await change(owner, (each) =>
      revokeGrant(each, { grantId, locationId: shared.locationId, grantedBy: null }, by(owner)),
    );
    await waitFor('the revoke', async () => !(await see(shared.deviceId)).ok, 500);
    expect(gate.locationsOf(friend, 'telemetry')).toEqual([]);
  });

  it('NB-02, NB-03: membership shows every location of the organisation, its end hides them all', async () => {
    const admin = await person('Ada');
    const installer = await person('Ivo');
    const { value } = await change(admin, async (each) => {
      const organisationId = await insertOrganisation(each, 'Volt', by(admin));
      const at = { name: 'Shop', timeZone: 'Europe/Oslo', ownerPersonId: null };
      const locations = [
        await insertLocation(each, { ...at, installedByOrganisationId: organisationId }, by(admin)),
        await insertLocation(each, { ...at, installedByOrganisationId: organisationId }, by(admin)),
      ];
      return { organisationId, locations };
    });
    const joined = await change(admin, (each) =>
      insertMembership(
        each,
        { organisationId: value.organisationId, personId: installer.personId, role: 'installer' },
        by(admin),
      ),
    );
    await gate.caughtUp(joined.sequence);
    expect(gate.locationsOf(installer, 'electrical').toSorted()).toEqual(value.locations.toSorted());
    const left = await change(admin, (each) => endMembership(each, joined.value ?? '', by(admin)));
    await gate.caughtUp(left.sequence);
    expect(gate.locationsOf(installer, 'telemetry')).toEqual([]);
    expect(gate.locationsOf(admin, 'telemetry')).toHaveLength(2);
  });

  it('T8: ends what is open on a proof when it is revoked, when its time is over, and not before', async () => {
    const owner = await person('Olga');
    const friend = await person('Pia');
    const { locationId } = await locationOf(owner);
    const open = async (grantee: Principal, ends: string[]): Promise<void> => {
      const allowed = await gate.check(grantee, 'telemetry', { kind: 'location', id: locationId });
      if (!allowed.ok) throw new Error('access expected');
      const { proof } = allowed.value;
      const watched = {
        personId: grantee.personId,
        action: 'telemetry',
        target: atLocation(locationId),
        locationId: siteId(locationId),
        proof,
      } as const;
      gate.watch(watched, (end) => ends.push(end));
    };
    const ofOwner: string[] = [];
    await open(owner, ofOwner);
    const revoked: string[] = [];
    const grantId = await share(owner, locationId, friend, null);
    await open(friend, revoked);
    await change(owner, (each) => revokeGrant(each, { grantId, locationId, grantedBy: null }, by(owner)));
    await waitFor('the end of the revoked stream', () => revoked.length > 0, 500);

    const timed: string[] = [];
    await share(owner, locationId, friend, new Date(clock.now() + 4_000));
    await open(friend, timed);
    clock.advance(milliseconds(3_999));
    await waitFor('a later look', () => gate.staleness_ms() === 0);
    expect(timed).toEqual([]);
    clock.advance(milliseconds(1));
    await waitFor('the end of the expired stream', () => timed.length > 0, 500);
    expect([revoked, timed, ofOwner]).toEqual([['access-ended'], ['access-ended'], []]);
  });

  it('makes a command of an intent, with its proof, its row, its wish in the twin and its message', async () => {
    const owner = await person('Olga');
    const { locationId, deviceId } = await locationOf(owner);
    const admitted = await gate.admit(owner, { deviceId, request: light, timeout_ms: 60_000 });
    if (!admitted.ok) throw new Error(admitted.error);
    expect(admitted.value).toMatchObject({ locationId, deviceId, state: 'queued', entitlement: 'owner:1' });
    await waitFor('the message', () => sent.length === 1);
    expect(sent[0]).toMatchObject({
      commandId: admitted.value.commandId,
      siteId: locationId,
      request: light,
    });
    const { rows } = await database.pool.query(
      `SELECT desired, desired_version FROM twins WHERE device_id = $1`,
      [deviceId],
    );
    expect(rows).toEqual([{ desired: { brightness_percent: 40 }, desired_version: 1 }]);
  });

  it('T4: once a revoke is committed no command passes, even before the snapshot has seen it', async () => {
    const owner = await person('Olga');
    const friend = await person('Pia');
    const { locationId, deviceId } = await locationOf(owner);
    const grantId = await share(owner, locationId, friend, null);
    await change(owner, (each) => revokeGrant(each, { grantId, locationId, grantedBy: null }, by(owner)));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => gate.admit(friend, { deviceId, request: light, timeout_ms: 60_000 })),
    );
    expect(answers.filter((answer) => answer.ok)).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('T6: a command whose grant died is not allowed any more, also when its giver has another way', async () => {
    const owner = await person('Olga');
    const friend = await person('Pia');
    const { locationId, deviceId } = await locationOf(owner);
    const grantId = await share(owner, locationId, friend, null);
    const admitted = await gate.admit(friend, { deviceId, request: light, timeout_ms: 60_000 });
    expect(admitted.ok).toBe(true);
    const message = await waitFor('the message', () => sent[0]);
    expect(await gate.stillAllowed(message)).toBe(true);
    await change(owner, (each) => revokeGrant(each, { grantId, locationId, grantedBy: null }, by(owner)));
    await share(owner, locationId, friend, null);
    expect(await gate.stillAllowed(message)).toBe(false);
  });

  it('NB-62, T10: refuses what the right, the device or the key does not bear', async () => {
    const owner = await person('Olga');
    const partner = await person('Pia');
    const { locationId, deviceId } = await locationOf(owner);
    await share(owner, locationId, partner, null);
    const ask = (who: Principal, key: string) =>
      gate.admit(who, {
        deviceId,
        request: { action: 'change-configuration', key, value: '1' },
        timeout_ms: 60_000,
      });
    expect(await ask(owner, 'HeartbeatInterval')).toEqual({ ok: false, error: 'forbidden' });
    expect((await ask(partner, 'HeartbeatInterval')).ok).toBe(true);
    expect(await ask(partner, 'AuthorizationKey')).toEqual({ ok: false, error: 'protected-key' });
    await database.pool.query(`UPDATE devices SET kind = 'hub' WHERE id = $1`, [deviceId]);
    expect(await ask(partner, 'HeartbeatInterval')).toEqual({ ok: false, error: 'wrong-device-kind' });
  });

  it('T12: knows a change nobody rang for, and one over a hole in the log', async () => {
    const owner = await person('Olga');
    const friend = await person('Pia');
    const { locationId } = await locationOf(owner);
    const see = async () => (await gate.check(friend, 'telemetry', { kind: 'location', id: locationId })).ok;
    // Written past the one writer: no NOTIFY, and a number is skipped.
    await database.pool.query(
      `INSERT INTO grants (id, location_id, grantee_person_id, role, granted_by, granted_at)
       VALUES ($1, $2, $3, 'guest', $4, now())`,
      [randomUUID(), locationId, friend.personId, owner.personId],
    );
    await database.pool.query(
      `INSERT INTO entitlement_log (sequence, subject, subject_id, at)
       SELECT max(sequence) + 2, 'location', $1, now() FROM entitlement_log`,
      [locationId],
    );
    await waitFor('the reload', see);
  });

  it('T12: fails closed while the log cannot be read, and recovers when the server is back', async () => {
    const owner = await person('Olga');
    const { locationId, deviceId } = await locationOf(owner);
    const ends: string[] = [];
    const allowed = await gate.check(owner, 'telemetry', { kind: 'location', id: locationId });
    if (!allowed.ok) throw new Error('access expected');
    const { proof } = allowed.value;
    const target = atLocation(locationId);
    gate.watch({ ...owner, action: 'telemetry', target, locationId: siteId(locationId), proof }, (end) =>
      ends.push(end),
    );

    await database.pool.query('ALTER TABLE entitlement_log RENAME TO entitlement_log_away');
    try {
      await waitFor('a failed read', () => errors.length > 0);
      clock.advance(milliseconds(1_001));
      const intent = { deviceId, request: light, timeout_ms: 60_000 };
      expect(await gate.admit(owner, intent)).toEqual({ ok: false, error: 'entitlements-stale' });
      expect(sent).toEqual([]);
      clock.advance(seconds(4));
      expect(await gate.check(owner, 'telemetry', { kind: 'location', id: locationId })).toEqual({
        ok: false,
        error: 'entitlements-stale',
      });
      await waitFor('the end of the stream', () => ends.length > 0);
      expect(ends).toEqual(['entitlements-stale']);
    } finally {
      await database.pool.query('ALTER TABLE entitlement_log_away RENAME TO entitlement_log');
    }
    await waitFor('the recovery', () => gate.staleness_ms() < 1_000);
    expect((await gate.admit(owner, { deviceId, request: light, timeout_ms: 60_000 })).ok).toBe(true);
  });

  it('T12: survives the loss of its connection', async () => {
    const owner = await person('Olga');
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    const { locationId } = await waitFor('a connection', () => locationOf(owner).catch(() => null));
    expect(gate.locationsOf(owner, 'telemetry')).toEqual([locationId]);
  });
});
