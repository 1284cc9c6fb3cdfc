import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { SiteTopology } from '#libs/allocation/topology.js';

/** Wiring facts of the Caltech garage (firmware-sim/data/README.md names source and licence). */
const garageSchema = z.object({
  line_pairs: z.object({ AB: z.array(z.string()), BC: z.array(z.string()), CA: z.array(z.string()) }),
  pods: z.record(z.string(), z.object({ stations: z.array(z.string()), limit_a: z.number() })),
  max_station_a: z.number(),
});
export type Garage = z.infer<typeof garageSchema>;

const lines = { AB: 'L1-L2', BC: 'L2-L3', CA: 'L3-L1' } as const;

/** Fuse of the demo garage: small enough that a busy morning fills it. */
const mainFuse_A = 100;

export async function readGarage(): Promise<Garage> {
  const file = new URL('../../../firmware-sim/data/caltech-garage.json', import.meta.url);
  return garageSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

export const stationNames = (garage: Garage): readonly string[] => Object.values(garage.line_pairs).flat();

/** The garage as Busbar describes a site; `deviceIds` maps station names and `zen` to registered devices. */
export function garageTopology(garage: Garage, deviceIds: ReadonlyMap<string, string>): SiteTopology {
  const podOf = new Map(
    Object.entries(garage.pods).flatMap(([pod, { stations }]) => stations.map((station) => [station, pod])),
  );
  return {
    nodes: [
      {
        nodeId: 'grid',
        parentId: null,
        name: 'garage connection',
        fuse_A: [mainFuse_A, mainFuse_A, mainFuse_A],
        meterDeviceId: deviceIds.get('zen') ?? null,
      },
      ...Object.entries(garage.pods).map(([pod, { limit_a }]) => ({
        nodeId: `pod-${pod}`,
        parentId: 'grid',
        name: `pod ${pod}`,
        fuse_A: [limit_a, limit_a, limit_a] as const,
        meterDeviceId: null,
      })),
    ],
    transformers: [],
    connectors: Object.entries(garage.line_pairs).flatMap(([pair, stations]) =>
      stations.map((station) => ({
        deviceId: deviceIds.get(station) ?? station,
        connector: 1,
        nodeId: podOf.has(station) ? `pod-${podOf.get(station)}` : 'grid',
        wiring: { kind: 'line-to-line' as const, lines: lines[pair as keyof typeof lines] },
        maximum_A: garage.max_station_a,
        minimum_A: 6,
        weight: 1,
        priority: 0,
        switchesPhases: false,
      })),
    ),
    margin_A: 2,
    assumedBase_A: [15, 15, 15],
    step_A: 1,
  };
}
