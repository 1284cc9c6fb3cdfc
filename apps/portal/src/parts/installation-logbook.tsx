import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { logbookOf, pdfAddress, type LogbookEntry, type PortalLocation } from '../customer-api.js';
import { ProblemNote } from './problem-note.js';

type Installation = PortalLocation['installations'][number];

/** An installation; opened, its work orders and certificates with their PDFs (CP-17). */
export function InstallationLogbook({ installation }: { readonly installation: Installation }) {
  const { installationId, name, description, building } = installation;
  const [open, setOpen] = useState(false);
  const logbook = useQuery({
    queryKey: ['portal', 'logbook', installationId],
    queryFn: () => logbookOf(installationId),
    enabled: open,
  });
  return (
    <article className="installation">
      <button type="button" className="row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <strong>{name}</strong>
        <span className="faint">{[building, description].filter(Boolean).join(' · ')}</span>
        <span className="more">{open ? 'Hide logbook' : 'Logbook'}</span>
      </button>
      {open && logbook.isPending && <p className="page-note">Loading ...</p>}
      {open && logbook.error && <ProblemNote error={logbook.error} />}
      {open && logbook.data?.length === 0 && <p className="page-note">Nothing was written down yet.</p>}
      {open && logbook.data && logbook.data.length > 0 && (
        <ul className="logbook" aria-label={`Logbook of ${name}`}>
          {logbook.data.map((entry) => (
            <Entry key={entry.documentId} entry={entry} installationId={installationId} />
          ))}
        </ul>
      )}
    </article>
  );
}

function Entry({ entry, installationId }: { readonly entry: LogbookEntry; readonly installationId: string }) {
  return (
    <li>
      <span className="pill">{entry.kind === 'certificate' ? 'Certificate' : 'Work order'}</span>
      <span className="what">
        <strong>{entry.title}</strong>
        <span className="faint">{detailOf(entry)}</span>
        {entry.text !== '' && <span>{entry.text}</span>}
        {entry.workOrder?.activities.map(({ at, text }) => (
          <span key={`${at} ${text}`}>
            {day(at)}: {text}
          </span>
        ))}
      </span>
      <a
        href={pdfAddress(installationId, entry.documentId)}
        download
        aria-label={`Download ${entry.title} as PDF`}
      >
        PDF
      </a>
    </li>
  );
}

function detailOf({ workOrder, certificate, madeAt, by }: LogbookEntry): string {
  const parts = [by];
  if (certificate) {
    parts.push(certificate.inspection, `issued ${day(madeAt)}`);
    parts.push(
      certificate.validUntil === null ? 'without end' : `valid until ${day(certificate.validUntil)}`,
    );
  } else if (workOrder?.doneAt) parts.push(`done ${day(workOrder.doneAt)}`);
  else parts.push(workOrder?.state === 'in-progress' ? 'in progress' : 'planned');
  return parts.join(' · ');
}

const day = (instant: string): string => new Date(instant).toLocaleDateString([], { dateStyle: 'medium' });
