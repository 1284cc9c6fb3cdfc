import type { Environment } from '#libs/platform/config.js';
import { GateModule } from '#libs/platform/gate-module.js';
import { HttpModule } from '#libs/platform/http/http-module.js';
import { identityFrom } from '#libs/platform/http/identity-from-environment.js';
import { runProcess } from '#libs/platform/run-process.js';
import { SharingModule } from './sharing-module.js';

const sharing = (environment: Environment) => {
  const shares = { lockFrom: environment.BUSBAR_SHARE_LOCK_FROM };
  const { BUSBAR_SMTP_URL: url, BUSBAR_MAIL_FROM: from } = environment;
  return url === '' ? SharingModule.sharing(shares) : SharingModule.mailingOver({ url, from }, shares);
};

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
    sharing(environment),
  ],
});
