import type { LiveDevice, LiveSite, CommandResource } from '../api.js';
import type { StreamEventOf } from '#libs/sdk/live-stream.js';

/** A location as the page knows it: the snapshot of a stream with every event since laid over it. */
export interface LiveLocation {
  readonly site: LiveSite | null;
  /** One point per meter frame since the page was opened, the last quarter of an hour of them. */
  readonly load: readonly LoadPoint[];
  readonly devices: ReadonlyMap<string, LiveDevice>;
  readonly commands: ReadonlyMap<string, CommandResource>;
  readonly connected: boolean;
  /** Why the server ended the stream; null while it runs. */
  readonly ended: StreamEventOf<'end'>['code'] | null;
}

/** Seconds since the epoch and ampere on L1, L2, L3. */
export type LoadPoint = readonly [time_s: number, l1_A: number, l2_A: number, l3_A: number];

/** How much of the past the chart shows. */
export const loadWindow_s = 15 * 60;

export const emptyLocation: LiveLocation = {
  site: null,
  load: [],
  devices: new Map(),
  commands: new Map(),
  connected: false,
  ended: null,
};

export type LiveAction =
  | { readonly type: 'reset' }
  | { readonly type: 'snapshot'; readonly data: StreamEventOf<'snapshot'> }
  | { readonly type: 'device'; readonly data: LiveDevice }
  | { readonly type: 'site'; readonly data: LiveSite }
  | { readonly type: 'command'; readonly data: CommandResource }
  | { readonly type: 'end'; readonly data: StreamEventOf<'end'> }
  | { readonly type: 'connected'; readonly data: boolean };

export function reduceLive(location: LiveLocation, action: LiveAction): LiveLocation {
  switch (action.type) {
    case 'reset':
      return emptyLocation;
    case 'snapshot':
      return {
        ...location,
        ended: null,
        connected: true,
        site: action.data.site,
        load: withFrame(location.load, action.data.site),
        devices: new Map(action.data.devices.map((device) => [device.deviceId, device])),
      };
    case 'device':
      return { ...location, devices: new Map(location.devices).set(action.data.deviceId, action.data) };
    case 'site':
      return { ...location, site: action.data, load: withFrame(location.load, action.data) };
    case 'command': {
      const known = location.commands.get(action.data.commandId);
      // The stream may be ahead of the answer to our own request.
      const data = known ? later(known, action.data) : action.data;
      return { ...location, commands: new Map(location.commands).set(data.commandId, data) };
    }
    case 'end':
      return { ...location, ended: action.data.code, connected: false };
    case 'connected':
      return { ...location, connected: action.data };
  }
}

const progress = (command: CommandResource): number => (command.finishedAt ? 2 : command.sentAt ? 1 : 0);

/** Of two views of one command the one that has got further. */
export const later = (one: CommandResource, other: CommandResource): CommandResource =>
  progress(other) >= progress(one) ? other : one;

function withFrame(load: readonly LoadPoint[], site: LiveSite | null): readonly LoadPoint[] {
  if (!site?.at || !site.current_A) return load;
  const time_s = Date.parse(site.at) / 1_000;
  if (time_s <= (load.at(-1)?.[0] ?? 0)) return load;
  return [...load.filter(([time]) => time > time_s - loadWindow_s), [time_s, ...site.current_A]];
}
