import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { seedDevice, type SeededDevice } from '../../ingress-harness.js';
import { BareEcho } from '../../ocpp/fuzz/bare-echo.js';
import { FuzzFailure } from '../../ocpp/fuzz/failure.js';
import type { FuzzOptions } from '../../ocpp/fuzz/fuzz.js';
import { startFuzzedEdge } from '../../ocpp/fuzz/fuzzed-edge.js';
import { markerOf } from '../../ocpp/fuzz/plan.js';
import { Random } from '../../ocpp/fuzz/random.js';
import { goodDevice } from './good-devices.js';
import { mqttCase } from './mqtt-cases.js';

export interface MqttFuzzResult {
  readonly cases: number;
  /** In words, with the case that shows it; null: every promise was kept. */
  readonly failure: string | null;
  readonly zenAnswers: number;
  readonly hubAnswers: number;
  /** Events of the fuzzer's own hub that got as far as the journal: the depth it reached. */
  readonly ownEvents: number;
  readonly mostResident_bytes: number;
}

/** Visitors that are inside at once. */
const workers = 8;
/** How long one may say nothing more before it is taken to be done. */
const silence_ms = 40;

/** Runs the cases against an MQTT edge of its own; stops at the first broken promise. */
export async function fuzzMqtt(options: FuzzOptions): Promise<MqttFuzzResult> {
  const { seed, pool } = options;
  const marker = markerOf(seed);
  let failure: string | null = null;
  const failed = (found: FuzzFailure): void => {
    failure ??= `seed ${seed}, case ${found.number ?? 'unknown'}: ${found.message}`;
  };
  const [own, foreign] = [await seedDevice(pool, 'hub'), await seedDevice(pool, 'hub')];
  const edge = await startFuzzedEdge({ ...options, marker, failed });
  const echo = await BareEcho.start(join(dirname(options.script), 'echo-process.js'));
  const reading = { uplink: 'reading', body: (round: number) => ({ timeMs: String(round) }) };
  const alarm = {
    uplink: 'event',
    body: (round: number) => ({ sequence: String(round), category: 'EVENT_CATEGORY_ALARM' }),
  };
  const zen = await goodDevice(edge.mqttPort, await seedDevice(pool, 'balancer'), reading, echo, failed);
  const hub = await goodDevice(edge.mqttPort, await seedDevice(pool, 'hub'), alarm, echo, failed);
  let next = options.only ?? 0;
  const end = options.only === null ? options.cases : options.only + 1;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < end && failure === null) {
      const number = next++;
      const pieces = mqttCase(new Random(seed, number, 3), { own, foreign }, marker);
      await visit(edge.mqttPort, pieces);
      options.progress(++done);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  await zen.stop();
  await hub.stop();
  await echo.stop();
  await edge.stop().catch(failed);
  const touched = await tracesOf(foreign);
  if (touched > 0) failed(new FuzzFailure(null, `${touched} rows of a device that never connected`));
  return {
    cases: done,
    failure,
    zenAnswers: zen.answered,
    hubAnswers: hub.answered,
    ownEvents: await eventsOf(own),
    mostResident_bytes: edge.mostResident_bytes,
  };

  async function eventsOf({ deviceId }: SeededDevice): Promise<number> {
    const { rowCount } = await pool.query('SELECT FROM hub_events WHERE device_id = $1', [deviceId]);
    return rowCount ?? 0;
  }

  async function tracesOf(device: SeededDevice): Promise<number> {
    const { rowCount } = await pool.query(
      `SELECT FROM device_connections WHERE device_id = $1
       UNION ALL SELECT FROM twins WHERE device_id = $1 AND reported <> '{}'`,
      [device.deviceId],
    );
    return (rowCount ?? 0) + (await eventsOf(device));
  }
}

/** Sends the pieces and leaves when the edge hangs up or has no more to say. */
function visit(port: number, pieces: readonly Buffer[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      for (const piece of pieces) socket.write(piece);
    });
    socket.setNoDelay(true);
    socket.setTimeout(silence_ms, () => socket.destroy());
    socket.on('data', () => undefined);
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
  });
}
