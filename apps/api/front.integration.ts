import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { createBusbarClient, unwrap } from '#libs/sdk/client.js';
import { signIn, signUp } from '#libs/sdk/session.js';
import { startHttpWorld, type HttpWorld } from '#libs/testing/http-world.js';
import { ApiModule } from './api-module.js';

const limits = { attemptsPerMinute: 1_000 };

describe('the portal beside the API', () => {
  let world: HttpWorld;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busbar-portal-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<title>Busbar</title>');
    await writeFile(join(folder, 'assets', 'app-1a2b.js'), 'export {};');
    world = await startHttpWorld(
      [
        SharingModule.register(),
        ApiModule.register({ portalFolder: folder, sharing: { mode: 'in-process' } }),
      ],
      { ...limits, authEndpoint: 'here' },
    );
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  it('serves its pages and files, and lets them load nothing from elsewhere', async () => {
    for (const page of ['/', '/locations/42/live?tab=phases']) {
      const answer = await world.anonymous.get(page);
      expect([answer.status, answer.text]).toEqual([200, '<title>Busbar</title>']);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    }
    const asset = await world.anonymous.get('/assets/app-1a2b.js');
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
  });

  it('answers unknown API addresses and assets with a problem, never with a page', async () => {
    for (const path of [
      '/v1/nothing',
      '/assets/gone.js',
      '/api/nothing',
      '/v1/../../etc/passwd',
      '/..%2fpackage.json',
    ]) {
      const answer = await world.anonymous.get(path);
      expect(answer.text).not.toContain('root:');
      if (!path.includes('..')) expect(answer.body).toMatchObject({ status: 404, code: 'not-found' });
    }
  });
});

describe('sharing in a process of its own', () => {
  let sharing: HttpWorld;
  let api: HttpWorld;
  beforeAll(async () => {
    sharing = await startHttpWorld([SharingModule.register()], { ...limits, authEndpoint: 'here' });
    api = await startHttpWorld(
      [ApiModule.register({ portalFolder: null, sharing: { mode: 'proxy', url: sharing.url } })],
      { ...limits, authEndpoint: 'elsewhere' },
    );
  });
  afterAll(async () => {
    await api.close();
    await sharing.close();
  });

  it('answers its routes and sign-in through the API, which keeps its own', async () => {
    const account = { email: 'ada@example.test', name: 'Ada', password: 'correct horse' };
    await signUp(api.url, account);
    const { token } = await signIn(api.url, account);
    const client = createBusbarClient({ baseUrl: api.url, token });
    expect(await unwrap(client.GET('/v1/me'))).toMatchObject({ email: account.email });
    const created = await unwrap(
      client.POST('/v1/locations', {
        body: { name: 'Cabin', timeZone: 'Europe/Oslo', organisationId: null },
      }),
    );
    const { locationId } = created;
    const byId = client.GET('/v1/locations/{locationId}', { params: { path: { locationId } } });
    expect(await unwrap(byId)).toMatchObject({ name: 'Cabin', through: 'owner' });
    expect((await unwrap(client.GET('/v1/locations', {}))).items).toHaveLength(1);

    // The API's own routes are answered by the API: its database, another one here, has no such session.
    const devices = client.GET('/v1/locations/{locationId}/devices', { params: { path: { locationId } } });
    await expect(unwrap(devices)).rejects.toMatchObject({ problem: { code: 'not-signed-in' } });
  });

  it('hands problems through as they are', async () => {
    const client = createBusbarClient({ baseUrl: api.url, token: null });
    await expect(unwrap(client.GET('/v1/me'))).rejects.toMatchObject({
      problem: { code: 'not-signed-in', nextStep: 'Sign in and send the request again.' },
    });
    // Without the way through, the API would know no such address.
    const params = { path: { deviceId: '0190a0de-0000-7000-8000-000000000000' } };
    await expect(unwrap(client.GET('/v1/hubs/{deviceId}/services', { params }))).rejects.toMatchObject({
      problem: { code: 'not-signed-in' },
    });
  });
});
