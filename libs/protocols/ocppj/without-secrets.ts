/** Keys of every charger whose values are secrets (OCPP 1.6 Security Whitepaper 4, OCPP 2.0.1 SecurityCtrlr). */
const everywhere = ['AuthorizationKey', 'BasicAuthPassword'];

/**
 * T10: an answer to GetConfiguration or GetVariables without the values of these keys. A charger should hide them itself; one
 * that does not must not make a command the place where they are read.
 */
export function withoutSecrets(answer: unknown, keys: readonly string[]): unknown {
  const secret = new Set([...everywhere, ...keys].map(lastPart));
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    const { key, variable } = value as { key?: unknown; variable?: { name?: unknown } };
    const name = typeof key === 'string' ? key : variable?.name;
    const hides = typeof name === 'string' && secret.has(lastPart(name));
    return Object.fromEntries(
      Object.entries(value)
        .filter(([field]) => !(hides && (field === 'value' || field === 'attributeValue')))
        .map(([field, inner]) => [field, clean(inner)]),
    );
  };
  return clean(answer);
}

/** Of `Component.Variable` the variable; case does not count. */
const lastPart = (key: string): string =>
  key
    .slice(key.lastIndexOf('.') + 1)
    .replace(/[[@].*$/, '')
    .toLowerCase();
