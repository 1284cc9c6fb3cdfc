import type { Bus } from '#libs/bus/bus.js';
import type { CommandMessage } from '#libs/contracts/command.js';
import type { DeviceSettings } from '#libs/contracts/settings.js';
import type { Logger } from '#libs/platform/logger.js';
import type { CommandCall, OneCall } from '#libs/protocols/ocppj/command-call.js';
import { withoutSecrets } from '#libs/protocols/ocppj/without-secrets.js';
import { isKeptHere, keptHereReason } from '#libs/protocols/ocppj/kept-here.js';
import type { TwinStore } from '#libs/store/twin-store.js';
import type { Clock } from '#libs/units/clock.js';
import type { CommandLifecycle } from '../commands/command-lifecycle.js';
import type { Observe } from '../observe.js';
import { reportedBy } from './confirmed-settings.js';
import type { Reachable } from './limit-delivery.js';
import type { CallOutcome } from './outbound-calls.js';

export interface CommandDeliveryPorts {
  readonly lifecycle: CommandLifecycle;
  readonly twins: Pick<TwinStore, 'report' | 'decline'>;
  readonly bus: Pick<Bus, 'publish'>;
  readonly observe: Observe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly callTimeout_ms: number;
  /** NB-74: why nobody may charge there, in one sentence; null: nothing is known against it. */
  readonly refusesStart: (command: CommandMessage) => Promise<string | null>;
}

type WireCall = Extract<CommandCall, { kind: 'call' }>;

/** What the command's row says when a call ended without an answer of the charger. */
const sentences = {
  unanswered: 'The charger did not answer in time; it may or may not have carried the command out.',
  lost: 'The connection ended before the command was sent.',
  refused: 'The charger answered with an error.',
  declined: 'The charger did not take this value.',
} as const;

function stateOf(
  { dialect }: Reachable,
  action: string,
  outcome: CallOutcome,
): 'accepted' | 'rejected' | 'failed' {
  if (outcome.kind === 'answered') return dialect.commandOutcome(action, outcome.payload);
  return outcome.kind === 'refused' ? 'rejected' : 'failed';
}

/** Carries one command from its row to the charger and its answer back, each step visible as a state of the row. */
export class CommandDelivery {
  constructor(private readonly ports: CommandDeliveryPorts) {}

  /** Resolves when the command has ended or must wait for another connection; never rejects. */
  async carry(station: Reachable, command: CommandMessage): Promise<void> {
    try {
      await this.attempt(station, command);
    } catch (error) {
      // The row keeps its state: the next connection or the sweep goes on with it.
      this.ports.logger.error({ commandId: command.commandId, err: error }, 'a command could not be carried');
    }
  }

  /** Ends a command that needs nothing on the wire, whether or not its charger is connected; never rejects. */
  async carryWithoutWire(command: CommandMessage): Promise<void> {
    if (!isKeptHere(command.request)) return;
    try {
      await this.ports.lifecycle.endHere(command, 'accepted', keptHereReason(command.request.action));
    } catch (error) {
      this.ports.logger.error({ commandId: command.commandId, err: error }, 'a command could not be carried');
    }
  }

  private async attempt(station: Reachable, command: CommandMessage): Promise<void> {
    const call = await station.dialect.commandCall(station.device, command.request, station.quirks);
    if (call.kind === 'no-wire') return this.ports.lifecycle.endHere(command, 'accepted', call.reason);
    if (call.kind === 'unsupported') return this.ports.lifecycle.endHere(command, 'rejected', call.reason);
    const refusal = await this.ports.refusesStart(command);
    if (refusal !== null) return this.ports.lifecycle.endHere(command, 'rejected', refusal);
    let taken = false;
    let last: OneCall = call;
    let outcome = await station.outbound.call({
      action: call.action,
      lane: 'command',
      key: null,
      timeout_ms: Math.min(this.ports.callTimeout_ms, command.deadline - this.ports.clock.now()),
      prepare: async () => {
        taken = await this.ports.lifecycle.mayGo(command);
        return taken ? call.payload : null;
      },
    });
    for (const next of call.followedBy ?? []) {
      if (stateOf(station, last.action, outcome) !== 'accepted') break;
      last = next;
      outcome = await station.outbound.call({
        action: next.action,
        lane: 'command',
        key: null,
        timeout_ms: this.ports.callTimeout_ms,
        prepare: async () => next.payload,
      });
    }
    await this.conclude(station, command, { ...call, ...last }, outcome, taken);
    if (call.concluded && taken) await call.concluded(stateOf(station, last.action, outcome));
  }

  private async conclude(
    station: Reachable,
    command: CommandMessage,
    call: WireCall,
    outcome: CallOutcome,
    taken: boolean,
  ): Promise<void> {
    const { lifecycle } = this.ports;
    switch (outcome.kind) {
      case 'answered':
        return this.answered(station, command, call, outcome.payload);
      case 'refused': {
        const { code, description, details } = outcome;
        const answer = { errorCode: code, errorDescription: description, errorDetails: details };
        await this.noteInTwin(command, 'rejected');
        return lifecycle.end(command, 'sent', { state: 'failed', answer, reason: sentences.refused });
      }
      case 'unanswered':
        return lifecycle.end(command, 'sent', {
          state: 'failed',
          answer: null,
          reason: sentences.unanswered,
        });
      case 'not-sent':
        if (taken)
          return lifecycle.end(command, 'sent', { state: 'failed', answer: null, reason: sentences.lost });
        // Otherwise it stays queued: for the next connection, the next turn, or the sweep at its deadline.
        if (outcome.why === 'deadline' && this.ports.clock.now() >= command.deadline)
          return lifecycle.expire(command);
    }
  }

  private async answered(
    station: Reachable,
    command: CommandMessage,
    { action, explain }: WireCall,
    verbatim: unknown,
  ): Promise<void> {
    const answer = withoutSecrets(verbatim, station.dialect.secretKeys(station.quirks));
    const state = station.dialect.commandOutcome(action, answer);
    await this.noteInTwin(command, state);
    if (state === 'accepted') {
      const values = station.dialect.reportedConfiguration(action, answer);
      if (values) {
        const now = this.ports.clock.now();
        await this.ports.observe(
          station.device,
          { type: 'configuration-reported', values },
          { deviceTime: now, receivedAt: now },
        );
      }
    }
    const reason = state === 'accepted' && explain ? await explain(answer) : null;
    await this.ports.lifecycle.end(command, 'sent', { state, answer, reason });
  }

  /** What the command wished is now what the charger does, or what it will not do. */
  private async noteInTwin({ siteId, deviceId, request }: CommandMessage, state: 'accepted' | 'rejected') {
    const values = reportedBy(request);
    if (!values) return;
    const { twins, clock, bus } = this.ports;
    const at = clock.now();
    const changed =
      state === 'accepted'
        ? await twins.report(deviceId, values, at)
        : await twins.decline(deviceId, values as DeviceSettings, at, sentences.declined);
    if (changed) await bus.publish('changes', { siteId, subject: 'twin', subjectId: deviceId, at });
  }
}
