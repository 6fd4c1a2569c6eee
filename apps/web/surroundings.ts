import type { PoliciesApi } from './policies/policies-api';
import type { Sessions } from './sessions/sessions';
import type { Flows } from './sign-in/flow';

/** Settings of the web, and the directory and the API as it reaches them. */
export interface Surroundings {
  readonly baseUrl: URL;
  readonly flows: Flows;
  readonly api: PoliciesApi;
  /** Paths of the registered redirect URIs. */
  readonly callbacks: Readonly<Record<'sign-in' | 'step-up', string>>;
  readonly scopes: Readonly<Record<'read' | 'write', string>>;
  /** Age up to which a second factor counts. */
  readonly stepUpMs: number;
}

/** What parts of the web work with. */
export interface Base extends Surroundings {
  readonly sessions: Sessions;
  readonly now: () => number;
}
