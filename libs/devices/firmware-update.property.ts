import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import {
  firmwareUpdateStates,
  isFinal,
  mostInterruptions,
  stepUpdate,
  waitingUpdate,
  type UpdateEvent,
} from './firmware-update.js';

const at = fc.integer({ min: 0, max: 200_000_000 });
const codes = [
  'Idle',
  'DownloadScheduled',
  'Downloading',
  'DownloadFailed',
  'Downloaded',
  'InvalidSignature',
  'Installing',
  'InstallRebooting',
  'InstallationFailed',
  'Installed',
  'of a newer edition',
];
const event: fc.Arbitrary<UpdateEvent> = fc.oneof(
  fc.record({ type: fc.constant('offered' as const), requestId: fc.integer({ min: 1, max: 4 }), at }),
  fc.record({
    type: fc.constant('not-taken' as const),
    why: fc.constantFrom('rejected' as const, 'expired' as const, 'failed' as const, 'dropped' as const),
    at,
  }),
  fc.record({
    type: fc.constant('told' as const),
    code: fc.constantFrom(...codes),
    requestId: fc.option(fc.integer({ min: 1, max: 4 })),
    at,
  }),
  fc.record({
    type: fc.constant('booted' as const),
    firmwareVersion: fc.constantFrom('1.0', '2.0', null),
    at,
  }),
  fc.record({ type: fc.constantFrom('time' as const, 'taken' as const), at }),
);
const story = fc.array(event, { maxLength: 60 });
const terms = fc.record({
  version: fc.constant('2.0'),
  retries: fc.integer({ min: 0, max: 3 }),
  retryPause_ms: fc.integer({ min: 0, max: 10_000 }),
});
const rank = (state: (typeof firmwareUpdateStates)[number]): number => firmwareUpdateStates.indexOf(state);
const runs = { numRuns: propertyRuns(2_000) };

it('a device is done only by a boot into the promised version after an offer, and an end is an end', () => {
  fc.assert(
    fc.property(story, terms, (events, promised) => {
      let update = waitingUpdate(0);
      for (const each of events) {
        const before = update;
        update = stepUpdate(update, each, promised);
        if (isFinal(before)) expect(update).toBe(before);
        else if (update.state === 'done') {
          expect(each).toMatchObject({ type: 'booted', firmwareVersion: promised.version });
          expect(before.attempt + before.interruptions).toBeGreaterThan(0);
        }
      }
    }),
    runs,
  );
});

it('attempts and restarts stay within what was agreed, and within one attempt nothing goes back', () => {
  fc.assert(
    fc.property(story, terms, (events, promised) => {
      let update = waitingUpdate(0);
      for (const each of events) {
        const before = update;
        update = stepUpdate(update, each, promised);
        expect(update.attempt).toBeGreaterThanOrEqual(0);
        expect(update.attempt).toBeLessThanOrEqual(promised.retries + 1);
        expect(update.interruptions).toBeLessThanOrEqual(mostInterruptions);
        if (update.state !== 'waiting') expect(rank(update.state)).toBeGreaterThanOrEqual(rank(before.state));
        if (update.state === 'waiting') expect(update.requestId).toBeNull();
      }
    }),
    runs,
  );
});

it('what is told twice counts once, so a restart of ours may repeat the last event', () => {
  fc.assert(
    fc.property(story, terms, (events, promised) => {
      const repeatable = events.filter(({ type }) => type === 'told');
      const once = repeatable.reduce((update, each) => stepUpdate(update, each, promised), offered());
      const twice = repeatable
        .flatMap((each) => [each, each])
        .reduce((update, each) => stepUpdate(update, each, promised), offered());
      expect(twice).toEqual(once);
    }),
    runs,
  );
});

const offered = () =>
  stepUpdate(
    waitingUpdate(0),
    { type: 'offered', requestId: 1, at: 0 },
    { version: '2.0', retries: 0, retryPause_ms: 0 },
  );
