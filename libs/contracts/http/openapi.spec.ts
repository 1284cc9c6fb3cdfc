import { describe, expect, it } from '@jest/globals';
import { openApiDocument } from './openapi.js';
import { problems } from './problem.js';
import { allRoutes } from './routes.js';

const document = JSON.parse(JSON.stringify(openApiDocument(allRoutes))) as unknown;

function* objectsIn(value: unknown, path = '#'): Generator<[path: string, object: Record<string, unknown>]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* objectsIn(item, `${path}/${index}`);
  } else if (typeof value === 'object' && value !== null) {
    yield [path, value as Record<string, unknown>];
    for (const [key, item] of Object.entries(value)) {
      yield* objectsIn(item, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    }
  }
}

function at(pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

describe('the HTTP contract', () => {
  it("NB-63: nothing can be ordered; a shop is somebody else's matter", () => {
    expect(allRoutes.filter(({ path }) => /shop|basket|purchase|\/orders?\b/.test(path))).toEqual([]);
  });

  it('T7: declares for every route who may call it, over a path parameter that exists', () => {
    for (const route of allRoutes) {
      if (route.access.kind !== 'entitled') continue;
      expect(route.path).toContain(`{${route.access.param}}`);
      expect(Object.keys(route.params.shape)).toContain(route.access.param);
    }
    const open = allRoutes.filter((route) => route.access.kind === 'public').map((route) => route.path);
    expect(open).toEqual([
      '/v1/customer-portal/sign-in',
      // Devices have no session; what opens it is in the address.
      '/v1/firmware/{imageId}/{token}',
      '/health',
      '/v1/openapi.json',
      '/v1/asyncapi.json',
    ]);
  });

  it('CP-17, T7: what customers see is theirs alone, in scope where a path names an installation, and only read', () => {
    const portal = allRoutes.filter((route) => route.access.kind === 'portal');
    expect(portal.map(({ operationId }) => operationId)).toEqual([
      'leaveCustomerPortal',
      'getPortalVisit',
      'listPortalLocations',
      'listLogbook',
      'downloadLogbookEntry',
    ]);
    for (const { access, params } of portal) {
      const names = 'installationId' in params.shape;
      expect(access).toEqual({ kind: 'portal', param: names ? 'installationId' : null });
    }
    expect(portal.filter(({ method }) => method !== 'get').map(({ path }) => path)).toEqual([
      '/v1/customer-portal/sign-out',
    ]);
  });

  it('validates every path parameter and names every operation once', () => {
    for (const route of allRoutes) {
      const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(route.params.shape).toSorted()).toEqual(inPath.toSorted());
    }
    const ids = allRoutes.map((route) => route.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('bounds every integer, so that generated clients and databases agree on its size', () => {
    const integers = [...objectsIn(document)].filter(([, object]) => object['type'] === 'integer');
    expect(integers.length).toBeGreaterThan(20);
    const unbounded = integers.filter(
      ([, object]) => object['maximum'] === undefined && object['exclusiveMaximum'] === undefined,
    );
    expect(unbounded.map(([path]) => path)).toEqual([]);
  });

  it('leaves no $ref dangling', () => {
    const references = [...objectsIn(document)].flatMap(([, { $ref }]) =>
      typeof $ref === 'string' ? [$ref] : [],
    );
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((reference) => at(reference) === undefined)).toEqual([]);
  });

  it('gives every problem one sentence and one next step', () => {
    for (const [status, title, nextStep] of Object.values(problems)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(title).toMatch(/^[A-Z][^.]*\.$/);
      expect(nextStep).toMatch(/\.(json\.)?$/);
    }
  });
});
