import { Inject, Injectable } from '@nestjs/common';
import { problem } from '#libs/platform/http/problems.js';
import { POOL } from '#libs/platform/tokens.js';
import { letterheadOfOrganisation, setLetterhead, type Letterhead } from '#libs/store/letterheads.js';
import { organisationName } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireOrganisationRight } from '../changes.js';
import { isPrintable } from './logo.js';
import { nameAlone } from './paper.js';

/** What stands at the head of an organisation's documents; its administrators set it. */
@Injectable()
export class Letterheads {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  async read(organisationId: string): Promise<Letterhead> {
    const set = await letterheadOfOrganisation(this.pool, organisationId);
    return set ?? nameAlone((await organisationName(this.pool, organisationId)) ?? '');
  }

  async set(actor: PersonId, organisationId: string, wanted: Letterhead): Promise<Letterhead> {
    if (wanted.logo && !isPrintable(wanted.logo)) throw problem('unusable-logo');
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-members', organisationId);
      await setLetterhead(work.client, organisationId, wanted, work.by);
      const { logo, ...words } = wanted;
      await work.audit({
        action: 'letterhead-set',
        entitlement,
        organisationId,
        subjectId: organisationId,
        detail: { ...words, logo: logo !== null },
      });
      return wanted;
    });
  }
}
