import { randomInt } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Webhook as Signer } from 'standardwebhooks';
import type { Logger } from '#libs/platform/logger.js';
import { CLOCK, LOGGER, POOL } from '#libs/platform/tokens.js';
import type { Pool } from '#libs/store/pool.js';
import {
  deliverNextWebhook,
  webhookById,
  type Delivery,
  type DeliveryOutcome,
} from '#libs/store/webhooks.js';
import type { Clock } from '#libs/units/clock.js';
import { post, RefusedAddress, WEBHOOK_POLICY, type WebhookPolicy } from './outbound-request.js';
import { retryPause_ms } from './retry-schedule.js';
import { mayBeTold } from './webhook-rights.js';
import { WebhookSecrets } from './webhook-secrets.js';

const interval_ms = 500;
/** Deliveries under way at once in a process, so that one slow receiver does not hold up the others. */
const atOnce = 4;
const parts = 1_000_000;
/** The receiver says that it is gone for good (RFC 9110 15.5.11). */
const gone = 410;

/** Tells receivers what happened, at least once each, signed; what may no longer be told is dropped (T9). */
@Injectable()
export class WebhookWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<unknown> | null = null;
  private stopped = false;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(WebhookSecrets) private readonly secrets: WebhookSecrets,
    @Inject(WEBHOOK_POLICY) private readonly policy: WebhookPolicy,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.working ??= Promise.all(Array.from({ length: atOnce }, () => this.drain()))
        .catch((error: unknown) =>
          this.logger.error({ err: error }, 'webhooks could not be read; trying again'),
        )
        .finally(() => (this.working = null));
    }, interval_ms);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.working;
  }

  private async drain(): Promise<void> {
    let more = true;
    while (more && !this.stopped) {
      const now = new Date(this.clock.now());
      more = await deliverNextWebhook(this.pool, now, (delivery) => this.deliver(delivery));
    }
  }

  private async deliver(delivery: Delivery): Promise<DeliveryOutcome> {
    const { deliveryId, type, locationId, payload } = delivery;
    const now = this.clock.now();
    const webhook = await webhookById(this.pool, delivery.webhookId);
    if (!webhook || !(await mayBeTold(this.pool, webhook.organisationId, type, locationId, now)))
      return { result: { kind: 'over', state: 'dropped' }, status: null, reason: 'right-gone' };
    const at = new Date(now);
    const body = JSON.stringify({
      type,
      timestamp: delivery.queuedAt.toISOString(),
      data: { locationId, ...payload },
    });
    const signer = new Signer(this.secrets.secretOf(webhook.webhookId, webhook.secretVersion));
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Busbar-Webhooks',
      'webhook-id': deliveryId,
      'webhook-timestamp': String(Math.floor(now / 1_000)),
      'webhook-signature': signer.sign(deliveryId, at, body),
    };
    try {
      const status = await post(webhook.url, headers, body, this.policy);
      if (status >= 200 && status < 300)
        return { result: { kind: 'over', state: 'delivered' }, status, reason: null };
      if (status === gone) return { result: { kind: 'over', state: 'dead' }, status, reason: 'gone' };
      return this.again(delivery, now, status, 'refused');
    } catch (error) {
      if (error instanceof RefusedAddress)
        return { result: { kind: 'over', state: 'dead' }, status: null, reason: 'address-not-public' };
      return this.again(delivery, now, null, 'unreachable');
    }
  }

  private again(delivery: Delivery, now: number, status: number | null, reason: string): DeliveryOutcome {
    const pause_ms = retryPause_ms(delivery.attempts + 1, randomInt(parts) / parts);
    return pause_ms === null
      ? { result: { kind: 'over', state: 'dead' }, status, reason }
      : { result: { kind: 'again', at: new Date(now + pause_ms) }, status, reason };
  }
}
