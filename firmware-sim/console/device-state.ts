import type { RunningFleet } from '../fleet/running-fleet.js';

/** What one device does now, in one line that changes only when something happens. */
export function deviceState(fleet: RunningFleet): string {
  const [charger] = fleet.chargers;
  if (charger) {
    const connectors = charger.connectors.map((connector) => {
      const { car, offer } = connector;
      const current_A = Math.round(car?.current_A ?? 0);
      const flow = car
        ? `, ${current_A} A of ${offer.limit_A.toFixed(0)} A on ${connector.phases} lines`
        : '';
      return `connector ${connector.number} ${connector.status()}${flow}`;
    });
    return [charger.online ? 'online' : 'offline', ...connectors].join(' | ');
  }
  const [balancer] = fleet.balancers;
  if (balancer) {
    const node = fleet.snapshot().nodes[0];
    const currents = (node?.current_A ?? []).map((each) => each.toFixed(0)).join(' ');
    return `${balancer.connected ? 'online' : 'offline'} | ${currents} A`;
  }
  const [hub] = fleet.hubs;
  if (!hub) return 'no device';
  return `${hub.connected ? 'online' : 'offline'} | ${hub.armedState} | ${hub.waiting} events not acknowledged`;
}
