import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { ApiModule } from '#apps/api/api-module.js';
import type { Caller } from '#libs/testing/http-world.js';
import {
  enablePortal,
  enterCustomer,
  enterPortal,
  portalOfCustomer,
  portalOfLocation,
  tryPortal,
  type PortalAccess,
} from '#libs/testing/portal-steps.js';
import { problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { certify, enterInstallation, orderWork } from '#libs/testing/supplier-steps.js';
import { SharingModule } from '../sharing-module.js';

let stage: SharingStage;
let ada: Caller;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  ({ ada } = stage);
});
afterAll(() => stage.close());
// Each test has its own allowance of wrong codes.
beforeEach(() => stage.pass(15 * 60_000));

/** A location narrowed to its one installation. */
async function narrowed(name: string): Promise<{ locationId: string; code: string; token: string }> {
  const locationId = await stage.install(name);
  await enterInstallation(stage, locationId, 'Row');
  const wish = { enabled: true, restricted: true };
  const access = (await ada.put(portalOfLocation(stage, locationId), wish)).as<PortalAccess>(200);
  return { locationId, code: access.code ?? '', token: access.tokens[0]?.token ?? '' };
}

/** The statements that a try to sign in takes, without those of the snapshot's tail beside it. */
async function statementsOf(attempt: () => Promise<unknown>): Promise<readonly string[]> {
  const query = jest.spyOn(pg.Client.prototype, 'query');
  try {
    await attempt();
    return query.mock.calls
      .map(([statement]) => String(statement))
      .filter((text) => /guesses|customer_portal|advisory_xact_lock_shared/.test(text));
  } finally {
    query.mockRestore();
  }
}

