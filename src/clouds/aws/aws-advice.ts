import { ACCESS_ACTIONS, SNAPSHOT_ACTIONS } from '../../estate/sections/access/snapshot-actions';
import type { AwsCall, AwsFault } from './aws-fault';
import { isKeyFault, keyAdvice } from './key-fault';

const WHERE = 'the management account of the organization, or the account that administers IAM Identity Center for it';

const LOG_IN =
  'log in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then run this again';

const LOG_IN_AGAIN =
  'the credentials are no longer or not yet valid: log in again (aws sso login), then run this again';

const SLOW_DOWN =
  'AWS is limiting the rate of calls: run this again later, or with a lower --concurrency where there is one';

const CHECK_NETWORK =
  'check the network, the proxy, and --region (or AWS_REGION): an endpoint exists only in the Regions of the service';

/** By name of the error, or its code where the network failed. */
const ADVICE: Readonly<Record<string, string>> = {
  AWSOrganizationsNotInUseException: `these credentials belong to an account outside of any organization: use ${WHERE}`,
  CredentialsProviderError: LOG_IN,
  TokenProviderError: LOG_IN,
  ExpiredToken: LOG_IN_AGAIN,
  ExpiredTokenException: LOG_IN_AGAIN,
  InvalidClientTokenId: LOG_IN_AGAIN,
  UnrecognizedClientException: LOG_IN_AGAIN,
  InvalidSignatureException: 'check the secret key, and that the clock of this machine is right',
  SignatureDoesNotMatch: 'check the secret key, and that the clock of this machine is right',
  TooManyRequestsException: SLOW_DOWN,
  ThrottlingException: SLOW_DOWN,
  EAI_AGAIN: CHECK_NETWORK,
  ECONNREFUSED: CHECK_NETWORK,
  ECONNRESET: CHECK_NETWORK,
  ENOTFOUND: CHECK_NETWORK,
  ETIMEDOUT: CHECK_NETWORK,
  TimeoutError: CHECK_NETWORK,
};

/** Advice on a failed call; undefined where only AWS' own message helps. `key`: ARN of the key of IAM Identity Center. */
export function adviceFor(call: AwsCall, fault: AwsFault, key?: string): string | undefined {
  if (fault.message === 'Region is missing') return 'name the Region of IAM Identity Center: --region, or AWS_REGION';
  if (isKeyFault(fault)) return keyAdvice(fault, key);
  if (fault.name.startsWith('AccessDenied')) return `allow ${call.action}${neededBesides(call)}`;
  return ADVICE[fault.name] ?? ADVICE[fault.code ?? ''];
}

/** Of the organization, everything is asked for at once, and in one place. */
function neededBesides({ action }: AwsCall): string {
  const isAccess = ACCESS_ACTIONS.includes(action);
  if (!isAccess && !SNAPSHOT_ACTIONS.includes(action)) return '';
  const access = isAccess ? `; reading access besides: ${ACCESS_ACTIONS.join(', ')}` : '';
  return `, and run this in ${WHERE}. A snapshot needs: ${SNAPSHOT_ACTIONS.join(', ')}${access}`;
}
