import { hostname } from 'node:os';
import type { Gate } from '#libs/gate/gate.js';
import { GateModule } from '#libs/platform/gate-module.js';
import { runProcess } from '#libs/platform/run-process.js';
import { GATE } from '#libs/platform/tokens.js';
import { COMMAND_RIGHTS, type CommandRights } from './command-rights.js';
import { defaultIngressLimits } from './ingress-config.js';
import { IngressModule } from './ingress.module.js';

/** The edge asks the gate once more right before the wire. */
class CommandRightsModule {}

await runProcess({
  name: 'ingress',
  http: false,
  modules: (environment) => [
    GateModule.register(),
    {
      module: CommandRightsModule,
      global: true,
      providers: [
        { provide: COMMAND_RIGHTS, inject: [GATE], useFactory: (gate: Gate): CommandRights => gate },
      ],
      exports: [COMMAND_RIGHTS],
    },
    IngressModule.register({
      host: environment.BUSBAR_HOST,
      ocppPort: environment.BUSBAR_OCPP_PORT,
      mqttHost: environment.BUSBAR_MQTT_HOST,
      mqttPort: environment.BUSBAR_MQTT_PORT,
      instance: hostname(),
      quirksFile: environment.BUSBAR_QUIRKS_FILE ?? null,
      security: {
        ocppTlsPort: environment.BUSBAR_OCPP_TLS_PORT ?? null,
        mqttTlsPort: environment.BUSBAR_MQTT_TLS_PORT ?? null,
        serverCertificate:
          environment.BUSBAR_TLS_CERTIFICATE && environment.BUSBAR_TLS_KEY
            ? { certificateFile: environment.BUSBAR_TLS_CERTIFICATE, keyFile: environment.BUSBAR_TLS_KEY }
            : null,
        serverNames: environment.BUSBAR_TLS_NAMES,
        authorityFolder: environment.BUSBAR_AUTHORITY_FOLDER ?? null,
        admitsWithoutCredential: environment.BUSBAR_SECURITY_PROFILE_0 === 'laboratory',
      },
      limits: defaultIngressLimits,
    }),
  ],
});
