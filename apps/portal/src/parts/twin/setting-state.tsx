import type { Twin } from '../../site-api.js';
import { keyStateTexts, keyStateTones, settingText, type SettingKey } from '../../twin-texts.js';

interface Props {
  readonly twin: Twin;
  readonly setting: SettingKey;
}

/** How a setting stands: what is wished, what the device does, and why the two differ (NB-86). */
export function SettingState({ twin, setting }: Props) {
  const known = twin.keys[setting];
  const wished = settingText(twin.desired, setting);
  const done = settingText(twin.reported, setting);
  if (!known) return <span className="faint">Never set</span>;
  // What the device tells and nobody wished needs no verdict.
  const judged = known.version !== null || known.state !== 'in-step';
  return (
    <span className="setting-state">
      {judged && <span className={`pill ${keyStateTones[known.state]}`}>{keyStateTexts[known.state]}</span>}
      <span className="faint">
        {[
          wished !== null && `wished: ${wished}`,
          done === null ? 'the device has not told' : `the device: ${done}`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {known.reason && <span>{known.reason}</span>}
    </span>
  );
}
