import { randomUUID } from 'node:crypto';
import type { Activity, DocumentKind, WorkOrderState } from '#libs/contracts/document.js';
import type { BrandingLink } from '#libs/entitlements/branding.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export interface WorkOrderContent {
  readonly kind: 'work-order';
  readonly title: string;
  readonly text: string;
  readonly state: WorkOrderState;
  readonly doneAt: Date | null;
  readonly activities: readonly Activity[];
}

export interface CertificateContent {
  readonly kind: 'certificate';
  readonly title: string;
  readonly text: string;
  readonly inspection: string;
  /** The last day it is good for, e.g. 2027-06-30; null: without end. */
  readonly validUntil: string | null;
}

export type DocumentContent = WorkOrderContent | CertificateContent;

/** Who made it, and whose name it carries. Both stay with it. */
export interface Authorship {
  readonly madeByOrganisationId: string | null;
  readonly madeByName: string;
  readonly letterheadOrganisationId: string | null;
  readonly letterheadName: string;
}

export interface DocumentRow extends Authorship {
  readonly documentId: string;
  readonly installationId: string;
  readonly madeByPersonId: string;
  readonly madeAt: Date;
  readonly changedAt: Date;
  readonly letterheadId: string | null;
  readonly content: DocumentContent;
}

interface Row extends Omit<DocumentRow, 'content'> {
  readonly kind: DocumentKind;
  readonly title: string;
  readonly text: string;
  readonly state: WorkOrderState | null;
  readonly doneAt: Date | null;
  readonly activities: readonly Activity[] | null;
  readonly inspection: string | null;
  readonly validUntil: string | null;
}

const columns = `id AS "documentId", kind, installation_id AS "installationId", title, text, state, done_at AS "doneAt",
  activities, inspection, valid_until::text AS "validUntil", made_at AS "madeAt", changed_at AS "changedAt",
  made_by AS "madeByPersonId", made_by_organisation_id AS "madeByOrganisationId", made_by_name AS "madeByName",
  letterhead_organisation_id AS "letterheadOrganisationId", letterhead_name AS "letterheadName",
  letterhead_id AS "letterheadId"`;

function documentRow(row: Row): DocumentRow {
  const { kind, title, text, state, doneAt, activities, inspection, validUntil, ...rest } = row;
  const content: DocumentContent =
    kind === 'work-order'
      ? { kind, title, text, state: state ?? 'planned', doneAt, activities: activities ?? [] }
      : { kind, title, text, inspection: inspection ?? '', validUntil };
  return { ...rest, content };
}

export interface DocumentPosition {
  readonly madeAt: Date;
  readonly documentId: string;
}

/** The installation's documents of this kind, or of both, newest first, behind `after`. */
export async function documentPage(
  client: Queryable,
  installationId: string,
  kind: DocumentKind | null,
  after: DocumentPosition | null,
  count: number,
): Promise<readonly DocumentRow[]> {
  const { rows } = await client.query<Row>(
    `SELECT ${columns} FROM documents
      WHERE installation_id = $1 AND ($2::text IS NULL OR kind = $2)
        AND ($3::timestamptz IS NULL OR (made_at, id) < ($3, $4::uuid))
      ORDER BY made_at DESC, id DESC LIMIT $5`,
    [installationId, kind, after?.madeAt ?? null, after?.documentId ?? null, count],
  );
  return rows.map(documentRow);
}

/** A document of that very installation. */
export async function documentById(
  client: Queryable,
  installationId: string,
  documentId: string,
): Promise<DocumentRow | null> {
  const { rows } = await client.query<Row>(
    `SELECT ${columns} FROM documents WHERE id = $1 AND installation_id = $2`,
    [documentId, installationId],
  );
  return rows[0] ? documentRow(rows[0]) : null;
}

const valuesOf = (content: DocumentContent): unknown[] =>
  content.kind === 'work-order'
    ? [
        content.title,
        content.text,
        content.state,
        content.doneAt,
        JSON.stringify(content.activities),
        null,
        null,
      ]
    : [content.title, content.text, null, null, null, content.inspection, content.validUntil];

/** Keeps the document with the letterhead that the organisation it names has at this instant. */
export async function insertDocument(
  client: Queryable,
  document: { readonly installationId: string; readonly content: DocumentContent } & Authorship,
  by: By,
): Promise<string> {
  const documentId = randomUUID();
  await client.query(
    `INSERT INTO documents (id, kind, installation_id, title, text, state, done_at, activities, inspection, valid_until,
       made_at, changed_at, made_by, made_by_organisation_id, made_by_name, letterhead_organisation_id, letterhead_name,
       letterhead_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16,
       (SELECT letterhead_id FROM organisations WHERE id = $15))`,
    [
      documentId,
      document.content.kind,
      document.installationId,
      ...valuesOf(document.content),
      by.at,
      by.personId,
      document.madeByOrganisationId,
      document.madeByName,
      document.letterheadOrganisationId,
      document.letterheadName,
    ],
  );
  return documentId;
}

/** New content; maker and letterhead stay. */
export async function updateDocument(
  client: Queryable,
  documentId: string,
  content: DocumentContent,
  at: Date,
): Promise<void> {
  await client.query(
    `UPDATE documents SET title = $2, text = $3, state = $4, done_at = $5, activities = $6, inspection = $7,
       valid_until = $8, changed_at = $9 WHERE id = $1`,
    [documentId, ...valuesOf(content), at],
  );
}

export async function deleteDocument(client: Queryable, documentId: string): Promise<void> {
  await client.query('DELETE FROM documents WHERE id = $1', [documentId]);
}

/** The grant and those it was passed on from, it first. */
export async function brandingChain(client: Queryable, grantId: string): Promise<readonly BrandingLink[]> {
  const { rows } = await client.query<BrandingLink>(
    `WITH RECURSIVE chain AS (
       SELECT g.*, 0 AS depth FROM grants g WHERE id = $1
       UNION ALL
       SELECT parent.*, chain.depth + 1 FROM grants parent JOIN chain ON chain.parent_grant_id = parent.id
        WHERE chain.depth < 100)
     SELECT role, branded, granted_by_organisation_id AS "grantedByOrganisationId" FROM chain ORDER BY depth`,
    [grantId],
  );
  return rows;
}

/** Where an installation stands, as a document names it. */
export interface DocumentPlace {
  readonly installationName: string;
  readonly locationName: string;
  readonly buildingName: string | null;
  readonly address: string | null;
  readonly timeZone: string;
}

export async function placeOfInstallation(
  client: Queryable,
  installationId: string,
): Promise<DocumentPlace | null> {
  const { rows } = await client.query<DocumentPlace>(
    `SELECT i.name AS "installationName", l.name AS "locationName", b.name AS "buildingName", l.address,
            l.time_zone AS "timeZone"
       FROM installations i JOIN locations l ON l.id = i.location_id LEFT JOIN buildings b ON b.id = i.building_id
      WHERE i.id = $1`,
    [installationId],
  );
  return rows[0] ?? null;
}
