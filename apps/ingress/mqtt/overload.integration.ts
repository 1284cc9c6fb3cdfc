import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testing/wait-for.js';
import type { MqttServerKind } from '../bench/mqtt-peers.js';

/** Compiled, because a process of its own does not see what the test runner transforms. */
const compiled = (name: string): string =>
  fileURLToPath(new URL(`../../../dist/apps/ingress/bench/${name}.js`, import.meta.url));

interface Outcome {
  readonly granted: boolean;
  readonly acknowledged: number;
  readonly exitCode: number | null;
  readonly errors: string;
}

async function overload(kind: MqttServerKind): Promise<Outcome> {
  const { ServerProcess } = (await import(
    compiled('mqtt-processes')
  )) as typeof import('../bench/mqtt-processes.js');
  const { causeRecursion } = (await import(
    compiled('mqtt-recursion')
  )) as typeof import('../bench/mqtt-recursion.js');
  const server = await ServerProcess.start(kind, 'pipe');
  let errors = '';
  server.child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  try {
    const result = await causeRecursion(server.port);
    // Its connections end before it does.
    if (kind === 'bare aedes') await waitFor('its end', () => server.child.exitCode !== null);
    return { ...result, exitCode: server.child.exitCode, errors };
  } finally {
    server.stop();
  }
}

describe('QoS 1 under a subscriber of everything that stops reading and goes', () => {
  it('kills a bare aedes: its emitter calls itself once for each waiting message', async () => {
    const { granted, exitCode, errors } = await overload('bare aedes');
    expect({ granted, exitCode }).toEqual({ granted: true, exitCode: 1 });
    expect(errors).toContain('Maximum call stack size exceeded');
  }, 60_000);

  it('leaves the edge alive: nobody subscribes to others, and every message is acknowledged', async () => {
    const { granted, exitCode, acknowledged, errors } = await overload('Busbar');
    expect({ granted, exitCode, errors }).toEqual({ granted: false, exitCode: null, errors: '' });
    expect(acknowledged).toBe(101_500);
  }, 60_000);
});
