import { fileURLToPath } from 'node:url';
import { GateModule } from '#libs/platform/gate-module.js';
import { HttpModule } from '#libs/platform/http/http-module.js';
import { identityFrom } from '#libs/platform/http/identity-from-environment.js';
import { runProcess } from '#libs/platform/run-process.js';
import { ApiModule } from './api-module.js';

await runProcess({
  name: 'api',
  http: true,
  modules: (environment) => [
    GateModule.register(),
    HttpModule.register({
      identity: identityFrom(environment),
      authEndpoint: 'elsewhere',
      operators: environment.BUSBAR_OPERATORS,
    }),
    ApiModule.register({
      portalFolder: fileURLToPath(new URL('../portal', import.meta.url)),
      sharing: { mode: 'proxy', url: environment.BUSBAR_SHARING_URL },
    }),
  ],
});
