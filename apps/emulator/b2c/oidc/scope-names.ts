/** Scopes that a parameter names, in their order. */
export function scopesIn(value: unknown): readonly string[] {
  return typeof value === 'string' ? value.split(' ').filter((scope) => scope !== '') : [];
}

/** `Accounts.Read` of `https://contoso.onmicrosoft.com/api/Accounts.Read`, as `scp` has it. */
export function shortScope(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1);
}
