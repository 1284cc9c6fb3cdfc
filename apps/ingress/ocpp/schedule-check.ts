import type { CommandRequest } from '#libs/contracts/command.js';
import type { CommandCall } from '#libs/protocols/ocppj/command-call.js';
import type { ProfileWords } from '#libs/protocols/ocppj/profile-words.js';
import { scheduleDifferences, type ScheduleDifference } from '#libs/protocols/ocppj/schedule-difference.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { TwinStore } from '#libs/store/twin-store.js';
import type { Clock } from '#libs/units/clock.js';
import type { Observe } from '../observe.js';
import type { ProfileMemory } from './profile-memory.js';

export type ScheduleCheckRequest = Extract<CommandRequest, { action: 'check-schedule' }>;

export interface ScheduleCheckPorts {
  /** What the charger accepted on its present connection. */
  readonly profilesOf: (deviceId: string) => ProfileMemory | undefined;
  readonly twins: Pick<TwinStore, 'read'>;
  readonly observe: Observe;
  readonly clock: Clock;
}

/** Chargers round to whole seconds and their clocks run a little apart from ours. */
const clockSlack_s = 2;
const mostNamed = 3;

/** What the command's row says beside the charger's answer. */
const sentences = {
  agrees: 'The schedule of the charger agrees with the profiles it accepted.',
  noSchedule: 'The charger gave no schedule that can be read. Its answer is kept as it came.',
  nothingKnown:
    'The charger has accepted no limit for this connector since it connected, so there is nothing to compare. Ask again in a minute.',
  uncertain:
    'The charger left a call about its profiles unanswered, or took one that cannot be computed, so its schedule cannot be compared.',
} as const;

const ampere = (current_A: number): string => String(Math.round(current_A * 10) / 10);

const differs = (differences: readonly ScheduleDifference[]): string => {
  const named = differences
    .slice(0, mostNamed)
    .map(
      ({ from_s, to_s, ours_A, stations_A }) =>
        `from ${from_s} s to ${to_s} s ${ampere(ours_A)} A by its profiles, ${ampere(stations_A)} A by its own word`,
    );
  const more = differences.length > mostNamed ? `; ${differences.length - mostNamed} more` : '';
  return `The schedule of the charger differs from the profiles it accepted: ${named.join('; ')}${more}. If it allows more than it should, restart it and check again.`;
};

/**
 * OCPP 1.6 5.7, OCPP 2.0.1 K08: asks a charger what it will allow and compares that with what follows from the profiles it
 * accepted. A difference is a notice too: 4 where the charger allows more than it may, 6 where it allows less, which its
 * own wiring or somebody else on site may be the reason of.
 */
export function scheduleCheck(
  ports: ScheduleCheckPorts,
  device: RegisteredDevice,
  { connector, duration_s }: ScheduleCheckRequest,
  words: ProfileWords,
): CommandCall {
  const askedAt = ports.clock.now();
  const explain = async (answer: unknown): Promise<string> => {
    const told = words.schedule(answer);
    if (!told) return sentences.noSchedule;
    const now = ports.clock.now();
    const profiles = ports.profilesOf(device.deviceId);
    if (!profiles) return sentences.nothingKnown;
    if (!profiles.isCertain) return sentences.uncertain;
    const { reported } = await ports.twins.read(device.deviceId);
    const ours = profiles.schedule(connector, now, duration_s, reported.maxCurrent_A ?? null);
    if (ours.every(({ limit }) => limit === Infinity)) return sentences.nothingKnown;
    const slack_s = clockSlack_s + (now - askedAt) / 1_000;
    const differences = scheduleDifferences(ours, told, duration_s, slack_s);
    const [first] = differences;
    if (!first) return sentences.agrees;
    const allowsMore = differences.some(({ ours_A, stations_A }) => stations_A > ours_A);
    const detail = { connector, ...first, differences: differences.length };
    await ports.observe(
      device,
      {
        type: 'notice',
        topic: 'smart-charging',
        code: 'schedule-differs',
        severity: allowsMore ? 4 : 6,
        detail,
      },
      { deviceTime: now, receivedAt: now },
    );
    return differs(differences);
  };
  return {
    kind: 'call',
    action: 'GetCompositeSchedule',
    payload: words.question(connector, duration_s),
    explain,
  };
}
