import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  api,
  giveCommand,
  unwrap,
  type CommandRequest,
  type CommandResource,
  type LiveDevice,
} from '../api.js';
import { later } from '../live/live-location.js';
import { commandStateTexts, describeRequest, isFinal } from '../texts.js';
import { BoostForm, DepartureForm, ModeForm } from './mode-form.js';
import { ProblemNote } from './problem-note.js';
import { ScheduleForm } from './schedule-form.js';
import { TwinSettings } from './twin/twin-settings.js';
import { useTwin } from './twin/use-twin.js';

interface Props {
  readonly device: LiveDevice;
  readonly commands: ReadonlyMap<string, CommandResource>;
  readonly mayConfigure: boolean;
  readonly onCommand: (command: CommandResource) => void;
}

/** What a person may set on a charger, and how the latest commands are going. */
export function ChargerSettings({ device, commands, mayConfigure, onCommand }: Props) {
  const { deviceId } = device;
  const [problem, setProblem] = useState<Error | null>(null);
  const twin = useTwin(deviceId);
  const earlier = useQuery({
    queryKey: ['commands', deviceId],
    queryFn: () =>
      unwrap(
        api.GET('/v1/devices/{deviceId}/commands', { params: { path: { deviceId }, query: { limit: 5 } } }),
      ),
  });

  const send = async (request: CommandRequest) => {
    setProblem(null);
    try {
      onCommand(await giveCommand(deviceId, request));
      await twin.refetch();
    } catch (error) {
      setProblem(error as Error);
    }
  };

  const latest = merge(
    earlier.data?.items ?? [],
    [...commands.values()].filter((command) => command.deviceId === deviceId),
  );
  const desired = twin.data?.desired ?? {};
  return (
    <div className="settings">
      <p className="faint">
        {[device.vendor, device.model, device.firmwareVersion].filter(Boolean).join(' · ') ||
          'Has not introduced itself yet'}
      </p>
      {!mayConfigure && <p className="page-note">You may look, but not change settings here.</p>}
      {twin.error && <ProblemNote error={twin.error} />}
      {twin.data && <TwinSettings twin={twin.data} mayConfigure={mayConfigure} />}
      {mayConfigure && twin.data && (
        <div className="setting-forms">
          <ModeForm desired={desired} onSubmit={send} />
          <DepartureForm desired={desired} onSubmit={send} />
          <BoostForm desired={desired} onSubmit={send} />
          <ScheduleForm
            windows={desired.schedule ?? []}
            onSubmit={(windows) => send({ action: 'set-schedule', windows })}
          />
        </div>
      )}
      {problem && <ProblemNote error={problem} />}
      {latest.length > 0 && (
        <ul className="command-list" aria-label="Latest commands" aria-live="polite">
          {latest.map((command) => (
            <li key={command.commandId}>
              <span>{describeRequest(command.request)}</span>
              <span
                className={`pill ${command.state === 'accepted' ? 'good' : isFinal(command.state) ? 'bad' : 'warn'}`}
              >
                {commandStateTexts[command.state]}
              </span>
              {command.reason && <span className="faint">{command.reason}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Newest first; of each command the view that has got further. */
function merge(
  listed: readonly CommandResource[],
  streamed: readonly CommandResource[],
): readonly CommandResource[] {
  const byId = new Map<string, CommandResource>();
  for (const command of [...listed, ...streamed]) {
    const known = byId.get(command.commandId);
    byId.set(command.commandId, known ? later(known, command) : command);
  }
  return [...byId.values()].toSorted((a, b) => b.enqueuedAt.localeCompare(a.enqueuedAt)).slice(0, 5);
}
