import { runProcess } from '#libs/platform/run-process.js';
import { AllocatorModule } from './allocator-module.js';

await runProcess({
  name: 'allocator',
  http: false,
  modules: (environment) => [AllocatorModule.register({ postgresUrl: environment.BUSBAR_POSTGRES_URL })],
});
