import { boot, basic, StationClient } from './station-client.js';

/** What the parent asks of this process. */
export interface CrowdOrder {
  readonly kind: 'storm' | 'probe';
  readonly url: string;
  readonly identities: readonly string[];
  readonly secret: string;
}

/** Answers: all stations booted; or, every second, the round trips of the probe since the last answer. */
export type CrowdReport =
  | { readonly kind: 'booted'; readonly attempts: number }
  | { readonly kind: 'probed'; readonly times_ms: readonly number[] };

const report = (message: CrowdReport): void => void process.send?.(message);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Connects until the door opens, as a charger does: after a refusal it waits between one and three seconds. */
async function connect(
  order: CrowdOrder,
  identity: string,
): Promise<{ client: StationClient; attempts: number }> {
  for (let attempts = 1; ; attempts++) {
    try {
      const url = `${order.url}/${identity}`;
      const client = await StationClient.open(url, 'ocpp1.6', basic(identity, order.secret));
      await client.call('BootNotification', boot);
      return { client, attempts };
    } catch {
      await pause(1_000 + 2_000 * Math.random());
    }
  }
}

async function storm(order: CrowdOrder): Promise<void> {
  const connected = await Promise.all(order.identities.map((identity) => connect(order, identity)));
  report({ kind: 'booted', attempts: connected.reduce((sum, { attempts }) => sum + attempts, 0) });
}

/** One live station that has something to say ten times a second. */
async function probe(order: CrowdOrder): Promise<void> {
  const { client } = await connect(order, order.identities[0] ?? '');
  report({ kind: 'probed', times_ms: [] });
  let times_ms: number[] = [];
  setInterval(() => {
    report({ kind: 'probed', times_ms });
    times_ms = [];
  }, 1_000);
  for (;;) {
    times_ms.push(await client.call('Heartbeat', {}));
    await pause(100);
  }
}

process.on('message', (order: CrowdOrder) => void (order.kind === 'storm' ? storm(order) : probe(order)));
process.on('disconnect', () => process.exit(0));
