import type { CommandMessage } from '#libs/contracts/command.js';
import type { WishedBy } from '#libs/devices/twin.js';

/** Injection token of CommandRights; the composition root binds it to the gate. */
export const COMMAND_RIGHTS = Symbol('Command rights');

/** Asked once more right before the wire (T6): a right that died while the command waited stops it. */
export interface CommandRights {
  stillAllowed(command: CommandMessage): Promise<boolean>;
  /** The same of a setting somebody wished, when the device is about to take it (NB-86). */
  stillWished(deviceId: string, key: string, by: WishedBy): Promise<boolean>;
}
