import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { organise, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOverReady } from '#libs/testing/checklist-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ApiModule } from '../api-module.js';
import { isPublic, post, RefusedAddress } from './outbound-request.js';
import { retryPause_ms } from './retry-schedule.js';

interface Delivery {
  readonly deliveryId: string;
  readonly type: string;
  readonly state: string;
  readonly attempts: number;
  readonly status: number | null;
  readonly reason: string | null;
  readonly nextAt: string | null;
}

const received: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
const answers: number[] = [];
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answers.shift() ?? 204).end();
  });
});

let stage: SharingStage;
let locationId: string;
let deviceId: string;
let url: string;

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.sendingTo({ portalFolder: null, sharing: { mode: 'in-process' } }, { allowsPrivate: true }),
  ]);
  locationId = await stage.install('Yard');
  const device = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
  const registered = await stage.ada.post(`/v1/locations/${locationId}/devices`, device);
  deviceId = registered.as<{ device: { deviceId: string } }>(201).device.deviceId;
});
afterAll(async () => {
  await stage?.close();
  receiver.close();
});

const books = (): string => `/v1/organisations/${stage.volt}/webhooks`;
async function hook(eventTypes: readonly string[]): Promise<{ webhookId: string; secret: string }> {
  const made = await stage.ada.post(books(), { url, eventTypes });
  const { webhook, secret } = made.as<{ webhook: { webhookId: string }; secret: string }>(201);
  return { webhookId: webhook.webhookId, secret };
}
const happen = (type: string, detail: object) =>
  stage.rows(
    `INSERT INTO device_events (location_id, device_id, at, received_at, type, severity, detail, source_key)
     VALUES ($1, $2, $3, $3, $4, 'information', $5, $6)`,
    [locationId, deviceId, new Date(stage.clock.now()), type, JSON.stringify(detail), randomUUID()],
  );
const deliveries = async (webhookId: string): Promise<readonly Delivery[]> =>
  (await stage.ada.get(`${books()}/${webhookId}/deliveries`)).as<{ items: Delivery[] }>(200).items;
const reaches = (webhookId: string, holds: (delivery: Delivery) => boolean): Promise<Delivery> =>
  waitFor('the delivery', async () => (await deliveries(webhookId)).find(holds));

