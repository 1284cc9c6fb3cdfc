import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { personId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { invite, invitationLife_ms, shownState, stepInvitation, type InvitationEvent } from './invitation.js';
import { inviteMember, stepMembership, type Membership } from './membership.js';
import { initiateTransfer, stepTransfer, transferLife_ms, type TransferEvent } from './transfer.js';

const created = epochMilliseconds(Date.UTC(2026, 9, 24, 23, 30));
const later = (ms: number) => epochMilliseconds(created + ms);
const week_ms = 168 * 3_600_000;
const accept = { type: 'accept', fits: true, ownershipEpoch: 1, issuerMayShare: true } as const;

describe('5A invitation', () => {
  it('NB-31, NB-32, NB-35: lives 168 hours to the millisecond, half-open, over a change to winter time', () => {
    expect(invitationLife_ms).toBe(week_ms);
    const invitation = invite('code', 1, 1, created);
    expect(stepInvitation(invitation, accept, later(week_ms - 1)).ok).toBe(true);
    expect(stepInvitation(invitation, accept, later(week_ms))).toEqual({ ok: false, error: 'expired' });
    expect(shownState(invitation, later(week_ms - 1))).toBe('pending');
    expect(shownState(invitation, later(week_ms))).toBe('expired');
  });

  it('refuses in the order that tells a stranger nothing, each guard on its own', () => {
    const invitation = invite('person', 1, 1, created);
    const refusal = (event: InvitationEvent, at = created) => {
      const result = stepInvitation(invitation, event, at);
      return result.ok ? result.value.state : result.error;
    };
    expect(refusal({ ...accept, fits: false }, later(week_ms))).toBe('not-yours');
    expect(refusal({ type: 'decline', fits: false })).toBe('not-yours');
    expect(refusal({ ...accept, ownershipEpoch: 2 })).toBe('over');
    expect(refusal({ ...accept, issuerMayShare: false })).toBe('issuer-lost-right');
    expect(refusal({ type: 'decline', fits: true })).toBe('declined');
    expect(refusal(accept)).toBe('accepted');
  });

  it('NB-36: is redeemed as often as it was made for, whatever happens in between, and never after its end', () => {
    const event = fc.oneof(
      fc.record({
        type: fc.constant('accept' as const),
        fits: fc.boolean(),
        ownershipEpoch: fc.constantFrom(1, 2),
        issuerMayShare: fc.boolean(),
      }),
      fc.record({ type: fc.constant('decline' as const), fits: fc.boolean() }),
      fc.record({ type: fc.constantFrom('revoke' as const, 'supersede' as const, 'void' as const) }),
    );
    const timed = fc.record({ event, at: fc.constantFrom(0, 1, week_ms - 1, week_ms, week_ms + 1) });
    fc.assert(
      fc.property(
        fc.constantFrom('person' as const, 'code' as const),
        fc.integer({ min: 1, max: 3 }),
        fc.array(timed),
        (kind, maximum, steps) => {
          let invitation = invite(kind, 1, maximum, created);
          let accepted = 0;
          let ended = false;
          for (const { event, at } of steps) {
            const result = stepInvitation(invitation, event, later(at));
            if (!result.ok) continue;
            expect(ended).toBe(false);
            expect(at).toBeLessThan(week_ms);
            if (event.type === 'accept') {
              expect([event.fits, event.ownershipEpoch, event.issuerMayShare]).toEqual([true, 1, true]);
              accepted++;
            }
            invitation = result.value;
            ended = invitation.state !== 'pending';
          }
          expect(invitation.redemptions).toBe(accepted);
          expect(accepted).toBeLessThanOrEqual(maximum);
          expect(invitation.state === 'accepted').toBe(accepted === maximum);
        },
      ),
    );
  });
});

describe('5F ownership transfer', () => {
  const start = {
    role: 'owner',
    ownerPersonId: personId('olga'),
    ownerEmail: 'olga@example.test',
    recipientEmail: 'Nora@Example.test',
    openTransfer: false,
    activeServices: 0,
    ownershipEpoch: 1,
  } as const;
  const answer = { type: 'accept', email: 'nora@example.test', ownershipEpoch: 1 } as const;
  const outcome = (result: ReturnType<typeof stepTransfer>) =>
    result.ok ? result.value.state : result.error;

  it.each([
    ['owner', 'olga', 'initiated'],
    ['administrator', 'olga', 'not-the-owner'],
    ['administrator', null, 'initiated'],
    ['installer', null, 'initiated'],
    ['partner', null, 'not-the-owner'],
    ['guest', null, 'not-the-owner'],
  ] as const)('NB-50: begun by %s while the owner is %s: %s', (role, owner, expected) => {
    const who = { ownerPersonId: owner && personId(owner), ownerEmail: owner && `${owner}@example.test` };
    expect(outcome(initiateTransfer({ ...start, role, ...who }, created))).toBe(expected);
  });

  it('has one recipient, who is not the owner, and one at a time', () => {
    expect(outcome(initiateTransfer({ ...start, recipientEmail: ' OLGA@example.test' }, created))).toBe(
      'recipient-is-owner',
    );
    expect(outcome(initiateTransfer({ ...start, openTransfer: true }, created))).toBe('transfer-open');
  });

  it('is answered by the verified address alone, within 168 hours, in its own epoch, once', () => {
    const begun = initiateTransfer(start, created);
    if (!begun.ok) throw new Error(begun.error);
    const step = (event: TransferEvent, at: number) => outcome(stepTransfer(begun.value, event, later(at)));
    expect(transferLife_ms).toBe(week_ms);
    expect(step(answer, week_ms - 1)).toBe('accepted');
    expect(step(answer, week_ms)).toBe('expired');
    expect(step({ ...answer, email: null }, 0)).toBe('not-yours');
    expect(step({ ...answer, email: 'olga@example.test' }, 0)).toBe('not-yours');
    expect(step({ ...answer, ownershipEpoch: 2 }, 0)).toBe('over');
    expect(step({ ...answer, type: 'reject' }, 0)).toBe('rejected');
    expect(step({ type: 'cancel' }, 0)).toBe('cancelled');
    for (const state of ['accepted', 'rejected', 'cancelled'] as const) {
      expect(outcome(stepTransfer({ ...begun.value, state }, answer, created))).toBe('over');
    }
  });
});

describe('5H membership', () => {
  it('is joined by the invited address within 168 hours', () => {
    const invited = inviteMember('installer', created);
    const join = (fits: boolean, at: number) => stepMembership(invited, { type: 'join', fits }, later(at));
    expect(join(true, week_ms - 1)).toEqual({ ok: true, value: { state: 'active', role: 'installer' } });
    expect(join(true, week_ms)).toEqual({ ok: false, error: 'expired' });
    expect(join(false, 0)).toEqual({ ok: false, error: 'not-yours' });
  });

  it('NB-05: keeps at least one administrator through any changes', () => {
    const step = fc.record({
      who: fc.nat({ max: 3 }),
      type: fc.constantFrom('installer' as const, 'administrator' as const, 'remove' as const),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const members: Membership[] = [
          { state: 'active', role: 'administrator' },
          { state: 'active', role: 'installer' },
          { state: 'active', role: 'administrator' },
          { state: 'removed' },
        ];
        const administrators = () =>
          members.filter((each) => each.state === 'active' && each.role === 'administrator').length;
        for (const { who, type } of steps) {
          const member = members[who]!;
          const self = member.state === 'active' && member.role === 'administrator' ? 1 : 0;
          const otherAdministrators = administrators() - self;
          const result = stepMembership(
            member,
            type === 'remove'
              ? { type, otherAdministrators }
              : { type: 'change-role', role: type, otherAdministrators },
            created,
          );
          if (result.ok) members[who] = result.value;
          else expect(['last-administrator', 'not-active']).toContain(result.error);
          expect(administrators()).toBeGreaterThan(0);
        }
        expect(members[3]).toEqual({ state: 'removed' });
      }),
    );
  });
});
