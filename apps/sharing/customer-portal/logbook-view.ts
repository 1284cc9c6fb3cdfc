import type { z } from 'zod';
import type {
  logbookEntrySchema,
  portalLocationSchema,
} from '#libs/contracts/http/customer-portal-routes.js';
import type { DocumentRow } from '#libs/store/documents.js';
import type { PortalInstallation, PortalLocation } from '#libs/store/portal-view.js';

export const portalLocation = (
  location: PortalLocation,
  installations: readonly PortalInstallation[],
): z.input<typeof portalLocationSchema> => ({
  ...location,
  installations: installations
    .filter(({ locationId }) => locationId === location.locationId)
    .map(({ installationId, name, description, buildingName }) => ({
      installationId,
      name,
      description,
      building: buildingName,
    })),
});

/** CS-25, CP-17: signed by the letterhead alone; neither the subcontractor behind it nor any person is named. */
export const logbookEntry = (document: DocumentRow): z.input<typeof logbookEntrySchema> => {
  const { content } = document;
  return {
    documentId: document.documentId,
    kind: content.kind,
    title: content.title,
    text: content.text,
    madeAt: document.madeAt.toISOString(),
    by: document.letterheadName,
    workOrder:
      content.kind === 'work-order'
        ? {
            state: content.state,
            doneAt: content.doneAt?.toISOString() ?? null,
            activities: [...content.activities],
          }
        : null,
    certificate:
      content.kind === 'certificate'
        ? { inspection: content.inspection, validUntil: content.validUntil }
        : null,
  };
};
