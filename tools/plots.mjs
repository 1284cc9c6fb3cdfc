import { build } from './build.mjs';

await build();
await import('../dist/tools/plots/main.js');
