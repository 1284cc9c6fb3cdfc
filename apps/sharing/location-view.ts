import type { z } from 'zod';
import type { locationSchema } from '#libs/contracts/http/location-routes.js';
import { atLocation } from '#libs/entitlements/facts.js';
import { roleCodeOf } from '#libs/entitlements/role-code.js';
import type { Gate } from '#libs/gate/gate.js';
import type { LocationDetails } from '#libs/store/locations.js';
import type { PersonId } from '#libs/units/identifiers.js';

/** A location as this person sees it; null when the right ended in between. */
export function locationView(
  gate: Gate,
  person: PersonId,
  details: LocationDetails,
): z.input<typeof locationSchema> | null {
  const here = atLocation(details.locationId);
  const sight = gate.explain(person, 'telemetry', here);
  if (!sight.allowed) return null;
  return {
    locationId: details.locationId,
    name: details.name,
    timeZone: details.timeZone,
    createdAt: details.createdAt.toISOString(),
    owner:
      details.ownerPersonId === null
        ? null
        : { personId: details.ownerPersonId, name: details.ownerName ?? '' },
    installedBy:
      details.organisationId === null
        ? null
        : { organisationId: details.organisationId, name: details.organisationName ?? '' },
    partnersMayShare: details.partnersMayShare,
    deviceCount: details.deviceCount,
    allowed: [...gate.actionsAt(person, here)],
    through: sight.proof.kind,
    roleCode: roleCodeOf(sight.role),
  };
}
