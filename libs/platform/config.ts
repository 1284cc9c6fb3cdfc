import { z } from 'zod';
import { lockAnchors } from '#libs/entitlements/grant-lock.js';

/** Addresses separated by commas, in lower case. */
export const operatorsSchema = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((address) => address.trim().toLowerCase())
      .filter((address) => address !== ''),
  )
  .pipe(z.array(z.email()));

const port = z.coerce.number().int().min(0).max(65_535);

/** What a process takes from its environment; one place, each with its default or the reason it has none. */
const environmentSchema = z.object({
  /** PostgreSQL or TimescaleDB, e.g. postgresql://busbar:secret@database/busbar. */
  BUSBAR_POSTGRES_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  BUSBAR_REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  BUSBAR_HOST: z.string().default('0.0.0.0'),
  BUSBAR_HTTP_PORT: port.default(7070),
  BUSBAR_OCPP_PORT: port.default(7071),
  /** Passwords cross this port in the clear, so it is for this machine unless somebody says otherwise. */
  BUSBAR_MQTT_PORT: port.default(7072),
  BUSBAR_MQTT_HOST: z.string().default('127.0.0.1'),
  /** Balancers and hubs over TLS, on BUSBAR_HOST. */
  BUSBAR_MQTT_TLS_PORT: port.optional(),
  /** Chargers over TLS; without it TLS ends in front of BUSBAR_OCPP_PORT. */
  BUSBAR_OCPP_TLS_PORT: port.optional(),
  /** PEM files of our own certificate and key; without them the local authority issues one for BUSBAR_TLS_NAMES. */
  BUSBAR_TLS_CERTIFICATE: z.string().optional(),
  BUSBAR_TLS_KEY: z.string().optional(),
  BUSBAR_TLS_NAMES: z
    .string()
    .default('localhost')
    .transform((names) => names.split(',').map((name) => name.trim())),
  /** Where the local certificate authority keeps its key; without it chargers' signing requests are refused. */
  BUSBAR_AUTHORITY_FOLDER: z.string().optional(),
  /** JSON file with what is known of chargers' peculiarities; read again whenever it changes. */
  BUSBAR_QUIRKS_FILE: z.string().optional(),
  /** `laboratory` lets chargers with security profile 0 in without any credential. */
  BUSBAR_SECURITY_PROFILE_0: z.enum(['refused', 'laboratory']).default('refused'),
  /** Prometheus; kept off the public address. */
  BUSBAR_METRICS_HOST: z.string().default('127.0.0.1'),
  BUSBAR_METRICS_PORT: port.default(9464),
  /** Where the api process finds the sharing process. */
  BUSBAR_SHARING_URL: z.url().default('http://127.0.0.1:7080'),
  /** Signs session cookies; the same in api and sharing, at least 32 characters. */
  BUSBAR_AUTH_SECRET: z
    .string()
    .min(32, 'give at least 32 random characters, e.g. from `openssl rand -hex 24`'),
  /** Address people use, e.g. https://busbar.example; empty takes what the request names. */
  BUSBAR_PUBLIC_URL: z.union([z.url(), z.literal('')]).default(''),
  /** Who imports devices from the factory and unlocks them: verified e-mail addresses, separated by commas. */
  BUSBAR_OPERATORS: operatorsSchema,
  /** What the 72 hours run from in which an installation manager's access can be taken back. */
  BUSBAR_SHARE_LOCK_FROM: z.enum(lockAnchors).default('grantedAt'),
  /** Mail server, e.g. smtps://user:secret@mail.example; empty writes mails to the log. */
  BUSBAR_SMTP_URL: z.union([z.url({ protocol: /^smtps?$/ }), z.literal('')]).default(''),
  /** Whom mails are from. */
  BUSBAR_MAIL_FROM: z.string().min(3).max(254).default('Busbar <busbar@localhost>'),
  BUSBAR_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
});
export type Environment = z.infer<typeof environmentSchema>;

/** The environment, checked; throws one error that names every variable to correct. */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const result = environmentSchema.safeParse(variables);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Busbar cannot start; correct these environment variables:\n${lines.join('\n')}`);
}
