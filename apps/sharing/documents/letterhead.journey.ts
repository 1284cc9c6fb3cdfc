import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { giveGrant, takeGrant } from '#libs/testing/give-grant.js';
import type { Caller } from '#libs/testing/http-world.js';
import { pdfHasPicture, pdfText } from '#libs/testing/pdf-text.js';
import { organise, problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { certify, download, enterInstallation, orderWork } from '#libs/testing/supplier-steps.js';
import { SharingModule } from '../sharing-module.js';

interface WorkOrder {
  readonly workOrderId: string;
  readonly letterhead: { readonly organisationId: string | null; readonly name: string };
}

/** One red pixel. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==';

let stage: SharingStage;
let ada: Caller;
let pia: Caller;
let ohm: string;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  ({ ada, pia } = stage);
  ohm = await organise(pia, 'Ohm');
  const head = { addressLines: [], phone: null, registrationNumber: null, logo: null };
  await ada.put(`/v1/organisations/${stage.volt}/letterhead`, {
    ...head,
    companyName: 'Volt Charging',
    addressLines: ['Harbour Street 4', '0150 Oslo'],
    email: 'office@volt.example',
  });
  await pia.put(`/v1/organisations/${ohm}/letterhead`, {
    ...head,
    companyName: 'Ohm Fitters',
    email: null,
  });
});
afterAll(() => stage.close());

const made = async (by: Caller, installationId: string, title: string): Promise<WorkOrder> =>
  (await orderWork(by, installationId, title, {})).as<WorkOrder>(201);

/** What the PDF of a work order says. */
async function paper(by: Caller, installationId: string, { workOrderId }: WorkOrder): Promise<string> {
  const path = `/v1/installations/${installationId}/work-orders/${workOrderId}/pdf`;
  const file = await download(`${stage.world.url}${path}`, by.authorization);
  expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  return pdfText(file.bytes);
}

/** A location of Volt with an installation, on which Ohm works under a grant. */
async function lent(
  role: 'subcontractor' | 'borrower' | 'installation-manager',
  branded: boolean,
): Promise<{ installationId: string; grantId: string }> {
  const locationId = await stage.install(`Lent ${role}`);
  const installationId = await enterInstallation(stage, locationId, 'Row');
  const grantId = await giveGrant(stage, {
    place: { locationId, part: { kind: 'installation', id: installationId } },
    organisationId: ohm,
    role,
    grantedByOrganisationId: stage.volt,
    branded,
  });
  return { installationId, grantId };
}

describe('whose name a document carries', () => {
  it('shows what the administrators set: name, address, reach, logo; others may not set it', async () => {
    const path = `/v1/organisations/${ohm}/letterhead`;
    const before = (await pia.get(path)).as<object>(200);
    const withLogo = { ...before, logo: { type: 'image/png', base64: picture } };
    expect((await pia.put(path, withLogo)).body).toEqual(withLogo);
    expect(problemOf(await pia.put(path, { ...before, logo: { type: 'image/jpeg', base64: picture } }))).toBe(
      'unusable-logo',
    );
    const broken = Buffer.from(picture, 'base64').subarray(0, 40).toString('base64');
    expect(problemOf(await pia.put(path, { ...before, logo: { type: 'image/png', base64: broken } }))).toBe(
      'unusable-logo',
    );
    expect((await ada.put(path, withLogo)).status).toBe(404);
    const { installationId } = await lent('subcontractor', false);
    const { workOrderId } = await made(pia, installationId, 'With logo');
    const url = `${stage.world.url}/v1/installations/${installationId}/work-orders/${workOrderId}/pdf`;
    const file = await download(url, pia.authorization);
    expect(pdfHasPicture(file.bytes)).toBe(true);
    expect(file.headers.get('content-disposition')).toBe(
      `attachment; filename="work-order-${workOrderId.slice(0, 8)}.pdf"`,
    );
    await pia.put(path, before);
    // A document keeps the letterhead it was made with.
    expect(pdfHasPicture((await download(url, pia.authorization)).bytes)).toBe(true);
  });

  it('CS-25, CS-26: a subcontractor’s carries the grantor’s from the grant to the revoke, and keeps it', async () => {
    const { installationId, grantId } = await lent('subcontractor', true);
    const during = await made(pia, installationId, 'During');
    expect(during.letterhead).toEqual({ organisationId: stage.volt, name: 'Volt' });
    const text = await paper(pia, installationId, during);
    for (const line of ['Volt Charging', 'Harbour Street 4', '0150 Oslo', 'office@volt.example']) {
      expect(text).toContain(line);
    }
    expect(text).not.toContain('Ohm');
    expect(text).not.toContain('Pia');
    await takeGrant(stage, grantId);
    expect((await orderWork(pia, installationId, 'After', {})).status).toBe(404);
    // Kept after the revoke: Volt, whose installation it is, still prints it so.
    expect(await paper(ada, installationId, during)).toBe(text);
  });

  it('CS-26: what was made under another grant before, or after the branded one, carries the maker’s own', async () => {
    const { installationId, grantId } = await lent('subcontractor', false);
    const before = await made(pia, installationId, 'Before');
    await takeGrant(stage, grantId);
    const place = await placeOf(installationId);
    const terms = { place, organisationId: ohm, grantedByOrganisationId: stage.volt } as const;
    const branded = await giveGrant(stage, { ...terms, role: 'subcontractor', branded: true });
    const during = await made(pia, installationId, 'During');
    await takeGrant(stage, branded);
    await giveGrant(stage, { ...terms, role: 'subcontractor', branded: false });
    const after = await made(pia, installationId, 'After');
    const texts = [];
    for (const order of [before, during, after]) texts.push(await paper(pia, installationId, order));
    expect(texts.map((text) => text.split('\n')[0])).toEqual(['Ohm Fitters', 'Volt Charging', 'Ohm Fitters']);
    // Changing a document later does not change whose name it carries.
    const path = `/v1/installations/${installationId}/work-orders/${during.workOrderId}`;
    const changed = await pia.put(path, {
      title: 'During, corrected',
      description: '',
      state: 'planned',
      doneAt: null,
      activities: [],
    });
    expect(changed.body).toMatchObject({ letterhead: { name: 'Volt' } });
    expect(await paper(pia, installationId, during)).toContain('Volt Charging');
  });

  it('CS-25: a grant that has run out carries its name no more, at that very instant', async () => {
    const locationId = await stage.install('Hours');
    const installationId = await enterInstallation(stage, locationId, 'Row');
    const part = { kind: 'installation', id: installationId } as const;
    const terms = { organisationId: ohm, grantedByOrganisationId: stage.volt, role: 'borrower' } as const;
    const expiresAt = new Date(stage.clock.now() + 3_600_000);
    await giveGrant(stage, { ...terms, place: { locationId, part }, branded: true, expiresAt });
    await giveGrant(stage, { ...terms, place: { locationId, part: null } });
    await stage.pass(3_599_999);
    expect((await made(pia, installationId, 'Last')).letterhead.name).toBe('Volt');
    await stage.pass(1);
    expect((await made(pia, installationId, 'Late')).letterhead.name).toBe('Ohm');
  });

  it('CS-19, CS-27: the same for a borrower, on certificates too; never for an installation manager', async () => {
    const borrowed = await lent('borrower', true);
    const certificate = await certify(pia, borrowed.installationId, 'Yearly', { validUntil: '2027-06-30' });
    const { certificateId } = certificate.as<{ certificateId: string }>(201);
    const path = `/v1/installations/${borrowed.installationId}/certificates/${certificateId}/pdf`;
    const file = await download(`${stage.world.url}${path}`, pia.authorization);
    const lines = pdfText(file.bytes).split('\n');
    expect(lines[0]).toBe('Volt Charging');
    expect(lines).toContain('2027-06-30');
    const managed = await lent('installation-manager', true);
    expect((await made(pia, managed.installationId, 'Own')).letterhead.name).toBe('Ohm');
  });

  it('CS-25: what a third party does under a passed-on grant carries the name at the chain’s root', async () => {
    const { installationId, grantId } = await lent('subcontractor', true);
    const eve = await stage.world.signUp('Eve');
    const watt = await organise(eve, 'Watt');
    await giveGrant(stage, {
      place: await placeOf(installationId),
      organisationId: watt,
      role: 'subcontractor',
      grantedByOrganisationId: ohm,
      parentGrantId: grantId,
      branded: true,
    });
    const order = await made(eve, installationId, 'Third hand');
    expect((await paper(eve, installationId, order)).split('\n')[0]).toBe('Volt Charging');
  });

  it('prints letters of its languages, the ones it lacks without their marks', async () => {
    const locationId = await stage.install('Smørrebrød');
    const installationId = await enterInstallation(stage, locationId, 'Łódź');
    const order = await made(ada, installationId, 'Größe à 5 €');
    const text = await paper(ada, installationId, order);
    expect(text).toContain('Work order: Größe à 5 €');
    expect(text).toContain('Smørrebrød');
    expect(text).toContain('Lódz');
  });
});

async function placeOf(installationId: string) {
  const [row] = await stage.rows('SELECT location_id FROM installations WHERE id = $1', [installationId]);
  const locationId = String(row?.['location_id']);
  return { locationId, part: { kind: 'installation', id: installationId } } as const;
}