describe('webhooks', () => {
  it('tell what happened, signed so that the receiver can verify it, and without the token that opens chargers', async () => {
    const { webhookId, secret } = await hook(['session.started']);
    await happen('transaction-started', { connector: 1, transactionId: 7, idToken: 'SECRET-CARD' });
    await happen('connected', { protocol: 'ocpp1.6' });
    const delivery = await reaches(webhookId, ({ state }) => state === 'delivered');
    expect(delivery).toMatchObject({ type: 'session.started', attempts: 1, status: 204 });
    expect(await deliveries(webhookId)).toHaveLength(1);
    const { headers, body } = received.at(-1)!;
    const told = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(told).toMatchObject({
      type: 'session.started',
      data: { locationId, deviceId, detail: { connector: 1 } },
    });
    expect(body).not.toContain('SECRET-CARD');
    expect(headers['webhook-id']).toBe(delivery.deliveryId);
    const other = await hook(['session.ended']);
    expect(() => new Webhook(other.secret).verify(body, headers as Record<string, string>)).toThrow();
    expect((await stage.ada.get(books())).text).not.toContain('whsec_');
  });

  it('are tried again after a pause, under the same id, and can be replayed', async () => {
    const { webhookId } = await hook(['device.connected']);
    answers.push(500);
    await happen('connected', {});
    const failed = await reaches(webhookId, ({ attempts }) => attempts === 1);
    expect(failed).toMatchObject({ state: 'queued', status: 500, reason: 'refused' });
    const pause_ms = Date.parse(failed.nextAt ?? '') - stage.clock.now();
    expect(pause_ms).toBeGreaterThan(3_900);
    expect(pause_ms).toBeLessThan(6_100);
    await stage.pass(7_000);
    const delivered = await reaches(webhookId, ({ state }) => state === 'delivered');
    expect(delivered).toMatchObject({ attempts: 2, deliveryId: failed.deliveryId });
    const before = received.length;
    const path = `${books()}/${webhookId}/deliveries/${failed.deliveryId}/replay`;
    (await stage.ada.post(path, undefined)).as(204);
    await waitFor('the replay', () => received.length > before);
    expect(received.at(-1)?.headers['webhook-id']).toBe(failed.deliveryId);
  });

  it('are dead when the receiver says that it is gone, or when no attempt is left', async () => {
    const { webhookId } = await hook(['device.disconnected']);
    answers.push(410);
    await happen('disconnected', {});
    expect(await reaches(webhookId, ({ state }) => state === 'dead')).toMatchObject({
      status: 410,
      attempts: 1,
    });
    answers.push(503);
    await stage.rows(
      `INSERT INTO webhook_deliveries (webhook_id, type, location_id, payload, attempts, queued_at, next_at)
       VALUES ($1, 'device.disconnected', $2, '{}', 7, $3, $3)`,
      [webhookId, locationId, new Date(stage.clock.now())],
    );
    expect(await reaches(webhookId, ({ attempts }) => attempts === 8)).toMatchObject({
      state: 'dead',
      status: 503,
    });
  });

  it('T9: what the organisation may no longer know by then is dropped, and others learn nothing', async () => {
    const eve = await stage.world.signUp('Eve');
    const other = await organise(eve, 'Other');
    const foreign = await eve.post(`/v1/organisations/${other}/webhooks`, {
      url,
      eventTypes: ['alert.raised'],
    });
    const spy = foreign.as<{ webhook: { webhookId: string } }>(201).webhook.webhookId;
    const { webhookId } = await hook(['alert.raised', 'alert.cleared']);
    answers.push(500);
    const alertId = randomUUID();
    await stage.rows(
      `INSERT INTO alerts (id, location_id, device_id, type, detail, raised_at) VALUES ($1, $2, $3, 'fault', '{}', $4)`,
      [alertId, locationId, deviceId, new Date(stage.clock.now())],
    );
    await reaches(webhookId, ({ attempts }) => attempts === 1);
    const before = received.length;
    // The organisation ends: it installed the place, and the owner keeps it.
    await handOverReady(stage.world.database.pool, stage.ada, locationId, stage.pia);
    await stage.rows('UPDATE locations SET installed_by_organisation_id = NULL WHERE id = $1', [locationId]);
    await stage.pass(7_000);
    expect(await reaches(webhookId, ({ state }) => state === 'dropped')).toMatchObject({
      reason: 'right-gone',
    });
    expect(received).toHaveLength(before);
    expect(await stage.rows('SELECT FROM webhook_deliveries WHERE webhook_id = $1', [spy])).toEqual([]);
  });
});

describe('addresses that webhooks are sent to', () => {
  it.each([
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['::1', false],
    ['fd00::1', false],
    ['fe80::1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['8.8.8.8', true],
    ['2606:4700::1111', true],
  ])('%s is public: %s', (address, expected) => {
    expect(isPublic(address)).toBe(expected);
  });

  it('private ones are refused, by name and by number, and so is anything but https', async () => {
    const strict = { allowsPrivate: false };
    const port = (receiver.address() as AddressInfo).port;
    const before = received.length;
    for (const address of [
      `https://127.0.0.1:${port}/`,
      `https://[::1]:${port}/`,
      `https://[::ffff:7f00:1]:${port}/`,
      `https://localhost:${port}/`,
      `https://2130706433:${port}/`,
      `http://8.8.8.8/`,
    ])
      await expect(post(address, {}, '{}', strict)).rejects.toBeInstanceOf(RefusedAddress);
    expect(received).toHaveLength(before);
  });

  it('pauses rise, vary by a fifth, and end', () => {
    expect([0, 0.5, 0.999_999].map((random) => retryPause_ms(1, random))).toEqual([4_000, 5_000, 6_000]);
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((attempts) => retryPause_ms(attempts, 0.5) ?? 0);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(retryPause_ms(8, 0.5)).toBeNull();
  });
});
