import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { sendFactoryFile } from '#libs/testing/factory-steps.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { ApiModule } from '../api-module.js';

let world: HttpWorld;
let operator: Caller;
let ada: Caller;
beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  operator = await world.signUpOperator();
  ada = await world.signUp('Ada');
});
afterAll(() => world.close());

const header = 'serial,pin,type,model,bootstrapSecret';
const secret = '0123456789abcdef0123456789abcdef01234567';

interface Imported {
  readonly imported: number;
  readonly unchanged: number;
  readonly bootstrapSecrets: readonly { serial: string; bootstrapSecret: string }[];
}

describe('devices on their way from the factory', () => {
  it('NB-70: a file is imported; secrets that were generated are answered once, PINs never', async () => {
    const file = `${header}\nF-0001,471100,charger,Garage One,\nF-0002,815815,hub,Home,${secret}\n`;
    const first = await sendFactoryFile(operator, file);
    expect(first.as<Imported>(201)).toEqual({
      imported: 2,
      unchanged: 0,
      bootstrapSecrets: [{ serial: 'F-0001', bootstrapSecret: expect.stringMatching(/^[0-9a-f]{40}$/) }],
    });
    expect(first.text).not.toContain('471100');
    const again = (await sendFactoryFile(operator, file)).as<Imported>(201);
    expect(again).toEqual({ imported: 0, unchanged: 2, bootstrapSecrets: [] });
    const known = await operator.get('/v1/factory/devices/f-0001');
    expect(known.as<object>(200)).toEqual({
      serial: 'F-0001',
      kind: 'charger',
      model: 'Garage One',
      state: 'manufactured',
      wrongPins: 0,
      locked: false,
      importedAt: expect.any(String),
    });
    const { rows } = await world.database.pool.query(`SELECT f::text FROM factory_devices AS f`);
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`471100|${secret}`));
  });

  it('NB-70: one bad row and nothing is imported; each is told by its line with a code', async () => {
    const file = `${header}\nF-0010,471100,charger,Garage One,\nF-0001,999999,charger,Garage One,\n`;
    const otherwise = await sendFactoryFile(operator, file);
    expect(otherwise.as<object>(422)).toMatchObject({
      code: 'unusable-factory-rows',
      issues: [{ path: 'line 3', code: 'imported-otherwise' }],
    });
    const wrong = await sendFactoryFile(operator, `${header}\nF-0010,4711,charger,Garage One,\n`);
    expect(wrong.as<object>(422)).toMatchObject({ issues: [{ path: 'line 2', code: 'bad-pin' }] });
    expect(wrong.text).not.toContain('4711');
    expect((await operator.get('/v1/factory/devices/F-0010')).status).toBe(404);
  });

  it('two imports of one serial at the same time make it known once', async () => {
    const file = `${header}\nF-0020,471100,charger,Garage One,${secret}\n`;
    const both = await Promise.all([sendFactoryFile(operator, file), sendFactoryFile(operator, file)]);
    const counts = both.map((answer) => answer.as<Imported>(201).imported);
    expect(counts.toSorted()).toEqual([0, 1]);
  });

  it('only an operator whose address is confirmed comes in', async () => {
    const refused = await sendFactoryFile(ada, `${header}\nF-0030,471100,charger,Garage One,\n`);
    expect(refused.as<object>(403)).toMatchObject({ code: 'operators-only' });
    await world.database.pool.query(`UPDATE identity."user" SET "emailVerified" = FALSE WHERE id = $1`, [
      operator.personId,
    ]);
    expect((await operator.get('/v1/factory/devices/F-0001')).status).toBe(403);
    await world.database.pool.query(`UPDATE identity."user" SET "emailVerified" = TRUE WHERE id = $1`, [
      operator.personId,
    ]);
    expect((await operator.get('/v1/factory/devices/F-0001')).status).toBe(200);
  });

  it('NB-73: nobody registers a device of the factory without its PIN', async () => {
    const { organisationId } = (await ada.post('/v1/organisations', { name: 'Volt' })).as<{
      organisationId: string;
    }>(201);
    const place = { name: 'Harbour', timeZone: 'Europe/Oslo', organisationId };
    const { locationId } = (await ada.post('/v1/locations', place)).as<{ locationId: string }>(201);
    const wanted = { kind: 'charger', identity: 'F-0001', name: 'Charger' };
    const squat = await ada.post(`/v1/locations/${locationId}/devices`, wanted);
    expect(squat.as<object>(409)).toMatchObject({ code: 'identity-taken' });
  });
});
