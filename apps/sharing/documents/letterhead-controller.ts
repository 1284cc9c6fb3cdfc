import { Controller, Inject } from '@nestjs/common';
import type { z } from 'zod';
import { letterheadRoutes, type letterheadSchema } from '#libs/contracts/http/letterhead-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import type { Letterhead } from '#libs/store/letterheads.js';
import { Letterheads } from './letterheads.js';

@Controller()
export class LetterheadController {
  constructor(@Inject(Letterheads) private readonly letterheads: Letterheads) {}

  @Route(letterheadRoutes.getLetterhead)
  async get({ params }: RouteRequest<typeof letterheadRoutes.getLetterhead>) {
    return view(await this.letterheads.read(params.organisationId));
  }

  @Route(letterheadRoutes.putLetterhead)
  async put({ person, params, body }: RouteRequest<typeof letterheadRoutes.putLetterhead>) {
    const logo = body.logo && { type: body.logo.type, bytes: Buffer.from(body.logo.base64, 'base64') };
    return view(await this.letterheads.set(person.personId, params.organisationId, { ...body, logo }));
  }
}

const view = ({ logo, addressLines, ...words }: Letterhead): z.input<typeof letterheadSchema> => ({
  ...words,
  addressLines: [...addressLines],
  logo: logo && { type: logo.type, base64: logo.bytes.toString('base64') },
});
