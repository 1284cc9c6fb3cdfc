import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { commandRoutes } from '#libs/contracts/http/command-routes.js';
import type { Gate } from '#libs/gate/gate.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { GATE, POOL } from '#libs/platform/tokens.js';
import { CommandRepository } from '#libs/store/commands.js';
import type { Pool } from '#libs/store/pool.js';
import { CommandPreparation } from './command-preparation.js';
import { commandView } from './command-view.js';

@Controller()
export class CommandController {
  private readonly commands: CommandRepository;

  constructor(
    @Inject(GATE) private readonly gate: Gate,
    @Inject(CommandPreparation) private readonly preparation: CommandPreparation,
    @Inject(POOL) pool: Pool,
  ) {
    this.commands = new CommandRepository(pool);
  }

  @Route(commandRoutes.createCommand)
  async create({ person, params, body }: RouteRequest<typeof commandRoutes.createCommand>) {
    const { deviceId } = params;
    const timeout_ms = body.timeout_s * 1_000;
    const request = await this.preparation.prepare(deviceId, body.request, timeout_ms);
    const admitted = await this.gate.admit(person, { deviceId, request, timeout_ms });
    if (!admitted.ok) {
      await this.preparation.discard(request);
      throw problem(admitted.error);
    }
    return commandView(admitted.value);
  }

  @Route(commandRoutes.getCommand)
  async get({ params }: RouteRequest<typeof commandRoutes.getCommand>) {
    const command = await this.commands.byId(params.commandId);
    if (!command) throw problem('not-found');
    return commandView(command);
  }

  @Route(commandRoutes.cancelCommand)
  async cancel({ person, params }: RouteRequest<typeof commandRoutes.cancelCommand>) {
    const cancelled = await this.gate.cancel(person, params.commandId);
    if (!cancelled.ok) throw problem(cancelled.error);
    return commandView(cancelled.value);
  }

  @Route(commandRoutes.listCommands)
  async list({ params, query }: RouteRequest<typeof commandRoutes.listCommands>) {
    const after = decodeCursor('commands', [z.number(), z.uuid()], query.cursor);
    const rows = await this.commands.ofDevice(
      params.deviceId,
      after && { enqueuedAt: new Date(after[0]), commandId: after[1] },
      query.limit + 1,
    );
    return pageOf(rows, query.limit, commandView, (row) =>
      encodeCursor('commands', [row.enqueuedAt.getTime(), row.commandId]),
    );
  }
}
