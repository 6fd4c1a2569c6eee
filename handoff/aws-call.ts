import { HandOverError } from './hand-over-error';

/** A call to AWS, in the words of a message. */
export interface AwsCall {
  /** The IAM action: `ssm:PutParameter`. */
  readonly action: string;
  /** What was being done: `Writing the parameter /sandbox/customers/tenant-id`. */
  readonly subject: string;
}

const LOG_IN = 'log in (aws sso login), or set AWS_PROFILE, then run this again';

/** By name of the SDK's error. */
const ADVICE: Readonly<Record<string, string>> = {
  CredentialsProviderError: LOG_IN,
  TokenProviderError: LOG_IN,
  ExpiredToken: LOG_IN,
  ExpiredTokenException: LOG_IN,
  InvalidClientTokenId: LOG_IN,
  UnrecognizedClientException: LOG_IN,
  ThrottlingException: 'AWS is limiting the rate of calls: run this again later; it goes on where it stopped',
};

/** Sends one call. @throws HandOverError that says which call failed, what AWS answered and what to do; its cause is the SDK's */
export async function callAws<Answer>(call: AwsCall, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    const { name, message } = error as Error;
    const advice = name.startsWith('AccessDenied') ? `allow ${call.action}` : ADVICE[name];
    const lines = [
      `${call.subject} failed.`,
      `  ${call.action}: ${name}: ${message}`,
      ...(advice === undefined ? [] : [`  What to do: ${advice}`]),
    ];
    throw new HandOverError(lines.join('\n'), { cause: error });
  }
}
