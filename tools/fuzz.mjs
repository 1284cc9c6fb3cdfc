import { build } from './build.mjs';

/** `npm run fuzz -- --cases 100000 --seed 7`: strange messages against the chargers' edge (docs/ocpp-failures.md). */
await build();
await import('../dist/apps/ingress/ocpp/fuzz/main.js');
