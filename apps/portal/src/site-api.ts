import type { Schemas } from '#libs/sdk/client.js';
import { api, unwrap } from './api.js';
import { once } from './sharing-api.js';

export type Device = Schemas['Device'];
export type ChecklistItem = Schemas['ChecklistItem'];
export type DeviceChecklist = Schemas['DeviceChecklist'];
export type Alert = Schemas['Alert'];
export type Twin = Schemas['Twin'];
export type ChargingSession = Schemas['ChargingSession'];
export type SessionTotals = Schemas['SessionTotals'];
export type SessionExport = Schemas['Export'];

/** What a person read from a sticker: typed, or the text of its QR code. */
export type Sticker = { readonly serial: string; readonly pin: string } | { readonly code: string };

export const devicesOf = (locationId: string) =>
  unwrap(api.GET('/v1/locations/{locationId}/devices', { params: { path: { locationId } } }));

export const checklistOf = (locationId: string) =>
  unwrap(api.GET('/v1/locations/{locationId}/checklist', { params: { path: { locationId } } }));

export const claimDevice = (locationId: string, sticker: Sticker, name: string) =>
  unwrap(
    api.POST('/v1/locations/{locationId}/claims', {
      params: { path: { locationId }, header: once() },
      body: { ...sticker, name },
    }),
  );

export const replaceDevice = (deviceId: string, sticker: Sticker) =>
  unwrap(
    api.POST('/v1/devices/{deviceId}/replacement', {
      params: { path: { deviceId }, header: once() },
      body: sticker,
    }),
  );

/** Where an item of the checklist stands: at the location, or at one of its devices. */
export type ChecklistPlace = { readonly locationId: string } | { readonly deviceId: string };

/** @param tick null: the item is open again, and its note gone */
export function putChecklistItem(
  place: ChecklistPlace,
  item: string,
  tick: { readonly note: string | null } | null,
) {
  const body = tick ? { done: true, note: tick.note } : { done: false };
  return 'deviceId' in place
    ? unwrap(
        api.PUT('/v1/devices/{deviceId}/checklist/{item}', {
          params: { path: { ...place, item }, header: once() },
          body,
        }),
      )
    : unwrap(
        api.PUT('/v1/locations/{locationId}/checklist/{item}', {
          params: { path: { ...place, item }, header: once() },
          body,
        }),
      );
}

/** Newest first. */
export const residualCurrentTestsOf = (deviceId: string) =>
  unwrap(api.GET('/v1/devices/{deviceId}/residual-current-tests', { params: { path: { deviceId } } }));
export type ResidualCurrentTest = Awaited<ReturnType<typeof residualCurrentTestsOf>>['items'][number];

export const twinOf = (deviceId: string): Promise<Twin> =>
  unwrap(api.GET('/v1/devices/{deviceId}/twin', { params: { path: { deviceId } } }));

/** Settings that a person edits together; the API refuses them when the twin has a newer wish than the one read. */
export type SettingEdits = Pick<
  Schemas['DeviceSettings'],
  'maxCurrent_A' | 'brightness_percent' | 'cableLock'
>;

export const wishSettings = ({ deviceId, desiredVersion }: Twin, settings: SettingEdits): Promise<Twin> =>
  unwrap(
    api.PATCH('/v1/devices/{deviceId}/twin', {
      params: { path: { deviceId }, header: { ...once(), 'If-Match': `"${desiredVersion}"` } },
      body: { settings },
    }),
  );
