import { z } from 'zod';

export const uuid = z.uuid();
/** Instants in HTTP bodies: RFC 3339 in UTC. */
export const instant = z.iso.datetime();
export const personIdSchema = z.string().min(1).max(64);
export const emailSchema = z.email().max(254);
/** Languages in which we write mail. */
export const languageSchema = z.enum(['en', 'pl', 'da', 'nl', 'fr']).meta({ id: 'Language' });
export const nameSchema = z.string().trim().min(1).max(120);
export const kind = z.enum(['charger', 'balancer', 'hub']).meta({ id: 'DeviceKind' });
export const perPhase = z.tuple([z.number(), z.number(), z.number()]).readonly();
export const perPhaseOrNull = z
  .tuple([z.number().nullable(), z.number().nullable(), z.number().nullable()])
  .readonly();
export const connectorNumber = z.number().int().min(0).max(255);

/** Query of every list that is walked page by page. The cursor is opaque: hand back what you were given. */
export const pageQuery = {
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
};

/** One page; `nextCursor` is null on the last one. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const locationParams = z.object({ locationId: uuid });
export const deviceParams = z.object({ deviceId: uuid });
export const organisationParams = z.object({ organisationId: uuid });
export const commandParams = z.object({ commandId: uuid });
