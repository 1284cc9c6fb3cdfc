import { createHmac, hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HTTP_CONFIG, type HttpConfig } from '#libs/platform/http/http-config.js';

/** Secrets of webhooks follow from their id and a key that only our processes have; the database holds none of them. */
@Injectable()
export class WebhookSecrets {
  private readonly key: Buffer;

  constructor(@Inject(HTTP_CONFIG) { identity }: HttpConfig) {
    this.key = Buffer.from(hkdfSync('sha256', identity.secret, 'busbar webhooks', 'derive secrets', 32));
  }

  /** As receivers keep it: whsec_ and 256 bits in base64. */
  secretOf(webhookId: string, version: number): string {
    const bits = createHmac('sha256', this.key).update(`${webhookId}\0${version}`).digest('base64');
    return `whsec_${bits}`;
  }
}
