/** The texts of a list; none if it is not a list. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** Filter by a display name, which several objects may have. */
export function isNamed(name: string): string {
  return `displayName eq '${name.replaceAll("'", "''")}'`;
}

/** Scopes of a consent. */
export function scopesIn(scope: unknown): readonly string[] {
  return typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [];
}
