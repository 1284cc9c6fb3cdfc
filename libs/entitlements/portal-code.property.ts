import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import {
  isOn,
  mostWrongTokens,
  noPortalCode,
  openPortalSession,
  portalSessionLife_ms,
  sessionHolds,
  stepPortalCode,
  type PortalCode,
  type PortalCodeEvent,
} from './portal-code.js';

const now = epochMilliseconds(1_800_000_000_000);
const later = (ms: number) => epochMilliseconds(now + ms);
const enable = { type: 'enable', restricted: false } as const;
const narrow = { type: 'enable', restricted: true } as const;

function walk(events: readonly PortalCodeEvent[], epoch: number): PortalCode {
  return events.reduce((code, event) => {
    const next = stepPortalCode(code, event, epoch);
    return next.ok ? next.value : code;
  }, noPortalCode);
}

const events = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('enable' as const), restricted: fc.boolean() }),
    fc.record({ type: fc.constantFrom('disable' as const, 'regenerate' as const, 'wrong-token' as const) }),
  ),
  { maxLength: 12 },
);
const asked = fc.record({
  token: fc.option(fc.constantFrom('a', 'b')),
  epoch: fc.integer({ min: 0, max: 3 }),
});

describe('5G authorisation code', () => {
  it('CP-13, CP-15, CP-20: each step from each state', () => {
    const on = walk([enable], 4);
    const off = walk([enable, { type: 'disable' }], 4);
    expect([isOn(on, 4), on.version, on.epoch]).toEqual([true, 1, 1]);
    expect([isOn(off, 4), off.version, off.epoch]).toEqual([false, 1, 2]);
    expect(stepPortalCode(on, enable, 4)).toEqual({ ok: true, value: on });
    expect(stepPortalCode(off, { type: 'disable' }, 4)).toEqual({ ok: true, value: off });
    expect(walk([enable, { type: 'regenerate' }], 4)).toMatchObject({ version: 2, epoch: 2, state: 'on' });
    expect(walk([enable, { type: 'disable' }, enable], 4)).toMatchObject({ version: 2, epoch: 3 });
    // Narrowing keeps the code and ends what was opened without a token.
    expect(walk([enable, narrow], 4)).toMatchObject({ version: 1, epoch: 2, restricted: true });
    for (const type of ['regenerate', 'wrong-token'] as const) {
      expect(stepPortalCode(off, { type }, 4)).toEqual({ ok: false, error: 'off' });
      expect(stepPortalCode(noPortalCode, { type }, 4)).toEqual({ ok: false, error: 'off' });
    }
  });

  it('T1: the hundredth wrong token ends the code; a new one counts from nothing', () => {
    const wrong = Array.from({ length: mostWrongTokens - 1 }, () => ({ type: 'wrong-token' }) as const);
    const nearly = walk([narrow, ...wrong], 1);
    expect(isOn(nearly, 1)).toBe(true);
    const over = walk([narrow, ...wrong, { type: 'wrong-token' }], 1);
    expect([isOn(over, 1), over.epoch]).toEqual([false, nearly.epoch + 1]);
    expect(walk([narrow, ...wrong, { type: 'regenerate' }], 1).wrongTokens).toBe(0);
    expect(walk([narrow, ...wrong, { type: 'wrong-token' }, narrow], 1)).toMatchObject({
      state: 'on',
      version: 2,
      wrongTokens: 0,
    });
  });

  it('CP-10, CP-12: a narrowed code opens nothing without a fitting token, any other ignores it', () => {
    const open = (code: PortalCode, token: string | null) => openPortalSession(code, 1, token, now);
    expect(open(walk([narrow], 1), null)).toEqual({ ok: false, error: 'refused' });
    expect(open(walk([narrow], 1), 'row')).toMatchObject({ ok: true, value: { installationId: 'row' } });
    expect(open(walk([enable], 1), null)).toMatchObject({ ok: true, value: { installationId: null } });
    expect(open(walk([enable], 1), 'row')).toMatchObject({ ok: true, value: { installationId: null } });
    expect(open(noPortalCode, 'row')).toEqual({ ok: false, error: 'refused' });
  });

  it('CP-14, CP-19: whatever changes the code ends every session opened before, and nothing else does', () => {
    fc.assert(
      fc.property(events, events, asked, (before, then, { token, epoch }) => {
        const code = walk(before, epoch);
        const opened = openPortalSession(code, epoch, token, now);
        if (!opened.ok) return;
        const after = then.reduce((each, event) => {
          const next = stepPortalCode(each, event, epoch);
          return next.ok ? next.value : each;
        }, code);
        // Counting a wrong token changes nothing that anybody holds, until it ends the code.
        const same = after.epoch === code.epoch;
        expect(sessionHolds(opened.value, after, epoch, now)).toBe(same);
        if (same) {
          expect({ ...after, wrongTokens: 0 }).toEqual({ ...code, wrongTokens: 0 });
        }
      }),
      { numRuns: propertyRuns(2_000) },
    );
  });

  it('CP-20: no version comes twice', () => {
    fc.assert(
      fc.property(events, (steps) => {
        let code = noPortalCode;
        for (const event of steps) {
          const next = stepPortalCode(code, event, 0);
          if (!next.ok) continue;
          const made = next.value.state === 'on' && (code.state === 'off' || event.type === 'regenerate');
          expect(next.value.version).toBe(code.version + (made ? 1 : 0));
          code = next.value;
        }
      }),
    );
  });

  it('T3, NB-51: after a transfer neither code nor session opens anything, until it is switched on anew', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 9 }), (steps, epoch) => {
        const code = walk(steps, epoch);
        const opened = openPortalSession(code, epoch, 'row', now);
        expect(openPortalSession(code, epoch + 1, 'row', now).ok).toBe(false);
        if (opened.ok) expect(sessionHolds(opened.value, code, epoch + 1, now)).toBe(false);
        const anew = stepPortalCode(code, enable, epoch + 1);
        if (!anew.ok) throw new Error('switching on is never refused');
        expect([isOn(anew.value, epoch + 1), anew.value.version]).toEqual([true, code.version + 1]);
        if (opened.ok) expect(sessionHolds(opened.value, anew.value, epoch + 1, now)).toBe(false);
      }),
    );
  });

  it('CP-01: nothing is open before somebody switches it on', () => {
    expect(noPortalCode).toEqual({
      state: 'off',
      version: 0,
      epoch: 0,
      restricted: false,
      ownershipEpoch: 0,
      wrongTokens: 0,
    });
  });

  it('T3: a session of another owner’s time is over, whatever the code says', () => {
    const code = walk([enable], 1);
    const opened = openPortalSession(code, 1, null, now);
    if (!opened.ok) throw new Error('the code is on');
    expect(sessionHolds(opened.value, code, 1, now)).toBe(true);
    expect(sessionHolds({ ...opened.value, ownershipEpoch: 2 }, code, 1, now)).toBe(false);
  });

  it('lasts twelve hours to the millisecond, half-open', () => {
    const code = walk([enable], 1);
    const opened = openPortalSession(code, 1, null, now);
    if (!opened.ok) throw new Error('the code is on');
    expect(sessionHolds(opened.value, code, 1, later(portalSessionLife_ms - 1))).toBe(true);
    expect(sessionHolds(opened.value, code, 1, later(portalSessionLife_ms))).toBe(false);
  });
});
