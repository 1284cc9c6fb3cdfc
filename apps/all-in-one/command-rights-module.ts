import { Module } from '@nestjs/common';
import { COMMAND_RIGHTS, type CommandRights } from '#apps/ingress/command-rights.js';
import type { Gate } from '#libs/gate/gate.js';
import { GATE } from '#libs/platform/tokens.js';

/** The edge asks the gate once more right before the wire. */
@Module({
  providers: [{ provide: COMMAND_RIGHTS, inject: [GATE], useFactory: (gate: Gate): CommandRights => gate }],
  exports: [COMMAND_RIGHTS],
})
export class CommandRightsModule {}
