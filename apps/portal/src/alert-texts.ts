import type { Alert } from './site-api.js';

interface AlertText {
  readonly title: string;
  readonly nextStep: string;
}

export const alertTexts: Readonly<Record<Alert['type'], AlertText>> = {
  offline: { title: 'Offline', nextStep: 'Look at its power and its network.' },
  fault: { title: 'Fault', nextStep: 'Look at the device; unplug the car and restart it if it stays.' },
  'hub-alarm': { title: 'Alarm', nextStep: 'Look after the people and the place first.' },
  'fuse-near-limit': {
    title: 'Close to the main fuse',
    nextStep: 'Find what else draws current there, or lower what the chargers may take.',
  },
  'reversed-transformer': {
    title: 'A current transformer is the wrong way round',
    nextStep: 'Turn the clamp round on the line that is named.',
  },
  'limit-ignored': {
    title: 'Takes more than its limit',
    nextStep: 'Restart the charger; ask its maker when it happens again.',
  },
  'firmware-failed': {
    title: 'New firmware did not install',
    nextStep: 'It runs the old one. Look at its network and try again.',
  },
};

/** What the device itself said, e.g. `connector 1 · GroundFailure`. */
export function describeDetail({ detail }: Alert): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => {
      if (name === 'connector') return `connector ${value}`;
      if (name === 'current_A') return `${value} A`;
      if (name === 'fuse_A') return `fuse of ${value} A`;
      return String(value);
    })
    .join(' · ');
}
