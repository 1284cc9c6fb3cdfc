import { createRequire } from 'node:module';

// The package is CommonJS and its types describe it as an ES module.
const loadHighs = createRequire(import.meta.url)('highs') as (typeof import('highs'))['default'];

/** A linear expression: coefficient by variable name. */
export type Terms = Readonly<Record<string, number>>;

export interface LinearProgram {
  readonly maximise: Terms;
  readonly rows: readonly {
    readonly terms: Terms;
    readonly relation: '<=' | '>=' | '=';
    readonly bound: number;
  }[];
  readonly bounds: Readonly<Record<string, readonly [number, number]>>;
  /** Variables that are 0 or 1. */
  readonly binaries: readonly string[];
}

export type Solve = (program: LinearProgram) => ReadonlyMap<string, number>;

/** The HiGHS solver: exact at a vertex for linear programs, without a gap for programs with binaries. */
export async function loadSolver(): Promise<Solve> {
  const highs = await loadHighs();
  return (program) => {
    const answer = highs.solve(lpFormat(program), {
      mip_rel_gap: 0,
      mip_abs_gap: 0,
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
    });
    if (answer.Status !== 'Optimal')
      throw new Error(`The solver answers "${answer.Status}" to\n${lpFormat(program)}`);
    return new Map(Object.values(answer.Columns).map((column) => [column.Name, column.Primal]));
  };
}

/** The program in CPLEX LP format. */
function lpFormat(program: LinearProgram): string {
  const sum = (terms: Terms): string =>
    Object.entries(terms)
      .map(([name, factor]) => `${factor < 0 ? '-' : '+'} ${decimal(Math.abs(factor))} ${name}`)
      .join(' ');
  return [
    'Maximize',
    ` goal: ${sum(program.maximise)}`,
    'Subject To',
    ...program.rows.map((row, at) => ` r${at}: ${sum(row.terms)} ${row.relation} ${decimal(row.bound)}`),
    'Bounds',
    ...Object.entries(program.bounds).map(([name, [low, high]]) =>
      low === high ? ` ${name} = ${decimal(low)}` : ` ${decimal(low)} <= ${name} <= ${decimal(high)}`,
    ),
    ...(program.binaries.length > 0 ? ['Binary', ` ${program.binaries.join(' ')}`] : []),
    'End',
  ].join('\n');
}

/** The format knows no exponents; below 1e-15 nothing matters here. */
const decimal = (value: number): string =>
  Math.abs(value) < 1e-15
    ? '0'
    : /e/.test(String(value))
      ? value.toFixed(18)
      : Number.isFinite(value)
        ? String(value)
        : 'inf';