describe('the secrets of the customer portal', () => {
  it('T1, CP-20: neither code, token nor session lies in the database in clear', async () => {
    const { code, token } = await narrowed('Sealed');
    const answer = await tryPortal(stage, code, token);
    const { token: bearer } = answer.as<{ token: string }>(200);
    const secrets = [code, token, bearer].flatMap((secret) => [secret, secret.replaceAll('-', '')]);
    const tables = await stage.rows(
      `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
        WHERE table_schema IN ('public', 'identity') AND table_type = 'BASE TABLE'`,
      [],
    );
    expect(tables.length).toBeGreaterThan(30);
    for (const { name } of tables) {
      const rows = JSON.stringify(await stage.rows(`SELECT * FROM ${String(name)}`, []));
      for (const secret of secrets) expect([name, rows.includes(secret)]).toEqual([name, false]);
    }
  });

  it('T1: the eleventh wrong code from an address is not even looked at, the right one neither', async () => {
    const path = portalOfCustomer(stage, await enterCustomer(stage, 'Kim', []));
    const code = await enablePortal(stage, path);
    const tries = await Promise.all(
      Array.from({ length: 14 }, (_, index) => tryPortal(stage, `0000-0000-0000-00${10 + index}`, null)),
    );
    const statuses = tries.map(({ status }) => status);
    expect(statuses.filter((status) => status === 404)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    expect((await tryPortal(stage, code, null)).status).toBe(429);
    await stage.pass(15 * 60_000);
    // Right ones do not count.
    for (let round = 0; round < 12; round++) expect((await tryPortal(stage, code, null)).status).toBe(200);
  });

  it('T1: the hundredth wrong token ends the code with its sessions, and the audit says so', async () => {
    const { locationId, code, token } = await narrowed('Guessed');
    const visitor = await enterPortal(stage, code, token);
    for (let round = 0; round < 10; round++) {
      await stage.pass(15 * 60_000);
      expect((await visitor.get('/v1/customer-portal')).status).toBe(200);
      // Side by side, so that counting without a lock would lose some.
      const tries = await Promise.all(
        Array.from({ length: 10 }, (_, index) => tryPortal(stage, code, `0000-0000-0000-0${100 + index}`)),
      );
      expect(new Set(tries.map(problemOf))).toEqual(new Set(['unknown-code']));
    }
    expect((await visitor.get('/v1/customer-portal')).status).toBe(401);
    await stage.pass(15 * 60_000);
    expect(problemOf(await tryPortal(stage, code, token))).toBe('unknown-code');
    const access = await ada.get(portalOfLocation(stage, locationId));
    expect(access.body).toMatchObject({ enabled: false, code: null });
    const audit = await stage.rows(
      `SELECT actor_person_id FROM audit_log WHERE location_id = $1 AND action = 'customer-portal-voided'`,
      [locationId],
    );
    expect(audit).toEqual([{ actor_person_id: null }]);
  });

  it('T1, T2: one answer, and the same work, for a code that never was, is off, was renewed or lacks its token', async () => {
    const path = portalOfCustomer(stage, await enterCustomer(stage, 'Lea', []));
    const off = await enablePortal(stage, path);
    await ada.put(path, { enabled: false });
    const renewed = await enablePortal(stage, path);
    await ada.post(`${path}/code`, undefined);
    const { code, token } = await narrowed('Alike');
    const attempts: readonly (readonly [string, string | null])[] = [
      ['ZZZZ-ZZZZ-ZZZZ-ZZZZ', null],
      ['ZZZZ-ZZZZ-ZZZZ-ZZZZ', token],
      [off, null],
      [renewed, null],
      [code, null],
      [token, null],
    ];
    const [bodies, works] = [new Set<string>(), new Set<string>()];
    for (const [tried, with_] of attempts) {
      const work = await statementsOf(async () => {
        const { traceId: _, ...rest } = (await tryPortal(stage, tried, with_)).as<Record<string, unknown>>(
          404,
        );
        bodies.add(JSON.stringify(rest));
      });
      expect(work.length).toBeGreaterThan(3);
      works.add(work.join('\n'));
    }
    expect([bodies.size, works.size]).toEqual([1, 1]);
  });

  it('T10: its answers hold these fields and no others', async () => {
    const locationId = await stage.install('Fields');
    const installationId = await enterInstallation(stage, locationId, 'Row');
    await orderWork(ada, installationId, 'Service', {});
    await certify(ada, installationId, 'Yearly', {});
    const visitor = await enterPortal(
      stage,
      await enablePortal(stage, portalOfLocation(stage, locationId)),
      null,
    );
    const fields = async (path: string) => fieldsOf((await visitor.get(`/v1/customer-portal${path}`)).body);
    expect(await fields('')).toEqual(['level', 'name', 'supplier']);
    expect(await fields('/locations')).toEqual([
      'items',
      'items.address',
      'items.installations',
      'items.installations.building',
      'items.installations.description',
      'items.installations.installationId',
      'items.installations.name',
      'items.locationId',
      'items.name',
      'nextCursor',
    ]);
    expect(await fields(`/installations/${installationId}/logbook`)).toEqual([
      'items',
      'items.by',
      'items.certificate',
      'items.certificate.inspection',
      'items.certificate.validUntil',
      'items.documentId',
      'items.kind',
      'items.madeAt',
      'items.text',
      'items.title',
      'items.workOrder',
      'items.workOrder.activities',
      'items.workOrder.doneAt',
      'items.workOrder.state',
      'nextCursor',
    ]);
  });
});

/** Every field anywhere in a document, by its path without positions. */
function fieldsOf(value: unknown): readonly string[] {
  const found = new Set<string>();
  const visit = (each: unknown, path: string): void => {
    if (Array.isArray(each)) for (const item of each) visit(item, path);
    else if (typeof each === 'object' && each !== null) {
      for (const [name, inner] of Object.entries(each)) {
        const here = path === '' ? name : `${path}.${name}`;
        found.add(here);
        visit(inner, here);
      }
    }
  };
  visit(value, '');
  return [...found].toSorted();
}
