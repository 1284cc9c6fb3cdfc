import { leadingRoles } from '#libs/entitlements/role.js';
import type { Language } from './person-settings.js';
import type { Queryable } from './pool.js';

export interface AlertRecipient {
  readonly personId: string;
  readonly email: string;
  readonly language: Language;
}

/** NB-97: the owner of a location and the administrators of the organisation that installed it, as they are now. */
export async function alertRecipients(
  client: Queryable,
  locationId: string,
): Promise<readonly AlertRecipient[]> {
  const { rows } = await client.query<AlertRecipient>(
    `SELECT u.id AS "personId", u.email, coalesce(s.language, 'en') AS language
       FROM locations l JOIN identity."user" u ON u.id = l.owner_person_id OR EXISTS (
              SELECT FROM memberships m WHERE m.organisation_id = l.installed_by_organisation_id
                 AND m.person_id = u.id AND m.removed_at IS NULL AND m.role = ANY($2))
       LEFT JOIN person_settings s ON s.person_id = u.id
      WHERE l.id = $1 AND u."emailVerified" ORDER BY u.id`,
    [locationId, [...leadingRoles]],
  );
  return rows;
}
