import { z } from 'zod';
import type { SiteTopology } from '#libs/allocation/topology.js';

const current_A = z.number().min(0).max(10_000);
const perPhase_A = z.tuple([current_A, current_A, current_A]).readonly();
const phase = z.enum(['L1', 'L2', 'L3']);
const nodeId = z.string().min(1).max(64);

const wiringSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('three-phase'), rotation: z.tuple([phase, phase, phase]).readonly() }),
  z.object({ kind: z.literal('single-phase'), phase }),
  z.object({ kind: z.literal('line-to-line'), lines: z.enum(['L1-L2', 'L2-L3', 'L3-L1']) }),
]);

/** The electrical description of a site. Shape only; `compileSite` in libs/allocation checks that the tree is sound. */
export const siteTopologySchema = z.object({
  nodes: z
    .array(
      z.object({
        nodeId,
        parentId: nodeId.nullable(),
        name: z.string().max(120),
        fuse_A: perPhase_A,
        meterDeviceId: z.string().nullable(),
      }),
    )
    .min(1)
    .max(1_000)
    .readonly(),
  transformers: z
    .array(z.object({ nodeId, ratio: z.number().min(0.01).max(1_000), fuse_A: perPhase_A }))
    .max(100)
    .readonly()
    .default([]),
  connectors: z
    .array(
      z.object({
        deviceId: z.string(),
        connector: z.number().int().min(1).max(255),
        nodeId,
        wiring: wiringSchema,
        maximum_A: current_A,
        minimum_A: current_A,
        weight: z.number().min(0.01).max(100),
        priority: z.number().int().min(-100).max(100),
        switchesPhases: z.boolean().default(false),
      }),
    )
    .max(2_000)
    .readonly(),
  margin_A: current_A,
  assumedBase_A: perPhase_A,
  step_A: z.number().min(0.1).max(16),
}) satisfies z.ZodType<SiteTopology>;

export type SiteTopologyDocument = z.infer<typeof siteTopologySchema>;
