import type { Bus } from '#libs/bus/bus.js';
import type { CommandMessage } from '#libs/contracts/command.js';
import type { CommandEnd, CommandQueue } from '#libs/store/command-queue.js';
import type { StartAnswers } from '#libs/store/start-answers.js';
import type { Clock } from '#libs/units/clock.js';
import type { CommandRights } from '../command-rights.js';

export interface CommandLifecyclePorts {
  readonly queue: Pick<CommandQueue, 'end' | 'markSent'>;
  readonly rights: Pick<CommandRights, 'stillAllowed'>;
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly startAnswers: Pick<StartAnswers, 'note'>;
}

export type EndWithoutTime = Omit<CommandEnd, 'at'>;

/** What the command's row says when it ended before the wire. */
export const sentences = {
  expired: 'The deadline passed before the command could be sent.',
  dropped: 'The right to give this command ended before it was sent.',
} as const;

/** The steps of a command that are the same whatever its device speaks: each is a state of its row, and told to whoever looks. */
export class CommandLifecycle {
  constructor(private readonly ports: CommandLifecyclePorts) {}

  /** The last three questions before the wire: in time, still allowed, and nobody else's already. True: it counts as sent. */
  async mayGo(command: CommandMessage): Promise<boolean> {
    if (this.ports.clock.now() > command.deadline) {
      await this.expire(command);
      return false;
    }
    if (!(await this.ports.rights.stillAllowed(command))) {
      await this.end(command, 'queued', { state: 'dropped', answer: null, reason: sentences.dropped });
      return false;
    }
    if (!(await this.ports.queue.markSent(command.commandId, this.ports.clock.now()))) return false;
    await this.changed(command);
    return true;
  }

  expire(command: CommandMessage): Promise<void> {
    return this.end(command, 'queued', { state: 'expired', answer: null, reason: sentences.expired });
  }

  /** Carried out, or known to be impossible, without the device. */
  async endHere(command: CommandMessage, state: 'accepted' | 'rejected', reason: string): Promise<void> {
    if (await this.mayGo(command)) await this.end(command, 'sent', { state, answer: null, reason });
  }

  async end(command: CommandMessage, from: 'queued' | 'sent', end: EndWithoutTime): Promise<void> {
    await this.ports.startAnswers.note(command, end.state);
    const ended = await this.ports.queue.end(command.commandId, from, { ...end, at: this.ports.clock.now() });
    if (ended) await this.changed(command);
  }

  private changed({ siteId, commandId: subjectId }: CommandMessage): Promise<void> {
    return this.ports.bus.publish('changes', {
      siteId,
      subject: 'command',
      subjectId,
      at: this.ports.clock.now(),
    });
  }
}
