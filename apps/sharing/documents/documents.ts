import { Inject, Injectable } from '@nestjs/common';
import { letterheadOf } from '#libs/entitlements/branding.js';
import { waysTo } from '#libs/entitlements/decide.js';
import type { EntitlementTable } from '#libs/entitlements/entitlement-table.js';
import type { Scope } from '#libs/entitlements/facts.js';
import type { Proof } from '#libs/entitlements/proof.js';
import { problem } from '#libs/platform/http/problems.js';
import {
  brandingChain,
  deleteDocument,
  documentById,
  insertDocument,
  updateDocument,
  type Authorship,
  type DocumentContent,
  type DocumentRow,
} from '#libs/store/documents.js';
import { installationById } from '#libs/store/installations.js';
import { membersOf, organisationName } from '#libs/store/organisations.js';
import { personById } from '#libs/store/people.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireRightOn, type Work } from '../changes.js';

const atInstallation = (id: string): Scope => ({ kind: 'installation', id });

/** Work orders and certificates: who makes them, for whom, and in whose name (CS-25, CS-36). */
@Injectable()
export class Documents {
  constructor(@Inject(Changes) private readonly changes: Changes) {}

  /** @param onBehalfOf one of the actor's organisations with access; null: the first that has it */
  make(
    actor: PersonId,
    installationId: string,
    content: DocumentContent,
    onBehalfOf: string | null,
  ): Promise<DocumentRow> {
    return this.changes.run(actor, async (work) => {
      const { facts, entitlement } = await requireRightOn(work, 'work', atInstallation(installationId));
      const author = await authorship(work, facts, installationId, onBehalfOf);
      const documentId = await insertDocument(work.client, { installationId, content, ...author }, work.by);
      await this.audit(work, `${content.kind}-made`, entitlement, installationId, documentId, author);
      return found(await documentById(work.client, installationId, documentId));
    });
  }

  change(
    actor: PersonId,
    installationId: string,
    documentId: string,
    content: DocumentContent,
  ): Promise<DocumentRow> {
    return this.changes.run(actor, async (work) => {
      const { document, entitlement } = await this.own(work, installationId, documentId, content.kind);
      await updateDocument(work.client, documentId, content, work.by.at);
      await this.audit(work, `${content.kind}-changed`, entitlement, installationId, documentId, document);
      return found(await documentById(work.client, installationId, documentId));
    });
  }

  remove(
    actor: PersonId,
    installationId: string,
    documentId: string,
    kind: DocumentContent['kind'],
  ): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { document, entitlement } = await this.own(work, installationId, documentId, kind);
      await deleteDocument(work.client, documentId);
      await this.audit(work, `${kind}-deleted`, entitlement, installationId, documentId, document);
    });
  }

  /** CS-36: another's documents are nobody else's to change, whatever right he has here. */
  private async own(
    work: Work,
    installationId: string,
    documentId: string,
    kind: DocumentContent['kind'],
  ): Promise<{ readonly document: DocumentRow; readonly entitlement: string }> {
    const { entitlement } = await requireRightOn(work, 'work', atInstallation(installationId));
    const document = found(await documentById(work.client, installationId, documentId));
    if (document.content.kind !== kind) throw problem('not-found');
    const organisationId = document.madeByOrganisationId;
    const colleagues = organisationId === null ? [] : await membersOf(work.client, organisationId);
    const mine =
      organisationId === null
        ? document.madeByPersonId === work.actor
        : colleagues.some(({ personId }) => personId === work.actor);
    if (!mine) throw problem('forbidden');
    return { document, entitlement };
  }

  private async audit(
    work: Work,
    action: string,
    entitlement: string,
    installationId: string,
    documentId: string,
    { madeByOrganisationId, letterheadOrganisationId }: Authorship,
  ): Promise<void> {
    const installation = await installationById(work.client, installationId);
    await work.audit({
      action,
      entitlement,
      ...(installation ? { locationId: installation.locationId } : {}),
      ...(madeByOrganisationId === null ? {} : { organisationId: madeByOrganisationId }),
      subjectId: documentId,
      detail: { installationId, letterheadOrganisationId },
    });
  }
}

/** The organisation through which a proof holds; null: the person's own access. */
function organisationOf(proof: Proof): string | null {
  if (proof.kind === 'membership') return proof.organisationId;
  return proof.kind === 'grant' ? (proof.through?.organisationId ?? null) : null;
}

/** For whom the actor works here, and whose name the paper carries; of the ways that are open at this instant. */
async function authorship(
  work: Work,
  facts: EntitlementTable,
  installationId: string,
  onBehalfOf: string | null,
): Promise<Authorship> {
  const open = waysTo(facts, work.actor, 'work', atInstallation(installationId), work.now)
    .filter(({ missing }) => missing === null)
    .map(({ proof }) => proof);
  const chosen = onBehalfOf ?? open.map(organisationOf).find((id) => id !== null) ?? null;
  const ways = open.filter((proof) => organisationOf(proof) === chosen);
  if (ways.length === 0) throw problem('unknown-organisation');
  const madeByName = await nameOf(work, chosen);
  const granter = chosen === null ? null : await brandOf(work, ways);
  return {
    madeByOrganisationId: chosen,
    madeByName,
    letterheadOrganisationId: granter ?? chosen,
    letterheadName: granter === null ? madeByName : await nameOf(work, granter),
  };
}

/** CS-25: the grantor's, when one of the grants the organisation works under says so and it is not its own location. */
async function brandOf({ client }: Work, ways: readonly Proof[]): Promise<string | null> {
  if (ways.some(({ kind }) => kind === 'membership')) return null;
  for (const way of ways) {
    if (way.kind !== 'grant') continue;
    const brand = letterheadOf(await brandingChain(client, way.grantId));
    if (brand !== null) return brand;
  }
  return null;
}

async function nameOf({ client, actor }: Work, organisationId: string | null): Promise<string> {
  if (organisationId !== null) return (await organisationName(client, organisationId)) ?? '';
  return (await personById(client, actor))?.name ?? '';
}

function found(document: DocumentRow | null): DocumentRow {
  if (!document) throw problem('not-found');
  return document;
}
