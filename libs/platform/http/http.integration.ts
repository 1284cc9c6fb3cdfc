import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { problems } from '#libs/contracts/http/problem.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';

let world: HttpWorld;
let ada: Caller;

beforeAll(async () => {
  world = await startHttpWorld([SharingModule.register()], {
    attemptsPerMinute: 1_000,
    authEndpoint: 'here',
  });
  ada = await world.signUp('Ada');
});
afterAll(() => world.close());

describe('signing in', () => {
  const signIn = (email: string, password: string) =>
    world.anonymous.post('/api/auth/sign-in/email', { email, password });

  // First, because the library counts attempts per process and not per server.
  it('T1: guessing passwords is slowed down', async () => {
    const strict = await startHttpWorld([], { attemptsPerMinute: 5, authEndpoint: 'here' });
    try {
      const guesses = [];
      for (let guess = 0; guess < 7; guess++) {
        const body = { email: 'ada@example.test', password: `guess number ${guess}` };
        guesses.push((await strict.anonymous.post('/api/auth/sign-in/email', body)).status);
      }
      expect(guesses).toEqual([401, 401, 401, 401, 401, 429, 429]);
      // A client cannot name another address for itself.
      const forged = { 'x-busbar-client-address': '203.0.113.9', 'x-forwarded-for': '203.0.113.9' };
      const body = { email: 'ada@example.test', password: 'another guess' };
      expect((await strict.anonymous.send('POST', '/api/auth/sign-in/email', body, forged)).status).toBe(429);
    } finally {
      await strict.close();
    }
  });

  it('NB-09: one account per person; the right password opens, the wrong one and an unknown address answer alike', async () => {
    const right = await signIn(ada.email, 'correct horse');
    expect(right.status).toBe(200);
    const wrong = await signIn(ada.email, 'battery staple');
    const unknown = await signIn('nobody@example.test', 'battery staple');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.text).toBe(unknown.text);
  });

  it('T10: neither password nor session token comes back where it does not belong', async () => {
    const me = await ada.get('/v1/me');
    expect(me.as<{ email: string }>(200).email).toBe(ada.email);
    expect(me.text).not.toContain(ada.token);
  });

  it('NB-54: a signed-out token is worth nothing', async () => {
    const person = await world.signUp('Gone');
    expect((await person.get('/v1/me')).status).toBe(200);
    await person.post('/api/auth/sign-out', {});
    expect((await person.get('/v1/me')).body).toMatchObject({ code: 'not-signed-in' });
  });

  it('a browser session: the cookie is http-only and same-site, and writes from other sites are refused', async () => {
    const response = await signIn(ada.email, 'correct horse');
    const cookie =
      response.headers.getSetCookie().find((each) => each.startsWith('busbar.session_token=')) ?? '';
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    const session = { cookie: cookie.split(';', 1)[0] ?? '' };
    const create = (headers: Record<string, string>) =>
      world.anonymous.send('POST', '/v1/organisations', { name: 'Volt' }, { ...session, ...headers });
    expect((await create({ origin: 'https://evil.example' })).body).toMatchObject({ code: 'foreign-origin' });
    expect((await create({ origin: world.url })).status).toBe(201);
    expect((await create({ origin: 'https://trusted.example' })).status).toBe(201);
  });
});

describe('bad requests', () => {
  const problemOf = async (answer: Promise<{ status: number; body: unknown; headers: Headers }>) => {
    const { status, body, headers } = await answer;
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const { code, traceId } = body as { code: keyof typeof problems; traceId: string };
    expect(body).toMatchObject({ status, title: problems[code][1], nextStep: problems[code][2] });
    expect(headers.get('x-trace-id')).toBe(traceId);
    return { status, code };
  };

  it.each([
    ['half a document', '{"name": ', 400, 'malformed-json'],
    ['nothing', '', 400, 'malformed-json'],
    ['an empty name', JSON.stringify({ name: '' }), 400, 'invalid-request'],
    ['a field too many', JSON.stringify({ name: 'Volt', extra: true }), 400, 'invalid-request'],
    ['a field too few', JSON.stringify({}), 400, 'invalid-request'],
    ['a list', JSON.stringify([1]), 400, 'invalid-request'],
    ['null', 'null', 400, 'invalid-request'],
    ['300 KB', JSON.stringify({ name: 'x'.repeat(300_000) }), 413, 'body-too-large'],
  ])('RFC 9457: %s as body is a problem with its own code', async (_name, body, status, code) => {
    expect(await problemOf(ada.send('POST', '/v1/organisations', body, {}))).toEqual({ status, code });
  });

  it('RFC 9457: names the fields, without repeating their values', async () => {
    const answer = await ada.post('/v1/locations', {
      name: 'Cabin',
      timeZone: 'Europe/Atlantis',
      organisationId: null,
    });
    expect(answer.body).toMatchObject({ code: 'invalid-request', issues: [{ path: 'body.timeZone' }] });
    expect(answer.text).not.toContain('Atlantis');
  });

  it('RFC 9457: refuses other content types, unknown paths and broken escapes', async () => {
    expect(
      await problemOf(ada.send('POST', '/v1/organisations', 'name=Volt', { 'content-type': 'text/plain' })),
    ).toEqual({ status: 415, code: 'unsupported-media-type' });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ada.send('POST', '/v1/organisations', 'name=Volt', form)).status).toBe(415);
    expect(await problemOf(ada.get('/v1/nothing'))).toEqual({ status: 404, code: 'not-found' });
    expect(await problemOf(ada.get('/v1/locations/not-a-uuid'))).toEqual({
      status: 400,
      code: 'invalid-request',
    });
    expect((await ada.get('/v1/locations/%E0%A4%A')).status).toBe(400);
    expect((await ada.get('/v1/me')).status).toBe(200);
  });

  it('counts what it refused', async () => {
    await world.anonymous.get('/v1/me');
    const text = await world.metrics.getSingleMetricAsString('busbar_http_problems_total');
    expect(text).toMatch(/operation="getMe",status="401"\} [1-9]/);
  });
});

