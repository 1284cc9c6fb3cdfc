import { build } from './build.mjs';

process.stdout.write('Building Busbar ...\n');
await build();
await import('../dist/apps/all-in-one/main.js');
