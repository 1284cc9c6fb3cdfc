import type { z } from 'zod';
import { changeSchema } from './change.js';
import { commandMessageSchema } from './command.js';
import { limitSchema } from './limit.js';
import { observationSchema } from './observation.js';

/** Every bus topic and the shape that travels on it. Each message names its site; the site decides the partition. */
export const topicSchemas = {
  observations: observationSchema,
  limits: limitSchema,
  commands: commandMessageSchema,
  changes: changeSchema,
} as const;

export type Topic = keyof typeof topicSchemas;
export type MessageOf<T extends Topic> = z.infer<(typeof topicSchemas)[T]>;
