import pg from 'pg';

export type Pool = pg.Pool;
/** A pool or a client inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;

/** Opens a connection pool. Times come back as `Date`, int8 as `number` (safe below 2^53), float8 as `number`. */
export function openPool(connectionString: string, options: { max: number }): Pool {
  const types = {
    getTypeParser(oid: number, format?: 'text' | 'binary') {
      if (oid === pg.types.builtins.INT8 && format !== 'binary') return Number;
      return pg.types.getTypeParser(oid, format as 'text');
    },
  };
  const pool = new pg.Pool({ connectionString, max: options.max, types: types as pg.CustomTypesConfig });
  // An idle connection that dies (server restart) is replaced on the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same for one that dies while it is checked out: its queries fail, and that is where it is handled.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Runs `work` in one transaction: commits what it returns, rolls back what it throws. */
export async function inTransaction<Value>(
  pool: Pool,
  work: (client: pg.PoolClient) => Promise<Value>,
): Promise<Value> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const value = await work(client);
    await client.query('COMMIT');
    return value;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: Error) => (broken = rollbackError));
    throw error;
  } finally {
    client.release(broken);
  }
}
