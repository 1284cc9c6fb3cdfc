import type { ReactNode } from 'react';
import { alertTexts, describeDetail } from '../../alert-texts.js';
import type { Alert } from '../../site-api.js';

interface Props {
  readonly alert: Alert;
  readonly timeZone: string;
  /** What can be done about it. */
  readonly children?: ReactNode;
}

const stateTexts: Readonly<Record<Alert['state'], string>> = {
  open: 'Open',
  acknowledged: 'Somebody sees to it',
  cleared: 'Over',
};
const stateTones: Readonly<Record<Alert['state'], string>> = {
  open: 'bad',
  acknowledged: 'warn',
  cleared: '',
};

/** One alert: what, of which device, since when, and what to do. */
export function AlertLine({ alert, timeZone, children }: Props) {
  const { title, nextStep } = alertTexts[alert.type];
  return (
    <li>
      <span className={`pill ${stateTones[alert.state]}`}>{stateTexts[alert.state]}</span>
      <span className="what">
        <strong>
          {title}: {alert.deviceName}
        </strong>
        <span className="faint">
          {[describeDetail(alert), times(alert, timeZone)].filter(Boolean).join(' · ')}
        </span>
        {alert.state !== 'cleared' && <span>{nextStep}</span>}
      </span>
      {children}
    </li>
  );
}

function times({ raisedAt, acknowledgedAt, clearedAt }: Alert, timeZone: string): string {
  const time = new Intl.DateTimeFormat(undefined, { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  const at = (instant: string): string => time.format(new Date(instant));
  return [
    clearedAt === null ? `since ${at(raisedAt)}` : `${at(raisedAt)} to ${at(clearedAt)}`,
    acknowledgedAt === null ? '' : `acknowledged ${at(acknowledgedAt)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
