import { z } from 'zod';

/** Word that something in PostgreSQL changed for a site (bus topic `changes`); the reader loads it again. */
export const changeSchema = z.object({
  siteId: z.string(),
  subject: z.enum(['topology', 'twin', 'devices', 'entitlements', 'command', 'limits', 'prices', 'tokens']),
  /** The device or command concerned, when it is one. */
  subjectId: z.string().nullable(),
  at: z.number(),
});
export type Change = z.infer<typeof changeSchema>;
