import { claimDevice } from '../../site-api.js';
import { useAttempt } from '../../use-attempt.js';
import { StickerForm } from './sticker-form.js';

interface Props {
  readonly locationId: string;
  readonly onClaim: () => Promise<unknown>;
}

/** Binds a device out of its box to the location (NB-70, NB-95). */
export function ClaimDevice({ locationId, onClaim }: Props) {
  const { problem, busy, attempt } = useAttempt(onClaim);
  return (
    <section className="card" aria-labelledby="claim-title">
      <h2 id="claim-title">Add a device</h2>
      <p className="faint">Serial, PIN and QR code are on the sticker of the device and on its box.</p>
      <StickerForm
        action="Add device"
        named
        busy={busy}
        problem={problem}
        onSubmit={(sticker, name) => attempt(() => claimDevice(locationId, sticker, name))}
      />
    </section>
  );
}
