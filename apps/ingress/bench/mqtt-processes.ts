import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { MqttCrowdOrder, MqttCrowdReport } from './mqtt-crowd.js';
import type { MqttServerKind } from './mqtt-peers.js';
import type { MqttServerReport } from './mqtt-server.js';

/** Asks a child for something; rejects when it ends instead of answering. */
function ask<Report>(child: ChildProcess, order: object | string): Promise<Report> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`a process of the bench ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (report) => {
      child.off('exit', ended);
      resolve(report as Report);
    });
    child.send(order);
  });
}

const module = (name: string): string => fileURLToPath(new URL(`${name}.js`, import.meta.url));

export class ServerProcess {
  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(kind: MqttServerKind, stderr: 'inherit' | 'pipe'): Promise<ServerProcess> {
    const child = fork(module('mqtt-server'), {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'inherit', stderr, 'ipc'],
    });
    const ready = await ask<MqttServerReport>(child, kind);
    if (ready.kind !== 'ready') throw new Error('the server did not start');
    return new ServerProcess(child, ready.port);
  }

  async memory(): Promise<{ resident_bytes: number; largest_bytes: number }> {
    const report = await ask<MqttServerReport>(this.child, 'measure');
    if (report.kind !== 'memory') throw new Error('the server told no memory');
    return report;
  }

  stop(): void {
    if (this.child.connected) this.child.disconnect();
  }
}

export class CrowdProcess {
  private readonly child: ChildProcess = fork(module('mqtt-crowd'));

  ask(order: MqttCrowdOrder): Promise<MqttCrowdReport> {
    return ask<MqttCrowdReport>(this.child, order);
  }

  stop(): void {
    if (this.child.connected) this.child.disconnect();
  }
}
