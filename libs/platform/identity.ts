import { betterAuth } from 'better-auth';
import { bearer } from 'better-auth/plugins';
import { openPool } from '#libs/store/pool.js';
import { personId, type PersonId } from '#libs/units/identifiers.js';

/** Where the session cookie comes from; also in libs/contracts/http/openapi.ts. */
const cookiePrefix = 'busbar';

export interface IdentityConfig {
  readonly connectionString: string;
  /** Signs the session cookies; at least 32 random characters, the same in every process. */
  readonly secret: string;
  /** Where people reach us, e.g. https://busbar.example; null takes what the request names (a loopback or lab server). */
  readonly publicUrl: string | null;
  /** Origins besides our own whose pages may send requests with a session cookie. */
  readonly trustedOrigins: readonly string[];
  /** Sign-ins and sign-ups allowed from one address in a minute. */
  readonly attemptsPerMinute: number;
}

export interface SignedInPerson {
  readonly personId: PersonId;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  /** Whether the request proved itself by a cookie, which a browser sends unasked, or by a bearer token. */
  readonly by: 'cookie' | 'bearer';
}

/** Header in which our own server tells the identity library the client's address; whatever a client sent is replaced. */
export const clientAddressHeader = 'x-busbar-client-address';

/** Sends the link that proves an address (NB-20). */
export type ConfirmAddress = (email: string, link: string) => Promise<void>;

/** Accounts, passwords and sessions: better-auth on tables of its own. It says who somebody is, never what they may do. */
export function openIdentity(config: IdentityConfig, confirmAddress: ConfirmAddress) {
  const url = new URL(config.connectionString);
  // The library knows no schema names; its connections find its tables by the search path.
  url.searchParams.set('options', '-c search_path=identity');
  const pool = openPool(url.href, { max: 5 });
  const limited = { window: 60, max: config.attemptsPerMinute };
  const auth = betterAuth({
    appName: 'Busbar',
    database: pool,
    secret: config.secret,
    basePath: '/api/auth',
    ...(config.publicUrl === null ? {} : { baseURL: config.publicUrl }),
    trustedOrigins: [...config.trustedOrigins],
    emailAndPassword: { enabled: true, minPasswordLength: 10, maxPasswordLength: 128 },
    emailVerification: {
      sendOnSignUp: true,
      autoSignInAfterVerification: false,
      sendVerificationEmail: ({ user, url }) => confirmAddress(user.email, url),
    },
    session: {
      // NB-54: tokens live long; rights are never in them, so that a revoke works at once.
      expiresIn: 30 * 24 * 3_600,
      updateAge: 24 * 3_600,
      cookieCache: { enabled: false },
    },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 600,
      customRules: { '/sign-in/*': limited, '/sign-up/*': limited },
    },
    advanced: {
      cookiePrefix,
      useSecureCookies: config.publicUrl?.startsWith('https:') ?? false,
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    plugins: [bearer()],
    telemetry: { enabled: false },
    logger: { disabled: true },
  });

  return {
    /** Answers a request under /api/auth. */
    handle: (request: Request): Promise<Response> => auth.handler(request),

    /** Who sent a request with these headers; null when nobody is signed in. */
    async resolve(headers: Headers): Promise<SignedInPerson | null> {
      const byBearer = headers.get('authorization') !== null;
      if (!byBearer && !headers.get('cookie')?.includes(`${cookiePrefix}.session_token`)) return null;
      const session = await auth.api.getSession({ headers });
      if (!session) return null;
      const { id, name, email, emailVerified } = session.user;
      return { personId: personId(id), name, email, emailVerified, by: byBearer ? 'bearer' : 'cookie' };
    },

    /** Creates an account, for seeding and tests; people sign up themselves over HTTP. */
    async createAccount(account: { email: string; name: string; password: string }): Promise<PersonId> {
      const { user } = await auth.api.signUpEmail({ body: account });
      return personId(user.id);
    },

    close: (): Promise<void> => pool.end(),
  };
}
export type Identity = ReturnType<typeof openIdentity>;
