/** Facts whose instants, milliseconds since 1970, are told as programs read dates: in ISO 8601, UTC. An instant's name ends in `At`. */
export function withMoments(facts: object | null): Readonly<Record<string, unknown>> | null {
  if (facts === null) return null;
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'number' && name.endsWith('At') ? new Date(value).toISOString() : value,
    ]),
  );
}
