import { Inject, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { uuid } from '#libs/contracts/http/common.js';
import { contextHeader, isWrite } from '#libs/contracts/http/openapi.js';
import type { RouteContract } from '#libs/contracts/http/route.js';
import type { Allowed, Gate } from '#libs/gate/gate.js';
import type { Identity, SignedInPerson } from '#libs/platform/identity.js';
import type { PortalIdentity, PortalVisitor } from '#libs/platform/portal-identity.js';
import { GATE, IDENTITY, PORTAL_IDENTITY } from '#libs/platform/tokens.js';
import { HTTP_CONFIG, type HttpConfig } from './http-config.js';
import { isOwnOrigin } from './origin.js';
import { invalidRequest, problem } from './problems.js';
import { routeContractKey } from './route-decorator.js';
import { RouteRequest, type GuardedRequest } from './route-request.js';
import { webHeaders } from './web-headers.js';

/**
 * What every request passes before its handler: who is it (401), does the path make sense (400), may they (404, 403),
 * does the rest fit (400). A stranger learns nothing from the order: the object is not looked at before the right.
 */
export class RouteGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(PORTAL_IDENTITY) private readonly portalIdentity: PortalIdentity,
    @Inject(HTTP_CONFIG) private readonly config: HttpConfig,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const contract = this.reflector.get<RouteContract | undefined>(routeContractKey, context.getHandler());
    // Refused at start already (declared-routes.ts); nothing undeclared is ever answered.
    if (!contract) throw problem('not-found');
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    request.contract = contract;

    const { kind } = contract.access;
    const visitor = kind === 'portal' ? await this.admitVisitor(request, contract) : null;
    const sender = kind === 'public' || visitor ? null : await this.authenticate(request, contract);
    request.sender = sender;
    if (kind === 'operator' && sender) this.requireOperator(sender);
    const acting = sender ? this.contextOf(sender, request) : null;
    const params = valid('path', contract.params, request.params);
    if (visitor) await this.requireInScope(visitor, contract, params);
    const allowed = sender ? await this.authorise(sender, contract, params) : null;
    const query = valid('query', contract.query, request.query);
    if (contract.body && !isExpected(contract, request)) throw problem('unsupported-media-type');
    const body = contract.body ? valid('body', contract.body, request.body) : null;
    request.routeRequest = new RouteRequest<RouteContract>(
      params,
      query,
      body as null,
      sender,
      visitor,
      allowed,
      context.switchToHttp().getResponse<FastifyReply>(),
      request.ip,
      preconditionOf(contract, request),
      acting,
    );
    return true;
  }

  private async authenticate(request: GuardedRequest, contract: RouteContract): Promise<SignedInPerson> {
    const sender = await this.identity.resolve(webHeaders(request));
    if (!sender) throw problem('not-signed-in');
    // A browser sends the cookie with requests that other sites make it send.
    if (sender.by === 'cookie' && isWrite(contract) && !isOwnOrigin(request, this.config)) {
      throw problem('foreign-origin');
    }
    return sender;
  }

  /** Anybody can write an operator's address on a new account; only who reads its mail is the operator. */
  private requireOperator({ email, emailVerified }: SignedInPerson): void {
    if (!emailVerified || !this.config.operators.includes(email.toLowerCase()))
      throw problem('operators-only');
  }

  /** A person's session is none here, and a portal's is none anywhere else. */
  private async admitVisitor(request: GuardedRequest, contract: RouteContract): Promise<PortalVisitor> {
    const visitor = await this.portalIdentity.resolve(webHeaders(request));
    if (!visitor) throw problem('not-signed-in');
    if (visitor.by === 'cookie' && isWrite(contract) && !isOwnOrigin(request, this.config)) {
      throw problem('foreign-origin');
    }
    return visitor;
  }

  private async requireInScope(
    visitor: PortalVisitor,
    { access }: RouteContract,
    params: Record<string, unknown>,
  ): Promise<void> {
    if (access.kind !== 'portal' || access.param === null) return;
    const seen = await this.portalIdentity.sees(visitor, String(params[access.param]));
    if (!seen) throw problem('not-found');
  }

  /** AJ-02: somebody acts in the name of an organisation he is a member of; any other does not exist for him (NB-07). */
  private contextOf(sender: SignedInPerson, request: GuardedRequest): string | null {
    const named = request.headers[contextHeader];
    if (named === undefined) return null;
    const parsed = uuid.safeParse(named);
    if (!parsed.success) throw invalidRequest('header.Busbar-Context', parsed.error);
    const member = this.gate.checkOrganisation(sender, 'see-organisation', parsed.data);
    if (!member.ok) throw problem(member.error);
    return parsed.data;
  }

  private async authorise(
    sender: SignedInPerson,
    { access }: RouteContract,
    params: Record<string, unknown>,
  ): Promise<Allowed | null> {
    if (access.kind !== 'entitled') return null;
    const id = String(params[access.param]);
    if (access.resource === 'organisation') {
      const decision = this.gate.checkOrganisation(sender, access.action, id);
      if (!decision.ok) throw problem(decision.error);
      return null;
    }
    const decision = await this.gate.check(sender, access.action, { kind: access.resource, id });
    if (!decision.ok) throw problem(decision.error);
    if (decision.value.extent === 'own' && access.whenOwnOnly === 'refuse') throw problem('forbidden');
    return decision.value;
  }
}

const mediaTypes = {
  'text/csv': /^text\/csv(;|$)/i,
  'application/octet-stream': /^application\/octet-stream(;|$)/i,
  json: /^application\/(\w+\+)?json(;|$)/i,
};

/** The server also reads forms and plain text; a contract speaks JSON, or something else where it says so. */
const isExpected = ({ bodyMediaType }: RouteContract, request: GuardedRequest): boolean =>
  mediaTypes[bodyMediaType ?? 'json'].test(request.headers['content-type'] ?? '');

function preconditionOf({ precondition }: RouteContract, request: GuardedRequest): string | null {
  if (!precondition) return null;
  const named = request.headers['if-match'];
  if (named === undefined) throw problem('precondition-missing');
  return named.trim() === '*' ? null : named.trim();
}

function valid<Schema extends z.ZodType>(part: string, schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidRequest(part, parsed.error);
  return parsed.data;
}
