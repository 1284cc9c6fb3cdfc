import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { DocumentKind } from '#libs/contracts/document.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem } from '#libs/platform/http/problems.js';
import type { FileAnswer } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { documentById, documentPage, type DocumentRow } from '#libs/store/documents.js';
import { organisationsOf } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { fileOf } from './document-file.js';
import type { Reader } from './document-view.js';

/** Reading documents of one kind; the route has decided that the reader may. */
@Injectable()
export class DocumentReading {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  async reader(personId: PersonId): Promise<Reader> {
    const organisations = await organisationsOf(this.pool, personId);
    return { personId, organisationIds: organisations.map(({ organisationId }) => organisationId) };
  }

  async page<Item>(
    installationId: string,
    kind: DocumentKind,
    query: { readonly cursor?: string | undefined; readonly limit: number },
    toItem: (document: DocumentRow) => Item,
  ): Promise<{ items: Item[]; nextCursor: string | null }> {
    const after = decodeCursor(kind, [z.iso.datetime(), z.uuid()], query.cursor);
    const rows = await documentPage(
      this.pool,
      installationId,
      kind,
      after && { madeAt: new Date(after[0]), documentId: after[1] },
      query.limit + 1,
    );
    return pageOf(rows, query.limit, toItem, (row) =>
      encodeCursor(kind, [row.madeAt.toISOString(), row.documentId]),
    );
  }

  async one(installationId: string, documentId: string, kind: DocumentKind): Promise<DocumentRow> {
    const document = await documentById(this.pool, installationId, documentId);
    if (document?.content.kind !== kind) throw problem('not-found');
    return document;
  }

  async file(installationId: string, documentId: string, kind: DocumentKind): Promise<FileAnswer> {
    return fileOf(this.pool, await this.one(installationId, documentId, kind));
  }
}
