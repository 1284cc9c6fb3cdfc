import { initialCommon, type CommonState, type Observed } from './common-state.js';
import type { BalancerInstalled, BalancerRead, Notice } from './device-event.js';
import { orderTime } from './device-time.js';

export interface BalancerState extends CommonState {
  readonly kind: 'balancer';
  /** The newest reading; `at` by the device's clock when that can be true. */
  readonly reading: (Omit<BalancerRead, 'type'> & { readonly at: number }) | null;
  readonly installation: Omit<BalancerInstalled, 'type'> | null;
  /** What the readings say of how its current transformers are mounted; null: nothing yet. */
  readonly finding: (Pick<Notice, 'code' | 'detail'> & { readonly at: number }) | null;
}

export const initialBalancer: BalancerState = {
  kind: 'balancer',
  ...initialCommon,
  reading: null,
  installation: null,
  finding: null,
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
      const { mainFuse_A, currentTransformerRatio, solarTerminal, readingInterval_s } = event;
      return {
        ...state,
        installation: { mainFuse_A, currentTransformerRatio, solarTerminal, readingInterval_s },
      };
    }
    case 'notice': {
      if (event.topic !== 'installation') return state;
      const at = orderTime(deviceTime, receivedAt);
      if (state.finding && state.finding.at > at) return state;
      return { ...state, finding: { code: event.code, detail: event.detail, at } };
    }
    default:
      return state;
  }
}
