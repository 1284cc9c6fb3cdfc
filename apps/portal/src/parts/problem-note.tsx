import { BusbarProblem } from '#libs/sdk/client.js';

/** What went wrong and what to do next, in the server's own words. */
export function ProblemNote({ error }: { readonly error: Error }) {
  const problem = error instanceof BusbarProblem ? error.problem : null;
  return (
    <p role="alert" className="problem">
      {problem
        ? `${problem.title} ${problem.nextStep}`
        : 'Busbar cannot be reached. It is tried again by itself.'}
    </p>
  );
}
