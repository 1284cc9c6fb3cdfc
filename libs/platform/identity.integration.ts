import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getMigrations } from 'better-auth/db/migration';
import { openPool } from '#libs/store/pool.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { openIdentity, type Identity } from './identity.js';

let database: TestDatabase;
let identity: Identity;

beforeAll(async () => {
  database = await createTestDatabase();
  identity = openIdentity(
    {
      connectionString: database.connectionString,
      secret: 'a secret of the tests that is long enough',
      publicUrl: null,
      trustedOrigins: [],
      attemptsPerMinute: 100,
    },
    async () => undefined,
  );
});
afterAll(async () => {
  await identity.close();
  await database.drop();
});

describe('identity', () => {
  it('finds every table and column the installed library wants', async () => {
    const url = new URL(database.connectionString);
    url.searchParams.set('options', '-c search_path=identity');
    const pool = openPool(url.href, { max: 1 });
    try {
      const { toBeCreated, toBeAdded } = await getMigrations({ database: pool });
      expect({ toBeCreated, toBeAdded }).toEqual({ toBeCreated: [], toBeAdded: [] });
    } finally {
      await pool.end();
    }
  });

  it('NB-09: keeps passwords as salted hashes and refuses a second account for an address', async () => {
    const account = { email: 'Ada@Example.test', name: 'Ada', password: 'correct horse' };
    const personId = await identity.createAccount(account);
    const { rows } = await database.pool.query(
      `SELECT email, password FROM identity."user" u JOIN identity.account a ON a."userId" = u.id WHERE u.id = $1`,
      [personId],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].email).toBe('ada@example.test');
    expect(rows[0].password).not.toContain('correct horse');
    await expect(identity.createAccount(account)).rejects.toThrow();
  });

  it('knows nobody by a made-up token', async () => {
    for (const authorization of ['Bearer nonsense', 'Bearer a.b', 'Basic YTpi', 'Bearer ']) {
      expect(await identity.resolve(new Headers({ authorization }))).toBeNull();
    }
    expect(await identity.resolve(new Headers({ cookie: 'busbar.session_token=forged.forged' }))).toBeNull();
  });
});
