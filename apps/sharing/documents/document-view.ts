import type { z } from 'zod';
import type { certificateSchema, workOrderSchema } from '#libs/contracts/http/document-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import type { DocumentRow } from '#libs/store/documents.js';

/** Who reads: in which organisations he is a member. */
export interface Reader {
  readonly personId: string;
  readonly organisationIds: readonly string[];
}

const made = (document: DocumentRow, reader: Reader) => ({
  installationId: document.installationId,
  madeAt: document.madeAt.toISOString(),
  changedAt: document.changedAt.toISOString(),
  madeBy: {
    personId: document.madeByPersonId,
    organisationId: document.madeByOrganisationId,
    name: document.madeByName,
  },
  letterhead: { organisationId: document.letterheadOrganisationId, name: document.letterheadName },
  yours:
    document.madeByOrganisationId === null
      ? document.madeByPersonId === reader.personId
      : reader.organisationIds.includes(document.madeByOrganisationId),
});

export function workOrderView(document: DocumentRow, reader: Reader): z.input<typeof workOrderSchema> {
  const { content } = document;
  if (content.kind !== 'work-order') throw problem('not-found');
  return {
    workOrderId: document.documentId,
    title: content.title,
    description: content.text,
    state: content.state,
    doneAt: content.doneAt?.toISOString() ?? null,
    activities: [...content.activities],
    ...made(document, reader),
  };
}

export function certificateView(document: DocumentRow, reader: Reader): z.input<typeof certificateSchema> {
  const { content } = document;
  if (content.kind !== 'certificate') throw problem('not-found');
  return {
    certificateId: document.documentId,
    title: content.title,
    inspection: content.inspection,
    findings: content.text,
    validUntil: content.validUntil,
    ...made(document, reader),
  };
}
