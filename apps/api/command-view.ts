import type { z } from 'zod';
import type { commandSchema } from '#libs/contracts/http/command-routes.js';
import type { CommandRow } from '#libs/store/commands.js';

/** A command in the words of the API. */
export const commandView = (row: CommandRow): z.input<typeof commandSchema> => ({
  ...row,
  enqueuedAt: row.enqueuedAt.toISOString(),
  deadline: row.deadline.toISOString(),
  sentAt: row.sentAt?.toISOString() ?? null,
  finishedAt: row.finishedAt?.toISOString() ?? null,
});
