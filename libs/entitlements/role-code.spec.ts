import { describe, expect, it } from '@jest/globals';
import { roleCodeOf } from './role-code.js';
import { locationRoles } from './role.js';

describe('the numbers of roles in the public device interface', () => {
  it('are 0 for the owner, 1 for users, 2 for administrators of a hub, -1 for everybody who works there', () => {
    const withCode = (code: number) => locationRoles.filter((role) => roleCodeOf(role) === code);
    expect(withCode(0)).toEqual(['owner']);
    expect(withCode(1)).toEqual(['guest', 'hub-user']);
    expect(withCode(2)).toEqual(['hub-administrator', 'hub-limited-administrator']);
    expect(withCode(-1)).toEqual(
      expect.arrayContaining(['administrator', 'installer', 'partner', 'professional']),
    );
    expect(withCode(-1)).toHaveLength(locationRoles.length - 5);
  });
});
