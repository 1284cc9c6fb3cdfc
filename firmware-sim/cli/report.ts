import type { FleetSnapshot, FleetSummary } from '../fleet/snapshot.js';

const ampere = (value: number): string => value.toFixed(1).padStart(5);

/** One short line for a person. */
export function statusLine(snapshot: FleetSnapshot): string {
  const { cars, nodes } = snapshot;
  const fullest = nodes.reduce((a, b) => (b.ratio > a.ratio ? b : a), nodes[0]!);
  return [
    snapshot.dayTime,
    `${snapshot.chargersOnline}/${snapshot.chargers} chargers online`,
    `${cars.charging} charging, ${cars.waitingForCurrent} waiting for current, ${cars.waitingForCar} for the car, ${cars.waitingForCard} for a card`,
    `${fullest.nodeId} ${fullest.current_A.map(ampere).join(' ')} A (${Math.round(fullest.ratio * 100)} % of its fuse)`,
    `${snapshot.energy_kWh.toFixed(1)} kWh`,
  ].join(' | ');
}

/** One JSON line for a program. */
export function jsonLine(snapshot: FleetSnapshot): string {
  const round = (_key: string, value: unknown): unknown =>
    typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value;
  return JSON.stringify(snapshot, round);
}

export function summaryText(summary: FleetSummary): string {
  const lines = [
    `Ran ${Math.round(summary.elapsed_s)} s: ${summary.energy_kWh.toFixed(1)} kWh in ${summary.sessions} sessions, ${summary.reconnects} reconnects.`,
  ];
  for (const node of summary.nodes) {
    const ratios = node.maximumRatio.map((ratio, line) => `L${line + 1} ${(ratio * 100).toFixed(0)} %`);
    lines.push(
      `${node.name}: highest share of the fuse ${ratios.join(', ')}; ${node.outsideNoTripCurve_s.toFixed(1)} s outside the no-trip curve.`,
    );
  }
  lines.push(
    summary.mayHaveTripped
      ? `A breaker may have tripped: ${summary.outsideNoTripCurve_s.toFixed(1)} s outside its no-trip curve.`
      : 'No breaker would have tripped.',
  );
  return lines.join('\n');
}
