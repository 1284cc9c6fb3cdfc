import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import type { Caller } from '#libs/testing/http-world.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { keyOf, organise, SharingStage } from '#libs/testing/sharing-stage.js';
import { SharingModule } from './sharing-module.js';

const pairs = 60;
let stage: SharingStage;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.mailingBy(new Mailbox()),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
});
afterAll(() => stage.close());

/** Largest distance between the two empirical distributions (Kolmogorov and Smirnov). */
function distance(a: readonly number[], b: readonly number[]): number {
  const below = (sample: readonly number[], limit: number): number =>
    sample.filter((value) => value <= limit).length / sample.length;
  return Math.max(...[...a, ...b].map((limit) => Math.abs(below(a, limit) - below(b, limit))));
}

/** Same for two samples of one distribution in all but one of 10 000 cases. */
const threshold = 2.23 * Math.sqrt(2 / pairs);

async function compare(send: (known: boolean) => Promise<{ status: number; text: string }>) {
  const times = { known: [] as number[], unknown: [] as number[] };
  const shapes = new Set<string>();
  for (let index = 0; index < pairs; index++) {
    // Which goes first alternates, so that neither profits from a warm cache.
    for (const known of index % 2 === 0 ? [true, false] : [false, true]) {
      const startedAt = performance.now();
      const { status, text } = await send(known);
      (known ? times.known : times.unknown).push(performance.now() - startedAt);
      shapes.add(`${status} ${text.length}`);
    }
  }
  return { distance: distance(times.known, times.unknown), shapes };
}

describe('T2: nobody learns who has an account or a key', () => {
  const addresses = async (): Promise<(known: boolean) => string> => {
    const people: Caller[] = [];
    for (let index = 0; index < pairs; index++) people.push(await stage.world.signUp('P'));
    let next = 0;
    // As long as the known ones, so that the size tells nothing either.
    return (known) => (known ? (people[next++ % pairs]?.email ?? '') : `p-${randomUUID()}@example.test`);
  };

  it('T2, NB-20: an address with an account and one without are answered alike in status, size and time', async () => {
    const locationId = await stage.install('Enumerated');
    const addressOf = await addresses();
    // The hourly allowance is not what is measured here.
    await stage.pass(3_600_000);
    let sent = 0;
    const { distance: measured, shapes } = await compare(async (known) => {
      if (++sent % 90 === 0) await stage.pass(3_600_000);
      const body = { kind: 'person', email: addressOf(known), role: 'guest' };
      return stage.ada.post(`/v1/locations/${locationId}/invitations`, body);
    });
    expect([...shapes]).toHaveLength(1);
    expect(measured).toBeLessThan(threshold);
  }, 120_000);

  it('T2, NB-07: a key of an organisation and one of nobody are answered alike in status, size and time', async () => {
    const oma = await stage.world.signUp('Oma');
    const key = await keyOf(oma, await organise(oma, 'Ohm'));
    const locationId = await stage.install('Keys');
    // The hourly allowance is not what is measured here.
    await stage.pass(3_600_000);
    let sent = 0;
    const { distance: measured, shapes } = await compare(async (known) => {
      if (++sent % 90 === 0) await stage.pass(3_600_000);
      const body = { kind: 'organisation', key: known ? key : 'ZZZZ-ZZZZ-ZZZZ-ZZZZ' };
      return stage.ada.post(`/v1/locations/${locationId}/invitations`, body);
    });
    expect([...shapes]).toHaveLength(1);
    expect(measured).toBeLessThan(threshold);
  }, 120_000);
});
