/** Injection tokens of the things every app shares; PlatformModule provides them. */
export const CLOCK = Symbol('Clock');
export const BUS = Symbol('Bus');
export const POOL = Symbol('PostgreSQL pool');
export const LOGGER = Symbol('Logger');
export const METRICS = Symbol('Metrics registry');
/** The one door of every person's request (libs/gate); GateModule provides it. */
export const GATE = Symbol('Gate');
/** Who signed in to a customer portal (libs/platform/portal-identity.ts); HttpModule provides it. */
export const PORTAL_IDENTITY = Symbol('Portal identity');
/** Who is signed in (libs/platform/identity.ts); HttpModule provides it. */
export const IDENTITY = Symbol('Identity');
