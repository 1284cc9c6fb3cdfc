import { GateModule } from '#libs/platform/gate-module.js';
import { HttpModule } from '#libs/platform/http/http-module.js';
import { identityFrom } from '#libs/platform/http/identity-from-environment.js';
import { runProcess } from '#libs/platform/run-process.js';
import { SharingModule } from './sharing-module.js';

await runProcess({
  name: 'sharing',
  http: true,
  modules: (environment) => [
    GateModule.register(),
    HttpModule.register({
      identity: identityFrom(environment),
      authEndpoint: 'here',
      operators: environment.BUSBAR_OPERATORS,
    }),
    SharingModule.sharing({ lockFrom: environment.BUSBAR_SHARE_LOCK_FROM }),
  ],
});
