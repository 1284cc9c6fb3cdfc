/** Injection tokens of the things every app shares; PlatformModule provides them. */
export const CLOCK = Symbol('Clock');
export const BUS = Symbol('Bus');
export const POOL = Symbol('PostgreSQL pool');
export const LOGGER = Symbol('Logger');
export const METRICS = Symbol('Metrics registry');
