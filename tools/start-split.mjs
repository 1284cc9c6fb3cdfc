import { spawn } from 'node:child_process';
import { build } from './build.mjs';

/** Starts the apps as separate processes of this machine on the Redis and PostgreSQL that the environment names. */
const missing = ['BUSBAR_POSTGRES_URL', 'BUSBAR_REDIS_URL', 'BUSBAR_AUTH_SECRET'].filter(
  (name) => !process.env[name],
);
if (missing.length > 0) {
  process.stderr.write(
    `Set ${missing.join(', ')} first, for example:\n` +
      '  export BUSBAR_POSTGRES_URL=postgresql://busbar:secret@127.0.0.1:5432/busbar\n' +
      '  export BUSBAR_REDIS_URL=redis://127.0.0.1:6379\n' +
      '  export BUSBAR_AUTH_SECRET=$(openssl rand -hex 24)\n',
  );
  process.exit(1);
}
if (!process.env.BUSBAR_SKIP_BUILD) await build();

const base = Number(process.env.BUSBAR_HTTP_PORT ?? 7070);
const host = process.env.BUSBAR_HOST ?? '127.0.0.1';
const sharingPort = base + 10;
const shared = {
  ...process.env,
  BUSBAR_HOST: host,
  BUSBAR_OCPP_PORT: process.env.BUSBAR_OCPP_PORT ?? String(base + 1),
  BUSBAR_MQTT_PORT: process.env.BUSBAR_MQTT_PORT ?? String(base + 2),
  BUSBAR_SHARING_URL: `http://127.0.0.1:${sharingPort}`,
};
const apps = ['sharing', 'telemetry', 'allocator', 'ingress', 'api'];
const children = apps.map((app, index) =>
  spawn(process.execPath, ['--no-warnings', `dist/apps/${app}/main.js`], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...shared,
      BUSBAR_HTTP_PORT: String(app === 'sharing' ? sharingPort : base),
      BUSBAR_METRICS_PORT: String(Number(process.env.BUSBAR_METRICS_PORT ?? 9464) + index),
    },
  }),
);
process.stdout.write(
  `Portal and API on http://${host}:${base}; OCPP on ${shared.BUSBAR_OCPP_PORT}, MQTT on ${shared.BUSBAR_MQTT_PORT}.\n`,
);

let ending = false;
const end = (signal) => {
  ending = true;
  for (const child of children) child.kill(signal);
};
process.on('SIGINT', () => end('SIGTERM'));
process.on('SIGTERM', () => end('SIGTERM'));
let alive = children.length;
for (const [index, child] of children.entries())
  child.once('exit', (code) => {
    alive--;
    if (!ending) {
      process.stderr.write(`${apps[index]} ended with code ${code}; stopping the others.\n`);
      process.exitCode = code ?? 1;
      end('SIGTERM');
    }
    if (alive === 0) process.exit();
  });
