import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testing/wait-for.js';
import { BareEcho } from './bare-echo.js';
import { isTooLong, patience_ms } from './patience.js';

const script = 'dist/apps/ingress/ocpp/fuzz/echo-process.js';
const echoes: BareEcho[] = [];
afterEach(async () => {
  await Promise.all(echoes.splice(0).map((echo) => echo.stop()));
});
async function start(): Promise<BareEcho> {
  const echo = await BareEcho.start(script);
  echoes.push(echo);
  return echo;
}

describe('the patience of a good device', () => {
  it('an edge that stands still beside a quick echo is at fault; on a machine that stands still it is not', () => {
    expect(isTooLong(patience_ms + 500, 3)).toBe(true);
    expect(isTooLong(patience_ms + 500, 200)).toBe(false);
    expect(isTooLong(patience_ms - 1, 0)).toBe(false);
    // However busy the machine, there is a wait that it does not explain.
    expect(isTooLong(60_000, 1_000)).toBe(true);
  });

  it('the echo sees a process that was kept from running, for as long as it matters', async () => {
    const echo = await start();
    const began = performance.now();
    await waitFor('a round trip', () => echo.slowestSince_ms(began) > 0);
    const busyFrom = performance.now();
    // Until an echo is on its way that nobody here reads.
    while (performance.now() - busyFrom < 300);
    const until = performance.now();
    await waitFor('the late answer', () => echo.slowestSince_ms(busyFrom) > 200);
    // A wait that begins later is not excused by it.
    await waitFor(
      'an answer in time',
      () => echo.slowestSince_ms(until + 100) < 100 && performance.now() > until + 150,
    );
  });
});
