import type { z } from 'zod';
import type { bulkCommandSchema, bulkProgressSchema } from '#libs/contracts/http/bulk-command-routes.js';
import type { BulkCommand, BulkItem, BulkWork } from '#libs/store/bulk-commands.js';

type BulkView = z.input<typeof bulkCommandSchema>;
type ItemView = BulkView['items'][number];
export type BulkProgress = z.input<typeof bulkProgressSchema>;

/** @param isVisible whether the device may still be seen by who asks */
export function bulkView(
  bulk: BulkCommand,
  items: readonly BulkItem[],
  isVisible: (deviceId: string) => boolean,
): BulkView {
  const views = items.map((item) => itemView(bulk.work, item, isVisible(item.deviceId)));
  return { ...bulkSummary(bulk), progress: progressOf(views), items: views };
}

export const bulkSummary = ({ bulkId, work, createdAt }: BulkCommand) => ({
  bulkId,
  work: work.kind === 'command' ? { request: work.request } : { settings: work.settings },
  createdAt: createdAt.toISOString(),
});

function itemView(work: BulkWork, item: BulkItem, visible: boolean): ItemView {
  const { deviceId, denial } = item;
  // T9: what became of a device is told only to who may see it now.
  if (!visible && item.state === 'admitted')
    return { deviceId, state: 'hidden', commandId: null, denial: null, reason: null };
  const commandId = work.kind === 'command' && item.state === 'admitted' ? item.commandId : null;
  return { deviceId, state: stateOf(work, item), commandId, denial, reason: item.reason };
}

function stateOf(work: BulkWork, { state, commandState }: BulkItem): ItemView['state'] {
  if (state !== 'admitted') return state;
  // The command went with its device: nobody will hear of it.
  return work.kind === 'settings' ? 'desired' : (commandState ?? 'hidden');
}

/** What is hidden counts as over: who may not see it need not wait for it. */
const stages: Readonly<Record<ItemView['state'], keyof Omit<BulkProgress, 'total'>>> = {
  waiting: 'waiting',
  denied: 'denied',
  desired: 'succeeded',
  hidden: 'failed',
  queued: 'underWay',
  sent: 'underWay',
  accepted: 'succeeded',
  rejected: 'failed',
  expired: 'failed',
  failed: 'failed',
  dropped: 'failed',
  cancelled: 'failed',
};

function progressOf(items: readonly ItemView[]): BulkProgress {
  const progress = { total: items.length, waiting: 0, denied: 0, underWay: 0, succeeded: 0, failed: 0 };
  for (const { state } of items) progress[stages[state]]++;
  return progress;
}

export const isFinished = ({ waiting, underWay }: BulkProgress): boolean => waiting + underWay === 0;
