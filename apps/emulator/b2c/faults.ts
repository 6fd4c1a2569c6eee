import { Faults, type FaultTiming } from '../base/faults';

/** The part that answers a request. */
export type Endpoint = 'metadata' | 'keys' | 'authorize' | 'token' | 'logout' | 'pages';

/**
 * Kinds of faults: `unavailable` 503, `slow` it is answered late, `wrongKeys` the published keys have signed nothing.
 * A rule stays until it has hit `times` requests, or `clear`.
 */
export type FaultRule = FaultTiming &
  (
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

export type B2cFaults = Faults<FaultRule, Endpoint>;

/** Faults of sign-in: a rule stays until it is cleared, unless it says otherwise. */
export function createFaults(): B2cFaults {
  return new Faults({ fits, times: Infinity });
}

function fits(rule: FaultRule, endpoint: Endpoint): boolean {
  if (rule.kind === 'wrongKeys') return endpoint === 'keys';
  return rule.endpoint === undefined || rule.endpoint === endpoint;
}

/** The endpoint that a path belongs to. */
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
