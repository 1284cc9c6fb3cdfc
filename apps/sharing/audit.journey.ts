import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { firstBrokenEntry } from '#libs/store/audit-log.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { handOver, join, share } from '#libs/testing/sharing-steps.js';
import { SharingModule } from './sharing-module.js';

interface Entry {
  readonly sequence: number;
  readonly action: string;
  readonly actor: { readonly name: string } | null;
  readonly entitlement: string | null;
  readonly subjectId: string;
  readonly detail: Record<string, unknown>;
}
interface Page {
  readonly items: Entry[];
  readonly nextCursor: string | null;
}

let world: HttpWorld;
let ada: Caller;
let volt: string;
let own: string;

beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  ada = await world.signUp('Ada');
  const created = (await ada.post('/v1/organisations', { name: 'Volt' })).as<Record<string, string>>(201);
  [volt, own] = [created['organisationId'] ?? '', created['membershipId'] ?? ''];
});
afterAll(() => world.close());

const install = async (name: string): Promise<string> =>
  (await ada.post('/v1/locations', { name, timeZone: 'Europe/Oslo', organisationId: volt })).as<{
    locationId: string;
  }>(201).locationId;

/** An instant that lies between what was done before and what is done after, by the clock of the server. */
async function between(): Promise<string> {
  const now = (): number => Date.now();
  const start = now();
  while (now() <= start) await new Promise((resolve) => setImmediate(resolve));
  const instant = now();
  while (now() <= instant) await new Promise((resolve) => setImmediate(resolve));
  return new Date(instant).toISOString();
}

describe('the audit', () => {
  it('5D: says who did what by which right, newest first, page by page', async () => {
    const locationId = await install('Audited');
    const pat = await world.signUp('Pat');
    const grantId = await share(ada, locationId, pat, 'partner');
    (await ada.delete(`/v1/locations/${locationId}/grants/${grantId}`)).as(204);
    const entries: Entry[] = [];
    let cursor: string | null = null;
    do {
      const link: string = `/v1/locations/${locationId}/audit?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page = (await ada.get(link)).as<Page>(200);
      entries.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    const through = `membership:${own}`;
    expect(entries).toMatchObject([
      { action: 'grant-revoked', actor: { name: 'Ada' }, entitlement: through, subjectId: grantId },
      { action: 'invitation-accepted', actor: { name: 'Pat' }, subjectId: grantId },
      { action: 'invitation-created', actor: { name: 'Ada' }, entitlement: through },
      { action: 'location-created', actor: { name: 'Ada' } },
    ]);
    expect((await pat.get(`/v1/locations/${locationId}/audit`)).status).toBe(404);
    const ivo = await world.signUp('Ivo');
    await join(ada, volt, ivo, 'installer');
    expect((await ada.get(`/v1/organisations/${volt}/audit?limit=1`)).body).toMatchObject({
      items: [{ action: 'member-joined', actor: { name: 'Ivo' } }],
    });
    expect((await ivo.get(`/v1/organisations/${volt}/audit`)).status).toBe(403);
  });

  it('is append-only, and an altered entry shows in the chain', async () => {
    const { pool } = world.database;
    await install('Chained');
    expect(await firstBrokenEntry(pool)).toBeNull();
    for (const statement of [
      `UPDATE audit_log SET action = 'nothing'`,
      'DELETE FROM audit_log',
      'TRUNCATE audit_log',
    ]) {
      await expect(pool.query(statement)).rejects.toThrow('append-only');
    }
    await pool.query('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
    const alter = (column: string, value: string): Promise<unknown> =>
      pool.query(`UPDATE audit_log SET ${column} = $1 WHERE sequence = 2`, [value]);
    const { rows } = await pool.query<{ action: string; detail: string }>(
      'SELECT action, detail FROM audit_log WHERE sequence = 2',
    );
    await alter('action', 'nothing');
    expect(await firstBrokenEntry(pool)).toBe(2);
    await alter('action', rows[0]?.action ?? '');
    await alter('detail', '{"role":"guest"}');
    expect(await firstBrokenEntry(pool)).toBe(2);
    await alter('detail', rows[0]?.detail ?? '');
    expect(await firstBrokenEntry(pool)).toBeNull();
    await pool.query('ALTER TABLE audit_log ENABLE TRIGGER audit_log_append_only');
  });

  it('answers what somebody could do at a past instant, by membership, role, grant and ownership of then', async () => {
    const locationId = await install('Past');
    const [ivo, pat, olga, nora] = [
      await world.signUp('Ivo'),
      await world.signUp('Pat'),
      await world.signUp('Olga'),
      await world.signUp('Nora'),
    ];
    const instants = [await between()];
    const grantId = await share(ada, locationId, pat, 'guest');
    const membershipId = await join(ada, volt, ivo, 'installer');
    await handOver(ada, locationId, olga);
    const again = await share(ada, locationId, pat, 'guest');
    instants.push(await between());
    (await ada.delete(`/v1/locations/${locationId}/grants/${again}`)).as(204);
    (await ada.delete(`/v1/organisations/${volt}/members/${membershipId}`)).as(204);
    await handOver(olga, locationId, nora);
    instants.push(await between());
    expect(grantId).not.toBe(again);
    const could = async (who: Caller, action: string): Promise<string> => {
      const answers = [];
      for (const at of instants) {
        const path = `/v1/locations/${locationId}/explain?action=${action}&personId=${who.personId}&at=${at}`;
        answers.push((await ada.get(path)).as<{ allowed: boolean }>(200).allowed ? 'yes' : 'no');
      }
      return answers.join(' ');
    };
    expect(await could(pat, 'use')).toBe('no yes no');
    expect(await could(pat, 'comfort')).toBe('no no no');
    expect(await could(ivo, 'electrical')).toBe('no yes no');
    expect(await could(olga, 'share')).toBe('no yes no');
    expect(await could(nora, 'share')).toBe('no no yes');
    expect(await could(ada, 'share')).toBe('yes yes yes');
    const later = `/v1/locations/${locationId}/explain?action=use&personId=${pat.personId}`;
    expect((await ada.get(later)).body).toMatchObject({ allowed: false });
  });
});
