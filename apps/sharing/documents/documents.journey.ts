import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { giveGrant } from '#libs/testing/give-grant.js';
import type { Caller } from '#libs/testing/http-world.js';
import { organise, problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOver, join, share } from '#libs/testing/sharing-steps.js';
import { certify, enterInstallation, orderWork } from '#libs/testing/supplier-steps.js';
import { SharingModule } from '../sharing-module.js';

interface WorkOrder {
  readonly workOrderId: string;
  readonly title: string;
  readonly yours: boolean;
  readonly madeBy: { readonly organisationId: string | null; readonly name: string };
}
interface Page {
  readonly items: readonly WorkOrder[];
  readonly nextCursor: string | null;
}

let stage: SharingStage;
let ada: Caller;
let pia: Caller;
let ohm: string;
let locationId: string;
let installationId: string;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  ({ ada, pia } = stage);
  ohm = await organise(pia, 'Ohm');
  locationId = await stage.install('Documented');
  installationId = await enterInstallation(stage, locationId, 'Row');
  await giveGrant(stage, {
    place: { locationId, part: { kind: 'installation', id: installationId } },
    organisationId: ohm,
    role: 'subcontractor',
    grantedByOrganisationId: stage.volt,
  });
});
afterAll(() => stage.close());

const orders = (rest: string) => `/v1/installations/${installationId}/work-orders${rest}`;
const plain = { description: '', state: 'planned', doneAt: null, activities: [] };

describe('work orders and certificates', () => {
  it('CS-35: a grantee reads all of them and adds his own, in the name of his organisation', async () => {
    const ours = (await orderWork(ada, installationId, 'Ours', {})).as<WorkOrder>(201);
    const theirs = (await orderWork(pia, installationId, 'Theirs', {})).as<WorkOrder>(201);
    expect(ours).toMatchObject({ yours: true, madeBy: { organisationId: stage.volt, name: 'Volt' } });
    expect(theirs).toMatchObject({ yours: true, madeBy: { organisationId: ohm, name: 'Ohm' } });
    const first = (await pia.get(orders('?limit=1'))).as<Page>(200);
    const next = (await pia.get(orders(`?limit=1&cursor=${first.nextCursor}`))).as<Page>(200);
    const seen = [...first.items, ...next.items].map(({ title, yours }) => [title, yours]);
    expect(seen.toSorted()).toEqual([
      ['Ours', false],
      ['Theirs', true],
    ]);
  });

  it('CS-36: nobody changes or deletes what another organisation made, whatever right he has', async () => {
    const ours = (await orderWork(ada, installationId, 'Ours to keep', {})).as<WorkOrder>(201);
    const theirs = (await orderWork(pia, installationId, 'Theirs to keep', {})).as<WorkOrder>(201);
    const changed = { ...plain, title: 'Changed' };
    for (const [who, order] of [
      [pia, ours],
      [ada, theirs],
    ] as const) {
      expect((await who.put(orders(`/${order.workOrderId}`), changed)).status).toBe(403);
      expect((await who.delete(orders(`/${order.workOrderId}`))).status).toBe(403);
    }
    // A colleague of the maker may.
    const carl = await stage.world.signUp('Carl');
    await join(pia, ohm, carl, 'installer');
    expect((await carl.put(orders(`/${theirs.workOrderId}`), changed)).body).toMatchObject({
      title: 'Changed',
      madeBy: { name: 'Ohm' },
    });
    expect((await carl.delete(orders(`/${theirs.workOrderId}`))).status).toBe(204);
    expect((await pia.get(orders(`/${theirs.workOrderId}`))).status).toBe(404);
    expect((await ada.get(orders(`/${ours.workOrderId}`))).body).toMatchObject({ title: 'Ours to keep' });
    const audit = await stage.rows('SELECT action FROM audit_log WHERE subject_id = $1 ORDER BY sequence', [
      theirs.workOrderId,
    ]);
    expect(audit.map(({ action }) => action)).toEqual([
      'work-order-made',
      'work-order-changed',
      'work-order-deleted',
    ]);
  });

  it('keeps activities, and holds that what is done was done at an instant', async () => {
    const at = new Date(stage.clock.now()).toISOString();
    const done = { state: 'done', doneAt: at, activities: [{ at, text: 'Tightened the terminals' }] };
    expect((await orderWork(ada, installationId, 'Done', done)).body).toMatchObject(done);
    const contradictions = [{ state: 'done' }, { doneAt: at }];
    for (const wish of contradictions) {
      expect(problemOf(await orderWork(ada, installationId, 'Contradiction', wish))).toBe('invalid-request');
    }
  });

  it('is read where history is, made where work is, and nowhere else', async () => {
    const [owner, guest, tess, eve] = [
      await stage.world.signUp('Owner'),
      await stage.world.signUp('Guest'),
      await stage.world.signUp('Tess'),
      await stage.world.signUp('Eve'),
    ];
    await handOver(ada, locationId, owner);
    await share(owner, locationId, guest, 'guest');
    const membershipId = await join(ada, stage.volt, tess, 'installer');
    await ada.put(`/v1/organisations/${stage.volt}/members/${membershipId}`, { role: 'technician' });
    const reads = [];
    const makes = [];
    for (const who of [owner, guest, tess, eve]) {
      reads.push((await who.get(orders(''))).status);
      makes.push((await orderWork(who, installationId, 'Tried', {})).status);
    }
    expect(reads).toEqual([200, 403, 403, 404]);
    expect(makes).toEqual([403, 403, 201, 404]);
    const other = await enterInstallation(stage, locationId, 'Not shared');
    expect((await orderWork(pia, other, 'Tried', {})).status).toBe(404);
    // A document is found at its own installation only, and by its own kind.
    const { certificateId } = (await certify(ada, other, 'Elsewhere', {})).as<{ certificateId: string }>(201);
    expect((await ada.get(`/v1/installations/${installationId}/certificates/${certificateId}`)).status).toBe(
      404,
    );
    expect((await ada.get(`/v1/installations/${other}/work-orders/${certificateId}`)).status).toBe(404);
    expect((await ada.get(`/v1/installations/${other}/certificates/${certificateId}`)).status).toBe(200);
    const removal = `/v1/organisations/${stage.volt}/installations/${other}`;
    expect(problemOf(await ada.delete(removal))).toBe('still-in-use');
  });

  it('CS-36: a partner without an organisation makes his own; nobody works for one without access', async () => {
    const paul = await stage.world.signUp('Paul');
    const single = await stage.install('Single');
    const own = await enterInstallation(stage, single, 'Own');
    await share(ada, single, paul, 'partner');
    const order = (await orderWork(paul, own, 'Alone', {})).as<WorkOrder>(201);
    expect(order.madeBy).toMatchObject({ organisationId: null, name: 'Paul' });
    expect((await ada.delete(`/v1/installations/${own}/work-orders/${order.workOrderId}`)).status).toBe(403);
    const watt = await organise(paul, 'Watt');
    expect(problemOf(await orderWork(paul, own, 'For Watt', { onBehalfOf: watt }))).toBe(
      'unknown-organisation',
    );
    expect(problemOf(await orderWork(ada, own, 'For Ohm', { onBehalfOf: ohm }))).toBe('unknown-organisation');
  });
});
