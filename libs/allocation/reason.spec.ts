import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import {
  explainReason,
  reasonCodes,
  reasonMessage,
  reasonTexts,
  sentenceOf,
  type ReasonCatalogue,
  type ReasonMessageId,
} from './reason.js';

const clock = (at: number): string => `${at} o'clock`;
const reason = (code: (typeof reasonCodes)[number], until: number | null) => ({
  code,
  nodeId: 'n1',
  phase: 'L2' as const,
  source: 'fuse' as const,
  until: until === null ? null : epochMilliseconds(until),
});

describe('reasons in words', () => {
  it('names node, line and end where they are known', () => {
    expect(explainReason(reason('waiting-for-capacity', 7), 'Hall', clock)).toBe(
      "Waiting: Hall is full on L2; its turn comes by about 7 o'clock",
    );
    expect(explainReason(reason('waiting-for-capacity', null), 'Hall', clock)).toBe(
      'Waiting: Hall is full on L2',
    );
    expect(explainReason(reason('node-full', 7), null, clock)).toBe('Limited by the fuse of n1 on L2');
  });

  it('every code has a sentence, and no brace is left in any', () => {
    for (const code of reasonCodes)
      for (const until of [7, null])
        expect(explainReason(reason(code, until), 'Hall', clock)).toMatch(/^[^{}]+$/);
  });

  it('another language puts the parameters where it wants them', () => {
    const ids = Object.keys(reasonTexts) as ReasonMessageId[];
    const catalogue = Object.fromEntries(
      ids.map((id) => [id, `${id}: {until} {phase} {node}`]),
    ) as ReasonCatalogue;
    expect(sentenceOf(reasonMessage(reason('node-limited', 7), 'Hall', clock), catalogue)).toBe(
      "node-limited.until: 7 o'clock L2 Hall",
    );
  });
});