describe('Idempotency-Key (T6)', () => {
  const key = () => ({ 'idempotency-key': randomUUID() });
  const names = async () => {
    const { items } = (await ada.get('/v1/organisations')).as<{ items: { name: string }[] }>(200);
    return items.map(({ name }) => name);
  };

  it('answers a repeat the same and does nothing again', async () => {
    const header = key();
    const first = await ada.send('POST', '/v1/organisations', { name: 'Once' }, header);
    const second = await ada.send('POST', '/v1/organisations', { name: 'Once' }, header);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect((await names()).filter((name) => name === 'Once')).toHaveLength(1);
  });

  it('does the work once when five repeats arrive together', async () => {
    const header = key();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => ada.send('POST', '/v1/organisations', { name: 'Together' }, header)),
    );
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(answers.some(({ status }) => status === 201)).toBe(true);
    expect((await names()).filter((name) => name === 'Together')).toHaveLength(1);
  });

  it('refuses the key for another request, and frees it when the request failed', async () => {
    const header = key();
    await ada.send('POST', '/v1/organisations', { name: 'Mine' }, header);
    const other = await ada.send('POST', '/v1/organisations', { name: 'Other' }, header);
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });

    const failing = key();
    const path = `/v1/organisations/${randomUUID()}/members`;
    await ada.send('POST', path, { email: 'a@example.test', role: 'installer' }, failing);
    expect((await ada.send('POST', '/v1/organisations', { name: 'Free' }, failing)).status).toBe(201);
  });

  it('belongs to one person', async () => {
    const eve = await world.signUp('Eve');
    const header = key();
    await ada.send('POST', '/v1/organisations', { name: 'Private' }, header);
    const answer = await eve.send('POST', '/v1/organisations', { name: 'Private' }, header);
    expect(answer.headers.get('idempotent-replayed')).toBeNull();
  });
});

interface Page {
  items: { locationId: string }[];
  nextCursor: string | null;
}

describe('cursors', () => {
  it('NB-39: walk every location once, and refuse what is not theirs', async () => {
    const walker = await world.signUp('Walker');
    const create = (index: number) =>
      walker.post('/v1/locations', {
        name: `Place ${index % 3}`,
        timeZone: 'Europe/Oslo',
        organisationId: null,
      });
    const created = await Promise.all(Array.from({ length: 11 }, (_, index) => create(index)));
    const seen: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const query: string = `limit=3${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page: Page = (await walker.get(`/v1/locations?${query}`)).as<Page>(200);
      seen.push(...page.items.map(({ locationId }) => locationId));
      cursor = page.nextCursor;
      pages++;
    } while (cursor !== null);
    const expected = created.map((answer) => answer.as<{ locationId: string }>(201).locationId);
    expect(seen.toSorted()).toEqual(expected.toSorted());
    expect(pages).toBe(4);
    for (const bad of ['nonsense', Buffer.from('["commands",1,2]').toString('base64url')]) {
      expect((await walker.get(`/v1/locations?cursor=${bad}`)).body).toMatchObject({
        code: 'invalid-cursor',
      });
    }
  });
});

describe('the surface', () => {
  it('serves its own description, and its health', async () => {
    const document = (await world.anonymous.get('/v1/openapi.json')).as<{ openapi: string; paths: object }>(
      200,
    );
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toContain('/v1/devices/{deviceId}/commands');
    const topics = (await world.anonymous.get('/v1/asyncapi.json')).as<{
      asyncapi: string;
      channels: object;
    }>(200);
    expect(topics.asyncapi).toBe('3.0.0');
    expect(Object.keys(topics.channels)).toContain('readingProtobuf');
    expect((await world.anonymous.get('/health')).body).toMatchObject({ status: 'ok' });
  });

  it('T7: does not start with a route that declares nothing', async () => {
    @Controller()
    class Careless {
      @Get('/v1/everything')
      everything(): string {
        return 'all of it';
      }
    }
    class CarelessModule {}
    const start = startHttpWorld([{ module: CarelessModule, controllers: [Careless] }], {
      attemptsPerMinute: 10,
      authEndpoint: 'here',
    });
    await expect(start).rejects.toThrow('Careless.everything');
  });
});
