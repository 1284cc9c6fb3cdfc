import type { LocationAction } from '#libs/entitlements/action.js';
import { waysTo } from '#libs/entitlements/decide.js';
import { atLocation } from '#libs/entitlements/facts.js';
import { leadingRoles } from '#libs/entitlements/role.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { membersOf } from '#libs/store/organisations.js';
import type { Queryable } from '#libs/store/pool.js';
import type { WebhookEventType } from '#libs/store/webhooks.js';
import { personId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';

const rightFor = (type: WebhookEventType): LocationAction =>
  type.startsWith('session.') ? 'history' : type.startsWith('alert.') ? 'events' : 'telemetry';

/** T9: may the organisation still be told this of that location? It may while one who leads it may read it as its member. */
export async function mayBeTold(
  client: Queryable,
  organisationId: string,
  type: WebhookEventType,
  locationId: string,
  now: EpochMilliseconds,
): Promise<boolean> {
  const place = atLocation(locationId);
  for (const member of await membersOf(client, organisationId)) {
    if (!leadingRoles.has(member.role)) continue;
    const facts = await readFactsAround(client, member.personId, place);
    const may = waysTo(facts, personId(member.personId), rightFor(type), place, now).some(
      ({ extent, proof }) =>
        extent === 'all' &&
        ((proof.kind === 'membership' && proof.organisationId === organisationId) ||
          (proof.kind === 'grant' && proof.through?.organisationId === organisationId)),
    );
    if (may) return true;
  }
  return false;
}
