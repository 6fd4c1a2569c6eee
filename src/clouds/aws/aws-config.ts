import { USER_AGENT } from '../user-agent';

/** Attempts a call, the first included. Organizations throttles ListTagsForResource long before the others. */
const MAX_ATTEMPTS = 10;
const CONNECT_MS = 5_000;
/** Longer than any call takes that is sent here. */
const ANSWER_MS = 20_000;

/** Reached directly, whatever the proxy: stand-ins for AWS. */
const THIS_MACHINE = 'localhost,127.0.0.1,::1';

/**
 * Configuration of every client of AWS: standard retries (exponential, with jitter), time-outs for connection and answer, the
 * proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name (from Node 22.21 on), and a user agent that CloudTrail shows. Credentials
 * and endpoints (AWS_ENDPOINT_URL) are what the SDK finds.
 *
 * @param region by default what the SDK finds: AWS_REGION, or the profile
 */
export function awsConfig(region?: string) {
  const agent = { keepAlive: true, proxyEnv: proxyOf(process.env) };
  return {
    ...(region !== undefined && { region }),
    retryMode: 'standard',
    maxAttempts: MAX_ATTEMPTS,
    customUserAgent: [[...USER_AGENT] satisfies [string, string]],
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      // Without it a late answer is only logged.
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
}

function proxyOf({ NO_PROXY, no_proxy = NO_PROXY, ...environment }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, no_proxy: [no_proxy, THIS_MACHINE].filter(Boolean).join(',') };
}
