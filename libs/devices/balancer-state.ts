import { initialCommon, type CommonState, type Observed } from './common-state.js';
import type { BalancerInstalled, BalancerRead } from './device-event.js';
import { orderTime } from './device-time.js';

export interface BalancerState extends CommonState {
  readonly kind: 'balancer';
  /** The newest reading; `at` by the device's clock when that can be true. */
  readonly reading: (Omit<BalancerRead, 'type'> & { readonly at: number }) | null;
  readonly installation: Omit<BalancerInstalled, 'type'> | null;
}

export const initialBalancer: BalancerState = {
  kind: 'balancer',
  ...initialCommon,
  reading: null,
  installation: null,
};

export function reduceBalancer(state: BalancerState, observed: Observed): BalancerState {
  const { event, deviceTime, receivedAt } = observed;
  switch (event.type) {
    case 'balancer-reading': {
      const at = orderTime(deviceTime, receivedAt);
      if (state.reading && state.reading.at > at) return state;
      const { current_A, voltage_V, power_W, energyImport_Wh, energyExport_Wh } = event;
      return {
        ...state,
        reading: { at, current_A, voltage_V, power_W, energyImport_Wh, energyExport_Wh },
      };
    }
    case 'balancer-installed': {
      const { mainFuse_A, currentTransformerRatio, solarTerminal } = event;
      return { ...state, installation: { mainFuse_A, currentTransformerRatio, solarTerminal } };
    }
    default:
      return state;
  }
}
