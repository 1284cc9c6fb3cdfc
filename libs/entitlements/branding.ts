import type { GrantRole } from './role.js';

/** One grant of a chain, as far as the name on documents goes. */
export interface BrandingLink {
  readonly role: GrantRole;
  /** CS-19: work done under it carries the granter's name. */
  readonly branded: boolean;
  /** Null: the granter acted for himself, who has no letterhead. */
  readonly grantedByOrganisationId: string | null;
}

/** CS-19, CS-27: the option exists for these two; an installation manager works under his own name. */
const brandable: ReadonlySet<GrantRole> = new Set(['subcontractor', 'borrower']);

/**
 * Whose name a document carries that is made under a grant; null: its maker's own. @param chain from the grant the maker
 * works under outwards to the one it all began with. The outermost wins: who works in another's name cannot have others
 * work in his.
 */
export function letterheadOf(chain: readonly BrandingLink[]): string | null {
  const branded = chain.filter(
    (link) => link.branded && brandable.has(link.role) && link.grantedByOrganisationId !== null,
  );
  return branded.at(-1)?.grantedByOrganisationId ?? null;
}
