import type { Service } from '../../sharing-api.js';
import { serviceTexts } from '../../sharing-texts.js';
import { ConfirmButton } from '../confirm-button.js';

export type ServiceCommand = 'deactivate' | 'resume' | 'stop';

interface ServiceLineProps {
  readonly service: Service;
  readonly busy: boolean;
  readonly onCommand: (command: ServiceCommand) => void;
}

/** One service of a hub and what may follow its state (AJ-27 to AJ-31). */
export function ServiceLine({ service, busy, onCommand }: ServiceLineProps) {
  const { packageName, reseller, label, endsAt, timeZone, withSim } = service;
  const end = endsAt === null ? 'day 1 of the next month' : lastInstant(endsAt, timeZone);
  return (
    <li>
      <span>
        <strong>{packageName}</strong>{' '}
        <span className="faint">
          billed to {reseller.name}
          {endsAt === null ? '' : `, ends ${end}`}
        </span>
      </span>
      {label === 'stopping' && <span className="pill bad">{serviceTexts.stopping}</span>}
      <span className="line-actions">
        {label === 'active' && (
          <ConfirmButton
            label="Deactivate"
            name={`Deactivate ${packageName}`}
            question={`It runs to the end of the month and ends on ${end}. Until then it can be resumed.`}
            quiet
            disabled={busy}
            onConfirm={() => onCommand('deactivate')}
          />
        )}
        {label === 'expires-soon' && (
          <ConfirmButton
            label="Resume"
            name={`Resume ${packageName}`}
            question="It will not be switched off at the end of the month."
            quiet={false}
            disabled={busy}
            onConfirm={() => onCommand('resume')}
          />
        )}
        {(label === 'active' || label === 'expires-soon') && (
          <ConfirmButton
            label="Stop now"
            name={`Stop ${packageName} now`}
            question={`It stops at once${withSim ? ', and the SIM with it' : ''}. To have it again it is activated anew.`}
            quiet
            disabled={busy}
            onConfirm={() => onCommand('stop')}
          />
        )}
      </span>
    </li>
  );
}

/** The boundary as the clock shows it where the months are counted. */
const lastInstant = (instant: string, timeZone: string): string =>
  new Date(instant).toLocaleString([], { timeZone, dateStyle: 'medium', timeStyle: 'short' });
