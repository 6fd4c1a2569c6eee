/** Reason why nothing, or nothing more, was handed over. The message tells what to do and holds no secret. */
export class HandoffError extends Error {
  override readonly name = 'HandoffError';
}

/** The secret in Secrets Manager. `empty`: it is there, but nothing has been written to it yet. */
export type StoredSecret =
  { readonly state: 'empty' } | { readonly state: 'present'; readonly value: string; readonly version: string };

/** Store from which the hosting stacks read what is handed over: SSM parameters and one secret of an AWS account. */
export interface HandoffStore {
  /** The AWS account of the credentials. */
  accountId(): Promise<string>;
  /** Values by name; a name without a parameter is absent. */
  readParameters(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  writeParameter(name: string, value: string): Promise<void>;
  /** @throws HandoffError if there is no such secret: the hosting's data stack makes it, with its key and policy */
  readSecret(name: string): Promise<StoredSecret>;
  /** Answers the id of the version that it wrote. */
  writeSecret(name: string, value: string): Promise<string>;
}
