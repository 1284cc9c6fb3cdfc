import type { CommandResource, LiveDevice } from '../../api.js';
import { kindTexts, presenceTexts, presenceTones } from '../../installation-texts.js';
import type { ChecklistItem, Device } from '../../site-api.js';
import { ChecklistItems } from './checklist-items.js';
import { ReplaceDevice } from './replace-device.js';
import { ResidualCurrentTests } from './residual-current-test.js';

interface Props {
  readonly device: Device;
  /** Null until it is in the live view. */
  readonly live: LiveDevice | null;
  readonly items: readonly ChecklistItem[];
  readonly commands: ReadonlyMap<string, CommandResource>;
  readonly mayConfigure: boolean;
  readonly onCommand: (command: CommandResource) => void;
  readonly onChange: () => Promise<unknown>;
}

/** A device as its installer sees it: is it there, what is still to be done, and what to do when it is broken. */
export function DeviceCard(props: Props) {
  const { device, live, items, commands, mayConfigure, onCommand, onChange } = props;
  const presence = live?.presence ?? 'never-seen';
  return (
    <section className="card" aria-label={device.name}>
      <div className="title-row">
        <h3>{device.name}</h3>
        <output className={`pill ${presenceTones[presence]}`}>{presenceTexts[presence]}</output>
      </div>
      <p className="faint identity">
        {[kindTexts[device.kind], live?.model, device.identity].filter(Boolean).join(' · ')}
      </p>
      <ChecklistItems
        place={{ deviceId: device.deviceId }}
        name={device.name}
        items={items}
        mayTick={mayConfigure}
        onChange={onChange}
      />
      {device.kind === 'charger' && (
        <ResidualCurrentTests
          device={device}
          live={live}
          commands={commands}
          mayTest={mayConfigure}
          onCommand={onCommand}
        />
      )}
      <ReplaceDevice device={device} onReplace={onChange} />
    </section>
  );
}
