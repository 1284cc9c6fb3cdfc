import { useState } from 'react';
import type { CommandResource, LiveConnector, LiveDevice } from '../api.js';
import type { LiveLocation } from '../live/live-location.js';
import { statusTexts } from '../texts.js';
import { ChargerSettings } from './charger-settings.js';

interface Props {
  readonly live: LiveLocation;
  readonly mayConfigure: boolean;
  readonly onCommand: (command: CommandResource) => void;
}

type Filter = 'active' | 'all';

/** Every charger with its state, its limit and the reason for it; the busy ones first. */
export function ChargerList({ live, mayConfigure, onCommand }: Props) {
  const [filter, setFilter] = useState<Filter>('active');
  const [open, setOpen] = useState<string | null>(null);
  const chargers = [...live.devices.values()].filter((device) => device.kind === 'charger');
  const active = chargers.filter(isActive);
  const shown = (filter === 'all' || active.length === 0 ? chargers : active).toSorted(byActivityThenName);
  return (
    <section className="card" aria-labelledby="chargers-title">
      <div className="title-row">
        <h2 id="chargers-title">Chargers</h2>
        <fieldset className="choice">
          <legend className="unseen">Which chargers to show</legend>
          <button type="button" aria-pressed={filter === 'active'} onClick={() => setFilter('active')}>
            In use ({active.length})
          </button>
          <button type="button" aria-pressed={filter === 'all'} onClick={() => setFilter('all')}>
            All ({chargers.length})
          </button>
        </fieldset>
      </div>
      {chargers.length === 0 && <p className="page-note">No charger is registered here yet.</p>}
      <ul className="charger-list">
        {shown.map((device) => (
          <li key={device.deviceId}>
            <ChargerRow
              device={device}
              expanded={open === device.deviceId}
              onToggle={() => setOpen(open === device.deviceId ? null : device.deviceId)}
            />
            {open === device.deviceId && (
              <ChargerSettings
                device={device}
                commands={live.commands}
                mayConfigure={mayConfigure}
                onCommand={onCommand}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ChargerRow(props: {
  readonly device: LiveDevice;
  readonly expanded: boolean;
  readonly onToggle: () => void;
}) {
  const { device, expanded, onToggle } = props;
  const connector = mainConnector(device);
  const offline = device.presence !== 'online';
  return (
    <button type="button" className="charger-row" aria-expanded={expanded} onClick={onToggle}>
      <span className="name">{device.name}</span>
      <span className={`pill ${offline ? 'bad' : tone(connector)}`}>
        {offline
          ? device.presence === 'offline'
            ? 'Offline'
            : 'Never seen'
          : statusTexts[connector?.chargingStatus ?? 'unknown']}
      </span>
      <span className="number">{drawn(connector)}</span>
      <span className="number limit">{connector?.limit ? `limit ${connector.limit.current_A} A` : ''}</span>
      <span className="faint reason">{connector?.limit?.text ?? ''}</span>
    </button>
  );
}

/** The connector that has a car, or the first. */
export const mainConnector = (device: LiveDevice): LiveConnector | undefined =>
  device.connectors.find((connector) => connector.transactionId !== null) ??
  device.connectors.find((connector) => connector.connector > 0);

const isActive = (device: LiveDevice): boolean =>
  device.connectors.some(
    (connector) => connector.transactionId !== null || connector.chargingStatus === 'error',
  );

const byActivityThenName = (a: LiveDevice, b: LiveDevice): number =>
  Number(isActive(b)) - Number(isActive(a)) || a.name.localeCompare(b.name);

function drawn(connector: LiveConnector | undefined): string {
  const current_A = connector?.sample?.current_A;
  if (!connector || connector.transactionId === null || !current_A) return '';
  return `${Math.max(...current_A).toFixed(1)} A`;
}

function tone(connector: LiveConnector | undefined): string {
  switch (connector?.chargingStatus) {
    case 'charging':
      return 'good';
    case 'error':
      return 'bad';
    case 'waiting-for-load-balancing':
    case 'delayed-by-schedule':
    case 'waiting-for-car':
      return 'warn';
    default:
      return '';
  }
}
