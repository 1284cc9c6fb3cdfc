import { join } from 'node:path';
import { acceptIdToken } from '#libs/store/id-tokens.js';
import { ForeignSchema } from '#libs/store/migrate.js';
import { startCloud, type Cloud } from './cloud.js';
import { prepareDemoSite } from './demo/demo-site.js';
import { firstLogin, type FirstLogin } from './demo/first-login.js';
import { startSimulator, type Simulator } from './demo/simulator.js';
import { operatorsSchema } from '#libs/platform/config.js';
import { confirmAddress } from '#libs/store/people.js';
import { readOptions, type Options } from './options.js';
import { prepareFolder, requireFreePort, StartProblem } from './preflight.js';
import { LiveSummary } from './terminal/live-summary.js';
import { showLive } from './terminal/live-terminal.js';

const host = '127.0.0.1';
/** The card every simulated driver uses. */
const simulatedCard = 'SIM-CARD';
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

async function start(options: Options, running: Running): Promise<void> {
  const folder = await prepareFolder(options.dataDir);
  const ports = {
    http: options.port,
    ocpp: options.port + 1,
    mqtt: options.port + 2,
    metrics: options.port + 3,
    ocppTls: options.port + 4,
    mqttTls: options.port + 5,
  };
  await requireFreePort(host, ports.http, 'portal and API');
  await requireFreePort(host, ports.ocpp, 'OCPP');
  await requireFreePort(host, ports.mqtt, 'MQTT');
  await requireFreePort(host, ports.metrics, 'metrics');
  await requireFreePort(host, ports.ocppTls, 'OCPP over TLS');
  await requireFreePort(host, ports.mqttTls, 'MQTT over TLS');

  say('Starting Busbar ...');
  const login = options.sim ? await firstLogin(folder) : null;
  running.cloud = startCloud({
    folder,
    host,
    httpPort: ports.http,
    ocppPort: ports.ocpp,
    ocppTlsPort: ports.ocppTls,
    mqttPort: ports.mqtt,
    mqttTlsPort: ports.mqttTls,
    metricsPort: ports.metrics,
    operators: [
      ...operatorsSchema.parse(process.env['BUSBAR_OPERATORS']),
      ...(login ? [login.email.toLowerCase()] : []),
    ],
  });
  const cloud = await running.cloud;
  if (running.stopping) return;
  printAddresses(cloud, folder);
  if (login) await startDemo(options, login, folder, cloud, running);
  else
    say(
      '\nNo simulation. Sign up over the API, register devices there, and connect them to the addresses above.',
    );
}

interface Running {
  cloud: Promise<Cloud> | null;
  stopping: boolean;
  simulator: Simulator | null;
  summary: LiveSummary | null;
  hide: () => void;
}

function printAddresses(cloud: Cloud, folder: string): void {
  say(`
  Portal   ${cloud.httpUrl}
  API      ${cloud.httpUrl}/v1/openapi.json
  OCPP     ${cloud.ocppUrl}/{identity}   (basic auth)
           ${cloud.ocppTlsUrl}/{identity}   (basic auth or client certificate)
  MQTT     ${cloud.mqttUrl}   (password)
           ${cloud.mqttTlsUrl}   (password or client certificate)
  Metrics  ${cloud.metricsUrl}
  Data     ${folder}   (PostgreSQL, ${cloud.readings}; log in busbar.log)`);
}

async function startDemo(
  options: Options,
  login: FirstLogin,
  folder: string,
  cloud: Cloud,
  running: Running,
): Promise<void> {
  const site = await prepareDemoSite({ folder, login, ...cloud });
  await confirmAddress(cloud.pool, login.email);
  await acceptIdToken(cloud.pool, site.locationId, simulatedCard);
  say(`
  Sign in  ${login.email}
  Password ${login.password}   (kept in ${join(folder, 'first-login.json')})

Simulating a real day in the Caltech garage from ${options.from}, ${options.speed} times faster than life: 54 chargers on a 100 A fuse.
Next: open the portal, choose the garage, and give a busy charger a maximum of 6 A; watch the others take what it leaves.
Ctrl-C stops everything; the data stays.
`);
  const summary = new LiveSummary({ siteId: site.locationId, ...site });
  await summary.start(cloud.bus);
  running.summary = summary;
  if (running.stopping) return;
  running.simulator = startSimulator({
    fleetFile: site.fleetFile,
    speed: options.speed,
    from: options.from,
    logger: cloud.logger,
    onEnd: (code) =>
      say(
        `The simulator ended (code ${code}); Busbar goes on. The reason is in ${join(folder, 'busbar.log')}.`,
      ),
  });
  running.hide = showLive(summary, process.stdout);
}

/** Ends in order from the first moment on, so that no database is left behind, whatever was still starting. */
function stopOnSignal(running: Running): void {
  const stop = async (): Promise<void> => {
    if (running.stopping) process.exit(130);
    running.stopping = true;
    running.hide();
    say('\nStopping ... (again to stop at once)');
    const cloud = await running.cloud?.catch(() => null);
    await running.simulator?.stop();
    await running.summary?.stop();
    await cloud?.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
  // The terminal was closed. Elsewhere, e.g. under nohup, it is not for us to decide what a hang-up means.
  if (process.stdout.isTTY) process.on('SIGHUP', () => void stop());
  // Nobody reads us any more, e.g. in `npm start | head`; every further write fails again.
  process.stdout.on('error', () => void (running.stopping || stop()));
}

const options = readOptions(process.argv.slice(2));
const running: Running = {
  cloud: null,
  stopping: false,
  simulator: null,
  summary: null,
  hide: () => undefined,
};
stopOnSignal(running);
try {
  await start(options, running);
} catch (error) {
  // What is being stopped may fail to start.
  if (!running.stopping) {
    const known = error instanceof StartProblem || error instanceof ForeignSchema;
    process.stderr.write(`${known ? error.message : `Busbar could not start: ${(error as Error).stack}`}\n`);
    process.exit(1);
  }
}
