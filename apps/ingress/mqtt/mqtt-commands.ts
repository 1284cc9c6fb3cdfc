import type { Bus } from '#libs/bus/bus.js';
import type { CommandMessage, CommandRequest } from '#libs/contracts/command.js';
import type { Logger } from '#libs/platform/logger.js';
import type { CommandAnswered } from '#libs/protocols/mqtt/decode.js';
import type { Said, WiredAction } from '#libs/protocols/mqtt/encode.js';
import type { Downlink } from '#libs/protocols/mqtt/topics.js';
import type { CommandQueue } from '#libs/store/command-queue.js';
import type { StationSecurityStore } from '#libs/store/station-security.js';
import type { Clock } from '#libs/units/clock.js';
import type { CommandLifecycle } from '../commands/command-lifecycle.js';
import type { Downlinks } from './downlinks.js';
import type { MqttSession } from './mqtt-session.js';
import type { NetworkSecrets } from './network-secrets.js';
import type { MqttSettingsExchange } from './mqtt-settings.js';

export interface MqttCommandsPorts {
  readonly queue: Pick<CommandQueue, 'queued' | 'sentTo' | 'failed' | 'noteLate'>;
  readonly lifecycle: CommandLifecycle;
  readonly settings: Pick<MqttSettingsExchange, 'sendFor' | 'declined'>;
  readonly credentials: Pick<StationSecurityStore, 'offerSecret' | 'withdrawSecret'>;
  readonly secrets: NetworkSecrets;
  readonly downlinks: Pick<Downlinks, 'send'>;
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Commands read from the database at once. */
  readonly batch: number;
}

const sentences = {
  foreign: 'A device of this kind has nothing of the sort.',
  lost: 'The connection ended before the command was sent.',
  forgotten: 'The passphrase is not kept any more. Set the network again.',
  late: {
    accepted: 'The device agreed, but only after we had stopped waiting for its answer.',
    rejected: 'The device refused, but only after we had stopped waiting for its answer.',
  },
} as const;

/** Which downlink a request travels on. */
const wired: Readonly<Record<WiredAction, 'command'>> = {
  reset: 'command',
  'set-arming': 'command',
  'update-firmware': 'command',
  'factory-reset': 'command',
  'set-network': 'command',
};
const downlinkOf: Readonly<Partial<Record<CommandRequest['action'], Downlink>>> = {
  ...wired,
  'configure-balancer': 'settings',
  'configure-hub': 'settings',
  'rotate-credential': 'credential',
};

/**
 * Commands of balancers and hubs. A command that was handed over waits for its answer as `sent`, over lost connections too,
 * because a device repeats an answer that got no PUBACK. The sweep ends it when no answer came in time; a later one is noted.
 */
export class MqttCommands {
  constructor(private readonly ports: MqttCommandsPorts) {}

  /** One pass over what is queued now, in the order it was given. What the device does not listen to stays queued. */
  async sendQueued(session: MqttSession): Promise<void> {
    const tried = new Set<string>();
    for (;;) {
      const queued = await this.ports.queue.queued(session.device.deviceId, this.ports.batch);
      const fresh = queued.filter(({ commandId }) => !tried.has(commandId));
      if (fresh.length === 0 || !session.open) return;
      for (const command of fresh) {
        tried.add(command.commandId);
        await this.carry(session, command);
      }
    }
  }

  /** The device's word on a command. One that is not waiting for it (any more) says nothing. */
  async answered(session: MqttSession, answer: CommandAnswered): Promise<void> {
    const { deviceId, identity } = session.device;
    const command = await this.ports.queue.sentTo(deviceId, answer.commandId);
    if (!command) {
      if (!(await this.noteLate(session, answer)))
        this.ports.logger.info({ identity }, 'an answer fits no command that waits for one');
      return;
    }
    const { request } = command;
    const { text, detail } = await this.ports.secrets.cleaned(request, answer);
    const { outcome: state } = answer;
    if (state === 'rejected') await this.rejected(session, request, text);
    const reason = text === '' ? null : text;
    await this.ports.lifecycle.end(command, 'sent', { state, answer: { text, detail }, reason });
    await this.ports.secrets.forget(request);
  }

  /** Its command stays failed, since people have acted on that; they see what the device says now. */
  private async noteLate(
    session: MqttSession,
    { commandId, outcome, text, detail }: CommandAnswered,
  ): Promise<boolean> {
    const { queue, logger, bus, clock } = this.ports;
    const { deviceId } = session.device;
    const failed = await queue.failed(deviceId, commandId);
    if (!failed) return false;
    const words = await this.ports.secrets.cleaned(failed.request, { text, detail });
    if (outcome === 'rejected') await this.rejected(session, failed.request, words.text);
    await queue.noteLate(commandId, words, sentences.late[outcome]);
    logger.info({ commandId, outcome }, 'an answer came after its command had failed');
    const { siteId } = failed;
    await bus.publish('changes', { siteId, subject: 'command', subjectId: commandId, at: clock.now() });
    return true;
  }

  private async carry(session: MqttSession, command: CommandMessage): Promise<void> {
    const { lifecycle, logger } = this.ports;
    const downlink = downlinkOf[command.request.action];
    if (!downlink) return lifecycle.endHere(command, 'rejected', sentences.foreign);
    if (!session.listens.has(downlink)) return;
    const request = await this.ports.secrets.revealed(command.request);
    if (!request) return lifecycle.endHere(command, 'rejected', sentences.forgotten);
    if (!(await lifecycle.mayGo(command))) return;
    logger.info({ commandId: command.commandId, downlink }, 'a command goes to an MQTT device');
    if (await this.hand(session, { ...command, request })) return;
    await lifecycle.end(command, 'sent', { state: 'failed', answer: null, reason: sentences.lost });
    await this.ports.secrets.forget(command.request);
  }

  private async hand(
    session: MqttSession,
    { commandId, deadline, request }: CommandMessage,
  ): Promise<boolean> {
    const say = (said: Said): Promise<boolean> => this.ports.downlinks.send(session, said);
    switch (request.action) {
      case 'configure-balancer':
      case 'configure-hub':
        return this.ports.settings.sendFor(session, commandId);
      case 'rotate-credential': {
        // Old and new both open the door until the new one was used, so the device stays reachable whatever it answers.
        const password = await this.ports.credentials.offerSecret(session.device.deviceId);
        return say({ downlink: 'credential', commandId, password });
      }
      case 'reset':
      case 'set-arming':
      case 'update-firmware':
      case 'factory-reset':
      case 'set-network':
        return say({ downlink: 'command', commandId, deadline, request });
      default:
        return false;
    }
  }

  private async rejected(session: MqttSession, request: CommandRequest, reason: string): Promise<void> {
    if (request.action === 'rotate-credential')
      await this.ports.credentials.withdrawSecret(session.device.deviceId);
    if (request.action === 'configure-balancer' || request.action === 'configure-hub')
      await this.ports.settings.declined(session, reason);
  }
}
