/** Call to AWS, in the words that an error message needs. */
export interface AwsCall {
  /** The IAM action, by which the documentation of AWS names the call too: `organizations:ListRoots`. */
  readonly action: string;
  /** Thing that is read or written: `the tags of account 111122223333 ("payments")`. */
  readonly subject: string;
  /** @default false: it is being read */
  readonly writes?: boolean;
}

/** Fields that the SDK's errors have in common; which of them is there depends on where the call failed. */
export interface AwsFault {
  readonly name: string;
  readonly message: string;
  /** Of a network error: `ECONNREFUSED`. */
  readonly code?: string;
  /** Of IAM Identity Center and the Identity Store: `KMS_AccessDeniedException`; null where an answer has the field empty. */
  readonly Reason?: string | null;
  readonly $metadata?: { readonly attempts?: number; readonly requestId?: string };
}
