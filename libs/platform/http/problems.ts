import type { z } from 'zod';
import { problems, type Problem, type ProblemCode } from '#libs/contracts/http/problem.js';

/** Thrown anywhere below a route; the filter writes it as application/problem+json. */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    /** What is particular to this case; null when the title says it all. */
    readonly detail: string | null,
    readonly issues: Problem['issues'] | null,
  ) {
    super(detail === null ? problems[code][1] : `${problems[code][1]} ${detail}`);
    this.name = 'ProblemError';
  }
}

export const problem = (code: ProblemCode): ProblemError => new ProblemError(code, null, null);
export const problemWith = (code: ProblemCode, detail: string): ProblemError =>
  new ProblemError(code, detail, null);

/** What zod found, without the offending values: they may be secrets. */
export const invalidRequest = (part: string, error: z.ZodError): ProblemError =>
  new ProblemError(
    'invalid-request',
    null,
    error.issues
      .slice(0, 20)
      .map((issue) => ({ path: [part, ...issue.path.map(String)].join('.'), message: issue.message })),
  );

export function problemDocument(error: ProblemError, instance: string, traceId: string): Problem {
  const [status, title, nextStep] = problems[error.code];
  return {
    type: `/problems/${error.code}`,
    code: error.code,
    title,
    status,
    nextStep,
    ...(error.detail === null ? {} : { detail: error.detail }),
    instance,
    traceId,
    ...(error.issues ? { issues: error.issues } : {}),
  };
}
