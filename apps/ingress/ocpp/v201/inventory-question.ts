import type { DeviceInventories } from '#libs/store/device-inventories.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { Question } from '../dialect.js';

/**
 * OCPP 2.0.1 B07: the whole device model, asked once for each firmware a station boots with. A station that is busy may be
 * asked again when it next settles; one that cannot report its inventory is not asked again.
 */
export async function inventoryQuestion(
  inventories: DeviceInventories,
  { deviceId }: RegisteredDevice,
  requestId: () => number,
): Promise<Question | null> {
  if (!(await inventories.claim(deviceId))) return null;
  return {
    action: 'GetBaseReport',
    payload: { requestId: requestId(), reportBase: 'FullInventory' },
    answered: async (answer) => {
      const status = (answer as { readonly status?: unknown } | null)?.status;
      if (answer === null || status === 'Rejected') await inventories.release(deviceId);
    },
  };
}
