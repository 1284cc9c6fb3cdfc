import type { Share } from '../../sharing-api.js';

/** What every step of a share gets. */
export interface ShareStepProps {
  readonly organisationId: string;
  readonly share: Share;
  /** Takes the share as the server answered it. */
  readonly onChange: (share: Share) => Promise<void>;
}
