/** An API that user flows call. Its secret is known to the deployment alone. */
export interface ReportApiConnector {
  readonly name: string;
  readonly url: string;
  /** `as claims, by a password`. */
  readonly authentication: string;
  /** Absent where the directory keeps the secret that it has. */
  readonly secretVersion?: string;
}

/** An API that is called while people sign up or sign in to an application. */
export interface ReportCustomExtension {
  readonly name: string;
  readonly event: string;
  readonly url: string;
  /** Application ID URI of what stands for the API. */
  readonly resourceId: string;
  readonly claims: readonly string[];
  /** Behavior where the API fails, as Graph names it; absent where the service has its own. */
  readonly behaviorOnError?: string;
}
