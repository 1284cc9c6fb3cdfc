import { runProcess } from '#libs/platform/run-process.js';
import { TelemetryModule } from './telemetry-module.js';

await runProcess({
  name: 'telemetry',
  http: false,
  modules: (environment) => [TelemetryModule.register({ postgresUrl: environment.BUSBAR_POSTGRES_URL })],
});
