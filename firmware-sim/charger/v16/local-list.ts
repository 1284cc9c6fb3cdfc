import type { Answer } from '../protocol.js';
import type { Charger16 } from './charger16.js';
import { tokenEntry, type IdTagInfo } from './id-tags.js';

interface ListRequest {
  readonly listVersion: number;
  readonly updateType: 'Full' | 'Differential';
  readonly localAuthorizationList?: readonly { readonly idTag: string; readonly idTagInfo?: IdTagInfo }[];
}

/** OCPP 1.6 5.15. */
export function sendLocalList({ station }: Charger16, request: ListRequest): Answer {
  const { configuration, localList } = station;
  if (!configuration.isTrue('LocalAuthListEnabled')) return { status: 'NotSupported' };
  const { updateType, listVersion, localAuthorizationList = [] } = request;
  const changes = localAuthorizationList.map(({ idTag, idTagInfo }) => ({
    token: idTag,
    entry: idTagInfo ? tokenEntry(idTagInfo) : null,
  }));
  const maximum = configuration.number('LocalAuthListMaxLength');
  return { status: localList.update(updateType, listVersion, changes, maximum) };
}

/** OCPP 1.6 5.10: -1 when the charger keeps no list, 0 when it is empty. */
export function getLocalListVersion({ station }: Charger16): Answer {
  const enabled = station.configuration.isTrue('LocalAuthListEnabled');
  return { listVersion: enabled ? station.localList.version : -1 };
}
