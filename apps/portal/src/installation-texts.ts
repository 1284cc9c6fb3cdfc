import type { LiveDevice } from './api.js';
import type { ChecklistItem, Device } from './site-api.js';

export const kindTexts: Readonly<Record<Device['kind'], string>> = {
  charger: 'Charger',
  balancer: 'Load balancer',
  hub: 'Alarm hub',
};

export const presenceTexts: Readonly<Record<LiveDevice['presence'], string>> = {
  online: 'Online',
  offline: 'Offline',
  'never-seen': 'Not connected yet',
};

export const presenceTones: Readonly<Record<LiveDevice['presence'], string>> = {
  online: 'good',
  offline: 'bad',
  'never-seen': 'warn',
};

interface ItemText {
  readonly title: string;
  /** What is still to be done, as the end of a sentence. */
  readonly open: string;
}

const ofLocation: Readonly<Record<string, ItemText>> = {
  'main-fuse': { title: 'Main fuse', open: 'the fuses are not entered' },
  network: { title: 'Network', open: 'nobody has checked the network' },
};

const ofDevice: Readonly<Record<string, ItemText>> = {
  'phase-rotation': { title: 'Phase rotation', open: 'nobody has checked the phase rotation' },
  'residual-current-test': {
    title: 'Residual-current test',
    open: 'the residual-current device of every wired connector has to pass a test',
  },
  'circuit-fuse': { title: 'Circuit fuse', open: 'its connectors are in no circuit of the fuse tree' },
  'transformer-direction': {
    title: 'Direction of the current transformers',
    open: 'nobody has checked which way round the current transformers are',
  },
  'main-fuse-equal': {
    title: 'Main fuse of the load balancer',
    open: 'it does not report the fuse of the place it measures',
  },
  network: { title: 'Network', open: 'it has not told its state yet' },
};

/** Items that this page does not know yet go by their own name. */
export function itemText(kind: 'location' | 'device', { item }: ChecklistItem): ItemText {
  return (kind === 'location' ? ofLocation : ofDevice)[item] ?? { title: item, open: `"${item}" is open` };
}

/** What keeps an organisation from handing the location over, e.g. `Charger 1: nobody has checked the phase rotation.` (NB-61) */
export function openItemSentences(
  items: readonly ChecklistItem[],
  devices: readonly { readonly name: string; readonly items: readonly ChecklistItem[] }[],
): readonly string[] {
  const open = ({ mandatory, done }: ChecklistItem): boolean => mandatory && !done;
  return [
    ...items.filter(open).map((item) => `The location: ${itemText('location', item).open}.`),
    ...devices.flatMap((device) =>
      device.items.filter(open).map((item) => `${device.name}: ${itemText('device', item).open}.`),
    ),
  ];
}
