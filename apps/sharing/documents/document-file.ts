import type { FileAnswer } from '#libs/platform/http/route-request.js';
import { problem } from '#libs/platform/http/problems.js';
import { placeOfInstallation, type DocumentRow } from '#libs/store/documents.js';
import { letterheadById } from '#libs/store/letterheads.js';
import type { Queryable } from '#libs/store/pool.js';
import { paperOf } from './paper.js';
import { renderPdf } from './pdf-page.js';

/** The document as PDF, with the letterhead that was decided when it was made. */
export async function fileOf(client: Queryable, document: DocumentRow): Promise<FileAnswer> {
  const place = await placeOfInstallation(client, document.installationId);
  if (!place) throw problem('not-found');
  const letterhead =
    document.letterheadId === null ? null : await letterheadById(client, document.letterheadId);
  return {
    bytes: await renderPdf(paperOf(document, place, letterhead)),
    fileName: `${document.content.kind}-${document.documentId.slice(0, 8)}.pdf`,
  };
}
