import { createMongoAbility, subject, type MongoAbility, type RawRuleOf } from '@casl/ability';
import { newEnforcer, newModelFromString, type Enforcer } from 'casbin';
import { locationActions } from '#libs/entitlements/action.js';
import { locationMatrix } from '#libs/entitlements/matrix.js';
import type { LocationRole } from '#libs/entitlements/role.js';
import type { Pool } from '#libs/store/pool.js';
import { granteeOf, uuidOf, type Population, type Question } from './population.js';

/** The facts of a population as the peers take them, counted as `populate` does. */
const allowed = (role: LocationRole): readonly string[] =>
  locationActions.filter((action) => ['all', 'own'].includes(locationMatrix[role][action]));

/** Roles that a person has by location, from the same arithmetic as the tables. */
export function rolesOf(population: Population): Map<string, Map<number, LocationRole[]>> {
  const { people, locations, grants, memberships, organisations } = population;
  const roles = new Map<string, Map<number, LocationRole[]>>();
  const add = (person: number, location: number, role: LocationRole): void => {
    const name = `person-${person}`;
    let byLocation = roles.get(name);
    if (!byLocation) roles.set(name, (byLocation = new Map()));
    const here = byLocation.get(location);
    if (here) here.push(role);
    else byLocation.set(location, [role]);
  };
  const members = new Map<number, { person: number; role: LocationRole }[]>();
  for (let index = 0; index < memberships; index++) {
    const organisation = index % organisations;
    const list = members.get(organisation) ?? [];
    list.push({ person: index % people, role: index % 4 === 0 ? 'administrator' : 'installer' });
    members.set(organisation, list);
  }
  for (let location = 0; location < locations; location++) {
    add(location % people, location, 'owner');
    for (const { person, role } of members.get(location % organisations) ?? []) add(person, location, role);
  }
  for (let grant = 0; grant < grants; grant++) {
    const location = grant % locations;
    if (grant % 2 === 0) add(granteeOf(population, grant), location, 'guest');
    else {
      for (const { person } of members.get(granteeOf(population, grant)) ?? [])
        add(person, location, 'partner');
    }
  }
  return roles;
}

/** CASL: one ability for each person that asks, made before the clock runs. */
export function caslCheck(
  population: Population,
  roles: ReturnType<typeof rolesOf>,
): (question: Question) => boolean {
  const abilities = new Map<string, MongoAbility>();
  const abilityOf = (person: string): MongoAbility => {
    let ability = abilities.get(person);
    if (!ability) {
      const rules: RawRuleOf<MongoAbility>[] = [...(roles.get(person) ?? [])].flatMap(([location, held]) =>
        held.map((role) => ({
          action: [...allowed(role)],
          subject: 'Device',
          conditions: { location },
        })),
      );
      abilities.set(person, (ability = createMongoAbility(rules)));
    }
    return ability;
  };
  return ({ person, action, device }) =>
    abilityOf(person).can(action, subject('Device', { location: device % population.locations }));
}

const model = `
[request_definition]
r = sub, dom, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && g(r.sub, p.sub, r.dom)
`;

/** node-casbin: RBAC with the location as domain; its role manager holds every role of every person. */
export async function casbinCheck(
  population: Population,
  roles: ReturnType<typeof rolesOf>,
): Promise<(question: Question) => Promise<boolean>> {
  const enforcer: Enforcer = await newEnforcer(newModelFromString(model));
  const held: LocationRole[] = ['owner', 'administrator', 'installer', 'partner', 'guest'];
  await enforcer.addPolicies(held.flatMap((role) => allowed(role).map((action) => [role, action])));
  const manager = enforcer.getRoleManager();
  for (const [person, byLocation] of roles) {
    for (const [location, here] of byLocation) {
      for (const role of here) await manager.addLink(person, role, `location-${location}`);
    }
  }
  return ({ person, action, device }) =>
    enforcer.enforce(person, `location-${device % population.locations}`, action);
}

/** The same decision as one query: up the tree from the device, and over memberships and grants there. */
const recursiveCheck = `
WITH RECURSIVE up (kind, id) AS (
  SELECT 'device', $2::uuid
  UNION ALL
  SELECT step.kind, step.id FROM up CROSS JOIN LATERAL (
    SELECT CASE WHEN d.installation_id IS NULL THEN 'location' ELSE 'installation' END AS kind,
           COALESCE(d.installation_id, d.location_id) AS id FROM devices d WHERE up.kind = 'device' AND d.id = up.id
    UNION ALL
    SELECT 'location', i.location_id FROM installations i WHERE up.kind = 'installation' AND i.id = up.id
    UNION ALL
    SELECT 'customer', l.customer_id FROM locations l
     WHERE up.kind = 'location' AND l.id = up.id AND l.customer_id IS NOT NULL) step
), held (role) AS (
  SELECT 'owner' FROM up JOIN locations l ON up.kind = 'location' AND l.id = up.id WHERE l.owner_person_id = $1
  UNION ALL
  SELECT m.role FROM up JOIN locations l ON up.kind = 'location' AND l.id = up.id
    JOIN memberships m ON m.organisation_id = l.installed_by_organisation_id AND m.person_id = $1 AND m.removed_at IS NULL
  UNION ALL
  SELECT g.role FROM up JOIN grants g ON g.location_id = up.id AND g.revoked_at IS NULL
   WHERE g.suspended_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now())
     AND (g.grantee_person_id = $1 OR EXISTS (
       SELECT 1 FROM memberships m
        WHERE m.organisation_id = g.grantee_organisation_id AND m.person_id = $1 AND m.removed_at IS NULL))
)
SELECT EXISTS (SELECT 1 FROM held WHERE role = ANY($3)) AS allowed`;

export function sqlCheck(pool: Pool): (question: Question) => Promise<boolean> {
  const rolesWith = new Map(
    locationActions.map((action) => [
      action,
      (Object.keys(locationMatrix) as LocationRole[]).filter((role) => allowed(role).includes(action)),
    ]),
  );
  return async ({ person, action, device }) => {
    const { rows } = await pool.query<{ allowed: boolean }>({
      name: 'recursive-check',
      text: recursiveCheck,
      values: [person, uuidOf(`d${device}`), rolesWith.get(action)],
    });
    return rows[0]?.allowed ?? false;
  };
}
