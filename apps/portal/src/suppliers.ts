import type { Me } from './api.js';

const editors: readonly Me['organisations'][number]['role'][] = [
  'administrator',
  'account-manager',
  'installer',
  'manager',
];

/** The person's organisations whose customers he may edit (CP-21); the server decides again. */
export const booksOf = (person: Me): Me['organisations'] =>
  person.organisations.filter(({ role }) => editors.includes(role));
