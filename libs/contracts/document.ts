import { z } from 'zod';

/** What was done, or attested, at an installation. Documents are written by people and rendered as PDF. */
export const documentKinds = ['work-order', 'certificate'] as const;
export type DocumentKind = (typeof documentKinds)[number];

export const workOrderStates = ['planned', 'in-progress', 'done'] as const;
export type WorkOrderState = (typeof workOrderStates)[number];

/** Something that was done in the course of a work order. */
export const activitySchema = z
  .strictObject({ at: z.iso.datetime(), text: z.string().trim().min(1).max(1_000) })
  .meta({ id: 'Activity' });
export type Activity = z.infer<typeof activitySchema>;

export const logoTypes = ['image/png', 'image/jpeg'] as const;
export type LogoType = (typeof logoTypes)[number];
