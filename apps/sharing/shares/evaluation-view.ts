import type { z } from 'zod';
import type { shareCandidateSchema, sharePreviewSchema } from '#libs/contracts/http/share-schemas.js';
import type { ShareCandidate } from '#libs/store/share-objects.js';
import type { Planned } from './share-plan.js';

export function candidateView(row: ShareCandidate): z.input<typeof shareCandidateSchema> {
  return {
    kind: row.kind,
    id: row.objectId,
    name: row.name,
    organisation: { organisationId: row.organisationId, name: row.organisationName },
    customer: row.customerId === null ? null : { customerId: row.customerId, name: row.customerName ?? '' },
    location: row.locationId === null ? null : { locationId: row.locationId, name: row.locationName ?? '' },
  };
}

export function plannedView(object: Planned): z.input<typeof sharePreviewSchema>['objects'][number] {
  const { expiresAt, actions, hours, maximumCurrent_A } = object.limits;
  return {
    kind: object.kind,
    id: object.id,
    name: object.name,
    parentGrantId: object.parentGrantId,
    limits: {
      expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      actions: actions && [...actions],
      hours: hours && {
        timeZone: hours.timeZone,
        ranges: hours.ranges.map((range) => ({ ...range, days: [...range.days] })),
      },
      maximumCurrent_A,
    },
    contains: object.contains.map(({ kind, id, name }) => ({ kind, id, name })),
  };
}
