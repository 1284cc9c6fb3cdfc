import { useState } from 'react';
import { api, unwrap } from '../../api.js';
import { once, type HubTile, type Service } from '../../sharing-api.js';
import { serviceTexts } from '../../sharing-texts.js';
import { useAttempt } from '../../use-attempt.js';
import { ProblemNote } from '../problem-note.js';
import { ActivateService, type Reseller } from './activate-service.js';
import { ServiceLine, type ServiceCommand } from './service-line.js';

const root = '/v1/organisations/{organisationId}';
const commands = {
  deactivate: `${root}/services/{serviceId}/deactivate`,
  resume: `${root}/services/{serviceId}/resume`,
  stop: `${root}/services/{serviceId}/stop`,
} as const;

const tones: Readonly<Record<Service['label'], string>> = {
  'activation-required': '',
  active: 'good',
  'expires-soon': 'warn',
  stopping: 'bad',
};

interface HubTileCardProps {
  readonly organisationId: string;
  readonly tile: HubTile;
  /** Whom to choose from, undefined while it is read; null: the server preselects the only one, or says that one must be named. */
  readonly resellers: readonly Reseller[] | null | undefined;
  readonly onChange: () => Promise<unknown>;
}

/** One hub: the state of its services, and every command on them with its confirmation (AJ-26, AJ-28, AJ-33, AJ-36). */
export function HubTileCard({ organisationId, tile, resellers, onChange }: HubTileCardProps) {
  const { deviceId, name, locationName, hasSim, label, services } = tile;
  const [activating, activate] = useState(false);
  const { problem, busy, attempt } = useAttempt(onChange);
  const start = async (choice: { resellerId?: string; packageId?: string }) => {
    const done = await attempt(() =>
      unwrap(
        api.POST(`${root}/hubs/{deviceId}/services`, {
          params: { path: { organisationId, deviceId }, header: once() },
          body: { ...choice, confirmed: true },
        }),
      ),
    );
    if (done) activate(false);
  };
  const give = (serviceId: string, command: ServiceCommand) =>
    void attempt(() =>
      unwrap(
        api.POST(commands[command], {
          params: { path: { organisationId, serviceId }, header: once() },
          body: { confirmed: true },
        }),
      ),
    );
  return (
    <section className="card" aria-label={`${name}, ${locationName}`}>
      <div className="title-row">
        <h2>{name}</h2>
        <output className={`pill ${tones[label]}`}>
          {label === 'active' && <span aria-hidden="true">★ </span>}
          {serviceTexts[label]}
        </output>
      </div>
      <p className="faint where">
        {locationName} · {hasSim ? 'with a SIM of ours' : 'without a SIM of ours'}
      </p>
      <ul className="access-list" aria-label="Services">
        {services
          .filter((service) => service.label !== 'activation-required')
          .map((service) => (
            <ServiceLine
              key={service.serviceId}
              service={service}
              busy={busy}
              onCommand={(command) => give(service.serviceId, command)}
            />
          ))}
      </ul>
      <button
        type="button"
        className="quiet"
        aria-expanded={activating}
        onClick={() => activate(!activating)}
      >
        {label === 'activation-required' ? 'Activate' : 'Activate another package'}
      </button>
      {activating && (
        <ActivateService
          hubName={name}
          resellers={resellers}
          busy={busy}
          onActivate={(choice) => void start(choice)}
        />
      )}
      {problem && <ProblemNote error={problem} />}
    </section>
  );
}
