import type { AddressInfo } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { HTTP_CONFIG, type HttpConfig } from '#libs/platform/http/http-config.js';

const everyAddress = new Set(['0.0.0.0', '::']);

/** Where devices and browsers reach us from outside. */
@Injectable()
export class PublicAddress {
  constructor(
    @Inject(HTTP_CONFIG) private readonly config: HttpConfig,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /** Without a slash at the end; null when nobody said, and we listen at no address in particular. */
  base(): string | null {
    const { publicUrl } = this.config.identity;
    if (publicUrl !== null) return publicUrl.replace(/\/+$/, '');
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    const address = server.server.address() as AddressInfo | null;
    if (address === null || everyAddress.has(address.address)) return null;
    const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `http://${name}:${address.port}`;
  }
}
