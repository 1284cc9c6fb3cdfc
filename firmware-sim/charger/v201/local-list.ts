import type { Answer } from '../protocol.js';
import { tokenEntry201 } from './authorization.js';
import type { Charger201 } from './charger201.js';
import { refusal, type IdToken, type IdTokenInfo } from './types.js';

interface ListRequest {
  readonly versionNumber: number;
  readonly updateType: 'Full' | 'Differential';
  readonly localAuthorizationList?: readonly {
    readonly idToken: IdToken;
    readonly idTokenInfo?: IdTokenInfo;
  }[];
}

/** OCPP 2.0.1 D01. */
export function sendLocalList({ station }: Charger201, request: ListRequest): Answer {
  const { configuration, localList } = station;
  if (!configuration.isTrue('LocalAuthListEnabled'))
    return { status: 'Failed', ...refusal('NotEnabled', 'The local list is switched off.') };
  const changes = (request.localAuthorizationList ?? []).map(({ idToken, idTokenInfo }) => ({
    token: idToken.idToken,
    entry: idTokenInfo ? tokenEntry201(idTokenInfo) : null,
  }));
  const maximum = configuration.number('LocalAuthListMaxLength');
  return { status: localList.update(request.updateType, request.versionNumber, changes, maximum) };
}

/** OCPP 2.0.1 D02: 0 when there is no list. */
export function getLocalListVersion({ station }: Charger201): Answer {
  const enabled = station.configuration.isTrue('LocalAuthListEnabled');
  return { versionNumber: enabled ? station.localList.version : 0 };
}
