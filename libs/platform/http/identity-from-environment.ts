import type { Environment } from '#libs/platform/config.js';
import type { IdentityConfig } from '#libs/platform/identity.js';

/** Identity settings of a process; api and sharing must agree on them, so they come from one place. */
export const identityFrom = (environment: Environment): IdentityConfig => ({
  connectionString: environment.BUSBAR_POSTGRES_URL,
  secret: environment.BUSBAR_AUTH_SECRET,
  publicUrl: environment.BUSBAR_PUBLIC_URL === '' ? null : environment.BUSBAR_PUBLIC_URL,
  trustedOrigins: [],
  attemptsPerMinute: 30,
});
