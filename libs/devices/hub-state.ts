import { initialCommon, type CommonState, type Observed } from './common-state.js';
import type { HubEventRaised, HubReported, SubDevice } from './device-event.js';
import { orderTime, sensibleTime } from './device-time.js';

/** How many of its events a hub's state shows; all of them are in the journal. */
const shownEvents = 10;

export interface HubState extends CommonState {
  readonly kind: 'hub';
  readonly report: (Omit<HubReported, 'type'> & { readonly at: number }) | null;
  /** Its detectors, sirens and keypads as it told last; null until it did. */
  readonly subDevices: { readonly list: readonly SubDevice[]; readonly at: number } | null;
  /** Highest sequence first. */
  readonly lastEvents: readonly (Omit<HubEventRaised, 'type'> & { readonly at: number })[];
}

export const initialHub: HubState = {
  kind: 'hub',
  ...initialCommon,
  report: null,
  subDevices: null,
  lastEvents: [],
};

export function reduceHub(state: HubState, observed: Observed): HubState {
  const { event, deviceTime, receivedAt } = observed;
  switch (event.type) {
    case 'hub-state': {
      const at = orderTime(deviceTime, receivedAt);
      if (state.report && state.report.at > at) return state;
      const { armed, simPresent, signal_dBm } = event;
      return { ...state, report: { armed, simPresent, signal_dBm, at } };
    }
    case 'sub-devices-reported': {
      const at = orderTime(deviceTime, receivedAt);
      if (state.subDevices && state.subDevices.at > at) return state;
      return { ...state, subDevices: { list: event.subDevices, at } };
    }
    case 'hub-event': {
      if (state.lastEvents.some(({ sequence }) => sequence === event.sequence)) return state;
      const { sequence, category, code, zone, text } = event;
      const at = sensibleTime(deviceTime, receivedAt);
      const events = [...state.lastEvents, { sequence, category, code, zone, text, at }];
      const newestFirst = events.toSorted((a, b) => b.sequence - a.sequence);
      return { ...state, lastEvents: newestFirst.slice(0, shownEvents) };
    }
    default:
      return state;
  }
}
