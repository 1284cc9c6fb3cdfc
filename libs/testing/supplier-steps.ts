import type { Answer, Caller } from './http-world.js';
import type { SharingStage } from './sharing-stage.js';

/** Volt enters an installation of a location. */
export async function enterInstallation(
  stage: SharingStage,
  locationId: string,
  name: string,
): Promise<string> {
  const path = `/v1/organisations/${stage.volt}/locations/${locationId}/installations`;
  return (await stage.ada.post(path, { name })).as<{ installationId: string }>(201).installationId;
}

/** A work order in the name of the maker's organisation. */
export const orderWork = (
  by: Caller,
  installationId: string,
  title: string,
  more: Record<string, unknown>,
): Promise<Answer> =>
  by.post(`/v1/installations/${installationId}/work-orders`, {
    title,
    description: '',
    state: 'planned',
    doneAt: null,
    activities: [],
    ...more,
  });

export const certify = (
  by: Caller,
  installationId: string,
  title: string,
  more: Record<string, unknown>,
): Promise<Answer> =>
  by.post(`/v1/installations/${installationId}/certificates`, {
    title,
    inspection: 'Residual current protection',
    findings: '',
    validUntil: null,
    ...more,
  });

/** The bytes behind a path, with a person's or a portal session's credentials. */
export async function download(
  url: string,
  authorization: Record<string, string>,
): Promise<{ readonly status: number; readonly headers: Headers; readonly bytes: Buffer }> {
  const response = await fetch(url, { headers: authorization });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
}
