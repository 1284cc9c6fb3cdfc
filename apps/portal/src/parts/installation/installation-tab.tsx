import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { CommandResource, Location } from '../../api.js';
import { openItemSentences } from '../../installation-texts.js';
import type { LiveLocation } from '../../live/live-location.js';
import { checklistOf, devicesOf } from '../../site-api.js';
import { ProblemNote } from '../problem-note.js';
import { ChecklistItems } from './checklist-items.js';
import { ClaimDevice } from './claim-device.js';
import { DeviceCard } from './device-card.js';
import { testsAsked, testsEnded } from './residual-current-test.js';

interface Props {
  readonly location: Location;
  readonly live: LiveLocation;
  readonly onCommand: (command: CommandResource) => void;
}

/** From the box to the hand-over: adding devices, the checklist, tests and replacements (NB-61, NB-70, NB-73, NB-74). */
export function InstallationTab({ location, live, onCommand }: Props) {
  const { locationId } = location;
  const devices = useQuery({
    queryKey: ['devices', locationId],
    queryFn: () => devicesOf(locationId),
    refetchInterval: 15_000,
  });
  const checklist = useQuery({
    // A test that has ended may have done an item.
    queryKey: ['checklist', locationId, testsEnded(testsAsked(live.commands.values()))],
    queryFn: () => checklistOf(locationId),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const mayConfigure = location.allowed.includes('electrical');
  const changed = () => Promise.all([devices.refetch(), checklist.refetch()]);
  const ofDevices = checklist.data?.devices ?? [];
  const open = openItemSentences(checklist.data?.items ?? [], ofDevices);
  return (
    <>
      <ClaimDevice locationId={locationId} onClaim={changed} />
      {devices.error && <ProblemNote error={devices.error} />}
      {checklist.error && <ProblemNote error={checklist.error} />}
      {devices.data?.items.length === 0 && (
        <p className="page-note">No device is here yet. Add the first one by its sticker.</p>
      )}
      {checklist.data && checklist.data.devices.length > 0 && (
        <section className="card" aria-labelledby="checklist-title">
          <h2 id="checklist-title">Before the hand-over</h2>
          <output className="told-open">
            {open.length === 0 ? (
              <p>Everything is done. The installation is ready to be handed over.</p>
            ) : (
              <>
                <p>Still open before an installer can hand the location over:</p>
                <ul className="facts">
                  {open.map((sentence) => (
                    <li key={sentence}>{sentence}</li>
                  ))}
                </ul>
              </>
            )}
          </output>
          <ChecklistItems
            place={{ locationId }}
            name={location.name}
            items={checklist.data.items}
            mayTick={mayConfigure}
            onChange={changed}
          />
        </section>
      )}
      <h2>Devices</h2>
      {devices.data?.items.map((device) => (
        <DeviceCard
          key={device.deviceId}
          device={device}
          live={live.devices.get(device.deviceId) ?? null}
          items={ofDevices.find(({ deviceId }) => deviceId === device.deviceId)?.items ?? []}
          commands={live.commands}
          mayConfigure={mayConfigure}
          onCommand={onCommand}
          onChange={changed}
        />
      ))}
    </>
  );
}
