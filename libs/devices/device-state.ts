import { initialBalancer, reduceBalancer, type BalancerState } from './balancer-state.js';
import { applyLimitToCharger, initialCharger, reduceCharger, type ChargerState } from './charger-state.js';
import type { LimitLike } from './charger-state.js';
import { reduceCommon, type DeviceKind, type Observed } from './common-state.js';
import { initialHub, reduceHub, type HubState } from './hub-state.js';

/** What a device is and does now, as far as it told us. JSON through and through. */
export type DeviceState = ChargerState | BalancerState | HubState;

export function initialDeviceState(kind: DeviceKind): DeviceState {
  switch (kind) {
    case 'charger':
      return initialCharger;
    case 'balancer':
      return initialBalancer;
    case 'hub':
      return initialHub;
  }
}

/**
 * The state after an observation. Delivering one again, or delivering an older one late, changes nothing that a newer one
 * said. An event that does not belong to the kind of device only counts as a sign of life.
 */
export function reduceDevice(state: DeviceState, observed: Observed): DeviceState {
  switch (state.kind) {
    case 'charger':
      return reduceCharger(reduceCommon(state, observed), observed);
    case 'balancer':
      return reduceBalancer(reduceCommon(state, observed), observed);
    case 'hub':
      return reduceHub(reduceCommon(state, observed), observed);
  }
}

/** The state after the allocator sent a limit. Only chargers take limits. */
export function applyLimit(state: DeviceState, limit: LimitLike): DeviceState {
  return state.kind === 'charger' ? applyLimitToCharger(state, limit) : state;
}
