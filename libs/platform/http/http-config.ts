import type { IdentityConfig } from '#libs/platform/identity.js';

export const HTTP_CONFIG = Symbol('HTTP configuration');

export interface HttpConfig {
  readonly identity: IdentityConfig;
  /** Who answers /api/auth: this process, or another to which it is forwarded (apps/api beside apps/sharing). */
  readonly authEndpoint: 'here' | 'elsewhere';
  /** Addresses, in lower case, of the people who run this cloud. */
  readonly operators: readonly string[];
}
