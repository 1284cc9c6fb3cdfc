import { createHash } from 'node:crypto';
import type { Pool } from '#libs/store/pool.js';

/** How many of each there are. Locations have the same number of devices and of grants each. */
export interface Population {
  readonly organisations: number;
  readonly people: number;
  readonly memberships: number;
  readonly locations: number;
  readonly devices: number;
  readonly grants: number;
}

/** The UUID that `md5(text)::uuid` gives in PostgreSQL. */
export function uuidOf(text: string): string {
  const digits = createHash('md5').update(text).digest('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * Fills the tables with people, organisations, locations, devices and grants. Location l belongs to person l, was installed
 * by organisation l, and has three of six grants to organisations, the others to people (each number modulo how many there are).
 */
export async function populate(pool: Pool, population: Population): Promise<void> {
  const { organisations, people, memberships, locations, devices, grants } = population;
  const client = await pool.connect();
  try {
    // Foreign keys hold by construction; checking them a million times is not what is measured.
    await client.query(`SET session_replication_role = replica`);
    await client.query(
      `INSERT INTO identity."user" (id, name, email, "emailVerified")
       SELECT 'person-' || i, 'Person ' || i, 'person-' || i || '@example.test', TRUE FROM generate_series(0, $1::int - 1) i`,
      [people],
    );
    await client.query(
      `INSERT INTO organisations (id, name) SELECT md5('o' || i)::uuid, 'Organisation ' || i FROM generate_series(0, $1::int - 1) i`,
      [organisations],
    );
    await client.query(
      `INSERT INTO memberships (id, organisation_id, person_id, role)
       SELECT md5('m' || i)::uuid, md5('o' || i % $2::int)::uuid, 'person-' || i % $3::int,
              CASE WHEN i % 4 = 0 THEN 'administrator' ELSE 'installer' END FROM generate_series(0, $1::int - 1) i`,
      [memberships, organisations, people],
    );
    await client.query(
      `INSERT INTO locations (id, name, time_zone, owner_person_id, installed_by_organisation_id)
       SELECT md5('l' || i)::uuid, 'Location ' || i, 'Europe/Oslo', 'person-' || i % $2::int, md5('o' || i % $3::int)::uuid
         FROM generate_series(0, $1::int - 1) i`,
      [locations, people, organisations],
    );
    await client.query(
      `INSERT INTO devices (id, location_id, kind, identity, name)
       SELECT md5('d' || i)::uuid, md5('l' || i % $2::int)::uuid, 'charger', 'device-' || i, 'Device ' || i
         FROM generate_series(0, $1::int - 1) i`,
      [devices, locations],
    );
    await client.query(
      `INSERT INTO grants (id, location_id, grantee_person_id, grantee_organisation_id, role, granted_by, granted_at)
       SELECT md5('g' || i)::uuid, md5('l' || i % $2::int)::uuid,
              CASE WHEN i % 2 = 0 THEN 'person-' || (i * 7 + i / $2::int * 1001 + 1) % $3::int END,
              CASE WHEN i % 2 = 1 THEN md5('o' || (i * 3 + i / $2::int * 17 + 1) % $4::int)::uuid END,
              CASE WHEN i % 2 = 0 THEN 'guest' ELSE 'partner' END, 'person-' || i % $3::int, now()
         FROM generate_series(0, $1::int - 1) i`,
      [grants, locations, people, organisations],
    );
    await client.query(`SET session_replication_role = DEFAULT`);
    await client.query('ANALYZE');
  } finally {
    client.release();
  }
}

/** Whom grant i was given to: a person when i is even, an organisation when it is odd. */
export const granteeOf = ({ people, organisations, locations }: Population, grant: number): number => {
  const round = Math.floor(grant / locations);
  return grant % 2 === 0
    ? (grant * 7 + round * 1_001 + 1) % people
    : (grant * 3 + round * 17 + 1) % organisations;
};

/** One question: may this person do this to that device? */
export interface Question {
  readonly person: string;
  readonly action: 'telemetry' | 'comfort' | 'electrical';
  readonly device: number;
}

/** Questions in a fixed shuffle: owners, guests, members and strangers in turn. */
export function questionsFor(population: Population, count: number): readonly Question[] {
  const { people, locations, devices, grants, memberships, organisations } = population;
  const actions = ['telemetry', 'comfort', 'electrical'] as const;
  let state = 12_345;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
  return Array.from({ length: count }, (_, index) => {
    const device = draw(devices);
    const location = device % locations;
    const grant = (location - (location % 2) + locations * draw(Math.floor(grants / locations))) % grants;
    const colleague =
      (location % organisations) + organisations * draw(Math.floor(memberships / organisations));
    const who = [location % people, granteeOf(population, grant), colleague % people, draw(people)];
    return { person: `person-${who[index % 4]}`, action: actions[draw(3)] ?? 'telemetry', device };
  });
}
