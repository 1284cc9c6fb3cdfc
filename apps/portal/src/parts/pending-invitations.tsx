import type { Invitation } from '../api.js';

interface PendingInvitationsProps {
  readonly invitations: readonly Invitation[];
  readonly onRevoke: (invitation: Invitation) => void;
}

/** Invitations that wait for an answer, with the code where it is for handing on (NB-14, NB-28). */
export function PendingInvitations({ invitations, onRevoke }: PendingInvitationsProps) {
  if (invitations.length === 0) return null;
  return (
    <ul className="access-list" aria-label="Invitations that wait">
      {invitations.map((invitation) => (
        <li key={invitation.invitationId}>
          <span>
            <strong>{whom(invitation)}</strong> <span className="faint">by {invitation.invitedBy.name}</span>
          </span>
          <span className="pill">{invitation.role}</span>
          <span className="faint">
            waits until{' '}
            {new Date(invitation.expiresAt).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' })}
          </span>
          <button
            type="button"
            className="quiet"
            aria-label={`Take back the invitation of ${whom(invitation)}`}
            onClick={() => onRevoke(invitation)}
          >
            Take back
          </button>
        </li>
      ))}
    </ul>
  );
}

const whom = ({ kind, email, code }: Invitation): string => {
  switch (kind) {
    case 'person':
      return email ?? '';
    case 'organisation':
      return 'An organisation, by its key';
    case 'code':
      return `Code ${code ?? ''}`;
  }
};
