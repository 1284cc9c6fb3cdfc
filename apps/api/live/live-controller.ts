import { Controller, Inject } from '@nestjs/common';
import { liveRoutes } from '#libs/contracts/http/live-routes.js';
import type { Gate } from '#libs/gate/gate.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { GATE } from '#libs/platform/tokens.js';
import { LiveSites } from './live-sites.js';

@Controller()
export class LiveController {
  constructor(
    @Inject(LiveSites) private readonly live: LiveSites,
    @Inject(GATE) private readonly gate: Gate,
  ) {}

  @Route(liveRoutes.getLive)
  get({ params }: RouteRequest<typeof liveRoutes.getLive>) {
    return this.live.snapshot(params.locationId);
  }

  /** The stream holds the proof it was opened on and ends with it (T8). */
  @Route(liveRoutes.streamLive)
  async stream(request: RouteRequest<typeof liveRoutes.streamLive>): Promise<void> {
    const { target, locationId, proof } = request.allowed;
    const stream = request.openEventStream();
    const watched = {
      personId: request.person.personId,
      action: 'telemetry',
      target,
      locationId,
      proof,
    } as const;
    stream.whenClosed(this.gate.watch(watched, (end) => stream.end(end)));
    await this.live.follow(locationId, stream);
  }
}
