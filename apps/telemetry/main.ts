import { runProcess } from '#libs/platform/run-process.js';
import { defaultTelemetryConfig } from './telemetry-config.js';
import { TelemetryModule } from './telemetry-module.js';

await runProcess({
  name: 'telemetry',
  http: false,
  modules: () => [TelemetryModule.register(defaultTelemetryConfig)],
});
