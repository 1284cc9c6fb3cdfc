import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { insertPerson } from '#libs/testing/people.js';
import { keyOf, organise, SharingStage } from '#libs/testing/sharing-stage.js';
import { SharingModule } from './sharing-module.js';

const pairs = 2_000;
/** A location that has thousands of invitations waiting would measure that. */
const pairsPerLocation = 40;
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
  const [left, right] = [a.toSorted((x, y) => x - y), b.toSorted((x, y) => x - y)];
  let largest = 0;
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const limit = Math.min(left[i] ?? 0, right[j] ?? 0);
    while (i < left.length && (left[i] ?? 0) <= limit) i++;
    while (j < right.length && (right[j] ?? 0) <= limit) j++;
    largest = Math.max(largest, Math.abs(i / left.length - j / right.length));
  }
  return largest;
}

/** Same for two samples of one distribution in all but one of 10 000 cases. */
const threshold = 2.23 * Math.sqrt(2 / pairs);

interface Timed {
  readonly status: number;
  readonly text: string;
  readonly took_ms: number;
}

async function timed(send: () => Promise<Omit<Timed, 'took_ms'>>): Promise<Timed> {
  const startedAt = performance.now();
  const { status, text } = await send();
  return { status, text, took_ms: performance.now() - startedAt };
}

async function compare(send: (known: boolean) => Promise<Timed>) {
  const times = { known: [] as number[], unknown: [] as number[] };
  const shapes = new Set<string>();
  for (let index = 0; index < pairs; index += 4) {
    // Four pairs side by side; which goes first alternates, so that neither profits from a warm cache.
    const two = index % 8 === 0 ? [true, false, false, true] : [false, true, true, false];
    const order = [...two, ...two];
    const answers = await Promise.all(order.map(async (known) => ({ known, ...(await send(known)) })));
    for (const { known, status, text, took_ms } of answers) {
      (known ? times.known : times.unknown).push(took_ms);
      shapes.add(`${status} ${text.length}`);
    }
  }
  return { distance: distance(times.known, times.unknown), shapes };
}

/** The location that requests go to: a new one now and again, and with it a new hour's allowance. */
let current: Promise<string>;
function place(sent: number): void {
  if (sent % (2 * pairsPerLocation) !== 0) return;
  current = stage.pass(3_600_000).then(() => stage.install(`Enumerated ${sent}`));
}

describe('T2: nobody learns who has an account or a key', () => {
  it('T2, NB-20: an address with an account and one without are answered alike in status, size and time', async () => {
    const accounts: string[] = [];
    for (let index = 0; index < pairs; index++) {
      const id = await insertPerson(stage.world.database.pool, 'p');
      accounts.push(`p-${id}@example.test`);
    }
    let sent = 0;
    const { distance: measured, shapes } = await compare(async (known) => {
      const number = sent++;
      if (number % 4 === 0) place(number);
      const locationId = await current;
      // As long as the known ones, so that the size tells nothing either.
      const email = known ? accounts[number >> 1] : `p-${randomUUID()}@example.test`;
      const body = { kind: 'person', email, role: 'guest' };
      return timed(() => stage.ada.post(`/v1/locations/${locationId}/invitations`, body));
    });
    expect([...shapes]).toHaveLength(1);
    expect(measured).toBeLessThan(threshold);
  }, 600_000);

  it('T2, NB-07: a key of an organisation and one of nobody are answered alike in status, size and time', async () => {
    const oma = await stage.world.signUp('Oma');
    const key = await keyOf(oma, await organise(oma, 'Ohm'));
    let sent = 0;
    const { distance: measured, shapes } = await compare(async (known) => {
      const number = sent++;
      if (number % 4 === 0) place(number);
      const locationId = await current;
      const body = { kind: 'organisation', key: known ? key : 'ZZZZ-ZZZZ-ZZZZ-ZZZZ' };
      return timed(() => stage.ada.post(`/v1/locations/${locationId}/invitations`, body));
    });
    expect([...shapes]).toHaveLength(1);
    expect(measured).toBeLessThan(threshold);
  }, 600_000);
});
