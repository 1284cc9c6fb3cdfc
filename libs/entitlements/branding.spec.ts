import { describe, expect, it } from '@jest/globals';
import { letterheadOf, type BrandingLink } from './branding.js';
import { grantRoles } from './role.js';

const link = (wishes: Partial<BrandingLink>): BrandingLink => ({
  role: 'subcontractor',
  branded: true,
  grantedByOrganisationId: 'volt',
  ...wishes,
});

describe('whose name a document carries', () => {
  it.each(grantRoles)('CS-25, CS-27: the granter’s for subcontractors and borrowers alone: %s', (role) => {
    const expected = role === 'subcontractor' || role === 'borrower' ? 'volt' : null;
    expect(letterheadOf([link({ role })])).toBe(expected);
  });

  it('CS-25: the maker’s own where the option is not set, or the granter is no organisation', () => {
    expect(letterheadOf([])).toBeNull();
    expect(letterheadOf([link({ branded: false })])).toBeNull();
    expect(letterheadOf([link({ grantedByOrganisationId: null })])).toBeNull();
  });

  it('CS-25: of a chain the outermost that has the option', () => {
    const inner = link({ grantedByOrganisationId: 'ohm' });
    expect(letterheadOf([inner, link({})])).toBe('volt');
    expect(letterheadOf([inner, link({ branded: false })])).toBe('ohm');
    expect(letterheadOf([link({ branded: false, grantedByOrganisationId: 'ohm' }), link({})])).toBe('volt');
    expect(letterheadOf([link({ role: 'installation-manager' }), link({})])).toBe('volt');
    // Who acted for himself has no name to give, and takes none away.
    expect(letterheadOf([inner, link({ grantedByOrganisationId: null })])).toBe('ohm');
  });
});
