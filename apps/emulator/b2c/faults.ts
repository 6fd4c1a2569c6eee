/** What answers a request. */
export type Endpoint = 'metadata' | 'keys' | 'authorize' | 'token' | 'logout' | 'pages';

/**
 * What goes wrong: `unavailable` 503, `slow` it is answered late, `wrongKeys` the published keys have signed nothing.
 * A rule stays until it has hit `times` requests, or `clear`.
 */
export type FaultRule = {
  /** Requests that are hit. @default all until the rule is cleared */
  readonly times?: number;
} & (
  | { readonly kind: 'unavailable'; /** @default all */ readonly endpoint?: Endpoint }
  | {
      readonly kind: 'slow';
      /** @default all */
      readonly endpoint?: Endpoint;
      /** Milliseconds. @default 1000 */
      readonly delay?: number;
    }
  | { readonly kind: 'wrongKeys' }
);

interface ActiveRule {
  readonly rule: FaultRule;
  left: number;
}

/** Decides which requests go wrong; may be changed while the emulator runs. */
export class Faults {
  private rules: ActiveRule[] = [];

  /** Adds rules; the first that fits a request decides. */
  add(...rules: readonly FaultRule[]): void {
    this.rules.push(...rules.map((rule) => ({ rule, left: rule.times ?? Infinity })));
  }

  clear(): void {
    this.rules = [];
  }

  next(endpoint: Endpoint): FaultRule | undefined {
    const active = this.rules.find(({ rule, left }) => left > 0 && fits(rule, endpoint));
    if (active === undefined) return undefined;
    active.left -= 1;
    return active.rule;
  }
}

function fits(rule: FaultRule, endpoint: Endpoint): boolean {
  if (rule.kind === 'wrongKeys') return endpoint === 'keys';
  return rule.endpoint === undefined || rule.endpoint === endpoint;
}

/** Which endpoint a path belongs to. */
export function endpointOf(path: string): Endpoint {
  const known: readonly (readonly [RegExp, Endpoint])[] = [
    [/\/v2\.0\/\.well-known\/openid-configuration$/i, 'metadata'],
    [/\/discovery\/v2\.0\/keys$/i, 'keys'],
    [/\/oauth2\/v2\.0\/token$/i, 'token'],
    [/\/oauth2\/v2\.0\/logout$/i, 'logout'],
    [/\/oauth2\/v2\.0\/authorize(\/|$)/i, 'authorize'],
  ];
  return known.find(([pattern]) => pattern.test(path))?.[1] ?? 'pages';
}
