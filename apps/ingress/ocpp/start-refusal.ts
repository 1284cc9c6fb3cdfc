import type { CommandMessage } from '#libs/contracts/command.js';
import type { ResidualCurrentTests } from '#libs/store/residual-current-tests.js';

const failed =
  'The residual-current device of this connector failed its test; nobody can charge there until one passes.';

/** NB-74: a start behind a residual-current device that failed its last test never reaches the charger. */
export const startRefusal =
  (tests: Pick<ResidualCurrentTests, 'failed'>) =>
  async ({ deviceId, request }: Pick<CommandMessage, 'deviceId' | 'request'>): Promise<string | null> =>
    request.action === 'remote-start' && (await tests.failed(deviceId, request.connector)) ? failed : null;
