import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { RouteContract } from '#libs/contracts/http/route.js';
import type { Allowed } from '#libs/gate/gate.js';
import type { SignedInPerson } from '#libs/platform/identity.js';
import type { PortalVisitor } from '#libs/platform/portal-identity.js';
import { EventStream } from './event-stream.js';

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : null;

/** A request that has passed the door: validated by its contract, its sender known, the right decided. */
export class RouteRequest<Contract extends RouteContract = RouteContract> {
  constructor(
    readonly params: Output<Contract['params']>,
    readonly query: Output<Contract['query']>,
    readonly body: Output<Contract['body']>,
    private readonly sender: SignedInPerson | null,
    private readonly portalVisitor: PortalVisitor | null,
    private readonly decision: Allowed | null,
    private readonly reply: FastifyReply,
    /** Where the request came from, as our trusted proxies say. */
    readonly clientAddress: string,
    /** If-Match, where the contract asks for it; null: `*`. */
    private readonly precondition: string | null,
    /** The organisation in whose name the sender acts, of which he is a member; null: in his own (AJ-02). */
    readonly context: string | null,
  ) {}

  /** Who is signed in. A route declared public has nobody to ask for: that is a defect of its handler. */
  get person(): SignedInPerson {
    if (!this.sender) throw new Error('a public route has no signed-in person');
    return this.sender;
  }

  /** Who signed in to a customer portal; on its routes. */
  get visitor(): PortalVisitor {
    if (!this.portalVisitor) throw new Error('this route is not of the customer portal');
    return this.portalVisitor;
  }

  /** What allowed the request; on routes over a location, device or command. */
  get allowed(): Allowed {
    if (!this.decision) throw new Error('this route is not over a location');
    return this.decision;
  }

  /** The version a number-tagged document was read at; null: whatever it is now. A tag that is not ours is -1, which nothing is. */
  get expectedVersion(): number | null {
    if (this.precondition === null) return null;
    const version = /^"(\d{1,15})"$/.exec(this.precondition)?.[1];
    return version === undefined ? -1 : Number(version);
  }

  /** A header of the request; null when it has none. */
  header(name: string): string | null {
    const value = this.reply.request.headers[name.toLowerCase()];
    return typeof value === 'string' ? value : null;
  }

  /** Sends a header with the answer, e.g. a cookie. */
  setHeader(name: string, value: string): void {
    void this.reply.header(name, value);
  }

  /** Takes the connection over for server-sent events. */
  openEventStream(): EventStream {
    return new EventStream(this.reply);
  }
}

/** A file as the client keeps it. */
export interface FileAnswer {
  readonly bytes: Buffer;
  /** ASCII letters, digits, dots and hyphens. */
  readonly fileName: string;
}

/** Bytes on their way: status 206 for a part (RFC 9110 15.3.7), 416 for a range that is not there. */
export interface StreamAnswer {
  readonly status: 200 | 206 | 416;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable | null;
}

/** What a handler gives back: the contract's shape before serialisation, a file, or nothing. */
export type RouteAnswer<Contract extends RouteContract> = Contract['response'] extends {
  kind: 'json' | 'secret';
  schema: infer Schema extends z.ZodType;
}
  ? z.input<Schema>
  : Contract['response'] extends { kind: 'file' }
    ? FileAnswer
    : Contract['response'] extends { kind: 'stream' }
      ? StreamAnswer
      : void;

/** A Fastify request on its way through guard and interceptor. */
export interface GuardedRequest extends FastifyRequest {
  contract?: RouteContract;
  routeRequest?: RouteRequest;
  sender?: SignedInPerson | null;
}
