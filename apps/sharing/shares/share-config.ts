import type { LockAnchor } from '#libs/entitlements/grant-lock.js';

/** Nest's name for the settings of shares. */
export const SHARE_CONFIG = Symbol('share config');

export interface ShareConfig {
  /** CS-22: what the 72 hours of an installation manager's access run from. */
  readonly lockFrom: LockAnchor;
}
