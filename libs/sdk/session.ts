/** Signing in and out, by the identity library's own addresses under /api/auth. */
export interface SignedIn {
  readonly token: string;
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
}

/** A refused sign-in or sign-up; `code` is stable, e.g. INVALID_EMAIL_OR_PASSWORD or USER_ALREADY_EXISTS. */
export class SignInRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'SignInRefused';
  }
}

/** Signs in with e-mail and password: sets the session cookie and answers a token that also works as bearer. */
export const signIn = (
  baseUrl: string,
  credentials: { email: string; password: string },
): Promise<SignedIn> => post(baseUrl, 'sign-in/email', credentials) as Promise<SignedIn>;

export const signUp = (
  baseUrl: string,
  account: { email: string; name: string; password: string },
): Promise<SignedIn> => post(baseUrl, 'sign-up/email', account) as Promise<SignedIn>;

export async function signOut(baseUrl: string): Promise<void> {
  await post(baseUrl, 'sign-out', {});
}

async function post(baseUrl: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${baseUrl}/api/auth/${path}`, {
    method: 'POST',
    credentials: 'include',
    headers: {
      'content-type': 'application/json',
      // Browsers set Origin themselves and ignore this one; Node sends none, and sign-in wants to know it.
      ...(baseUrl === '' ? {} : { origin: new URL(baseUrl).origin }),
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
  if (!response.ok)
    throw new SignInRefused(answer.code ?? `HTTP_${response.status}`, answer.message ?? 'Signing in failed.');
  return answer;
}
