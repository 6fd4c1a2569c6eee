import { lookup } from 'node:dns/promises';
import { isLoopbackHost, isLoopbackUrl } from '../../apps/service/loopback';
import { callerAccount } from '../../src/clouds/aws/account-credentials';
import { createAccountClients, endpointsOf, findPlace, isAwsUrl } from '../../src/prove/aws/account-clients';
import type { AccessPlace } from '../../src/prove/aws/marked-access';
import { policiesOf, questionsOn } from '../../src/prove/aws/simulation';
import { cleanUpAccess, proveAccess } from '../../src/prove/aws/prove-access';
import { diskFolder } from '../../src/estate/load/estate-folder';
import { planEstate } from '../../src/estate/plan/estate-plan';
import { AccountId } from '../../src/estate/source/ids';
import { type AccountJournal, newMark } from '../../src/prove/journal';
import { UsageError } from '../../src/cli/program/cli';
import { packageFile } from '../../src/package/contents/files';
import { begin, cleanUpAll, killedRuns, say } from './conversation';
import type { ProveOptions } from './options';

/** Proves an account of AWS by permission sets and assignments. */
export async function proveAccount(options: ProveOptions): Promise<number> {
  const account = requireAccount(options);
  if (options.cleanUp) return cleanUp(account, options);
  const endpoints = await endpointsOf(createAccountClients({}));
  const standIn = await requireStandIn(options, endpoints);
  const place = await findOwnPlace(account);
  const day = new Date().toISOString().slice(0, 10);
  const journal: AccountJournal = { ...place, account, mark: newMark(), kind: 'aws', day };
  const others = endpoints.filter((endpoint) => !isAwsUrl(endpoint));
  const isElsewhere = others.length > 0;
  const questions = isElsewhere
    ? []
    : questionsOn(policiesOf(planEstate(diskFolder(packageFile('src/package/project/example/estates'), 'sandbox'))));
  return begin(options, {
    ...{ journal, isElsewhere, ours: runsIn(account, options), cleanUp: cleanUpAccess },
    announcement: announcement(journal, standIn, others),
    ...{ versions: {}, catalogue: [] },
    prove: (isInterrupted) => proveAccess({ journal, standIn, isElsewhere, questions, say, isInterrupted }),
  });
}

/** Cleans up what is left in an account: a journal has the rest, and nothing else is asked than whose credentials these are. */
async function cleanUp(account: AccountId, options: ProveOptions): Promise<number> {
  const ours = runsIn(account, options);
  const [first] = ours;
  const others = (await endpointsOf(createAccountClients({}))).filter((endpoint) => !isAwsUrl(endpoint));
  for (const endpoint of others) say(notAws(endpoint));
  if (first !== undefined) requireCaller(account, await callerAccount(createAccountClients(first).sts));
  return cleanUpAll(ours, options, cleanUpAccess);
}

const runsIn = (account: AccountId, options: ProveOptions): readonly AccountJournal[] =>
  killedRuns((one): one is AccountJournal => one.kind === 'aws' && one.account === account, options);

function requireAccount({ account = '' }: ProveOptions): AccountId {
  const found = AccountId.safeParse(account);
  if (found.success) return found.data;
  throw new UsageError(`--account must be the id of the sandbox account, 12 digits, got '${account}'`);
}

async function requireStandIn({ standIn = '' }: ProveOptions, endpoints: readonly string[]): Promise<string> {
  if (!isLoopbackUrl(standIn))
    throw new UsageError(
      `--stand-in must be the address of a stand-in for AWS on this machine, got '${standIn}'. In a clone of this project's ` +
        'repository, .ci/aws-stand-in estates/sandbox/organization.json aws.env starts one and says its address; leave out what it ' +
        'writes to aws.env',
    );
  for (const endpoint of endpoints)
    if (portOf(endpoint) === portOf(standIn) && (await isThisMachine(endpoint)))
      throw new UsageError(
        `AWS_ENDPOINT_URL, that of a service and endpoint_url of the profile must not be the stand-in, got '${endpoint}': unset ` +
          'it, so that AWS is asked',
      );
  return standIn;
}

function portOf(url: string): string | undefined {
  const { port, protocol } = URL.parse(url) ?? {};
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port;
}

/** Tells whether an address leads to this machine, under whichever name. */
async function isThisMachine(url: string): Promise<boolean> {
  const host = URL.parse(url)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.some(
    ({ address }) => isLoopbackHost(address.replace('::ffff:', '')) || /^(?:0\.0\.0\.0|::)$/.test(address),
  );
}

/** @throws UsageError where the credentials are of another account, or name no Region */
async function findOwnPlace(account: AccountId): Promise<AccessPlace> {
  const place = await findPlace(createAccountClients({ region: await regionOfSdk() }));
  requireCaller(account, place.account);
  return place;
}

function requireCaller(account: AccountId, caller: string): void {
  if (caller !== account)
    throw new UsageError(`--account must be that of the credentials, ${caller}, got '${account}'`);
}

async function regionOfSdk(): Promise<string> {
  const { ssoAdmin } = createAccountClients({});
  try {
    return await ssoAdmin.config.region();
  } catch {
    throw new UsageError('AWS_REGION must be the Region of IAM Identity Center, got none');
  }
}

function announcement(journal: AccountJournal, standIn: string, others: readonly string[]): string {
  const { account, region, instanceArn, mark } = journal;
  return [
    `In the AWS account ${account}, Region ${region}, and in the instance ${instanceArn} of IAM Identity Center this makes a stack ` +
      'of CloudFormation with two permission sets and two assignments in this account, and a group and a user who cannot ' +
      'sign in; it changes them and deletes them.',
    `Each has ${mark} in its name, and nothing else is touched. It is done at the stand-in ${standIn} first.`,
    ...others.map(notAws),
  ].join('\n');
}

const notAws = (endpoint: string): string => `The account is reached at ${endpoint}, which is not AWS.`;
