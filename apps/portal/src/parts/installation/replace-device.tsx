import { useState } from 'react';
import { replaceDevice, type Device } from '../../site-api.js';
import { useAttempt } from '../../use-attempt.js';
import { StickerForm } from './sticker-form.js';

interface Props {
  readonly device: Device;
  readonly onReplace: () => Promise<unknown>;
}

/** New hardware takes the place of a broken device (NB-73). */
export function ReplaceDevice({ device, onReplace }: Props) {
  const [open, setOpen] = useState(false);
  const { problem, busy, attempt } = useAttempt(onReplace);
  if (!open)
    return (
      <button
        type="button"
        className="quiet"
        aria-label={`Replace ${device.name}`}
        onClick={() => setOpen(true)}
      >
        Replace broken device
      </button>
    );
  return (
    <section className="whole-line" aria-label={`Replacement of ${device.name}`}>
      <p>
        Say what the sticker of the <strong>new</strong> device says. It gets the name, settings, history and
        permissions of {device.name}. The old device is out of use for good, and what was ticked and tested of
        it is open again.
      </p>
      <StickerForm
        action="Replace"
        named={false}
        busy={busy}
        problem={problem}
        onSubmit={async (sticker) => {
          const replaced = await attempt(() => replaceDevice(device.deviceId, sticker));
          if (replaced) setOpen(false);
          return replaced;
        }}
      />
      <button type="button" className="quiet" onClick={() => setOpen(false)}>
        Keep the old device
      </button>
    </section>
  );
}
