/** Holder of a token of Graph, and what it may do. */
export interface TokenFacts {
  /** An application by itself, or a person who is signed in to it. */
  readonly kind: 'application' | 'delegated';
  /** Client id of the application. */
  readonly clientId: string;
  /** Roles of the application, or scopes that a person's token has. */
  readonly permissions: readonly string[];
}
