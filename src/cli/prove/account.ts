import { isLoopbackUrl } from '../../../apps/service/loopback';
import { version } from '../../../package.json';
import { findPlace } from '../../prove/aws/find-place';
import type { AccessPlace } from '../../prove/aws/marked-access';
import { type AccessProof, cleanUpAccess, proveAccess } from '../../prove/aws/prove-access';
import { createAccountClients } from '../../prove/aws/recorded-clients';
import { renderAccessReport } from '../../prove/aws/report-access';
import { AccountId } from '../../estate/source/ids';
import { type AccountJournal, newMark, readJournals, runFolder } from '../../prove/journal';
import type * as commands from '../commands/examine';
import { EXIT, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { cleanUpAll, interruptibly, isAgreed, say, verdict, writeReport } from './conversation';

type Options = OptionsOf<typeof commands.prove>;

/** Proves an account of AWS by permission sets and assignments. */
export async function proveAccount(options: Options): Promise<number> {
  const { AWS_ENDPOINT_URL: endpoint } = process.env;
  const account = requireAccount(options);
  // What is left is cleaned up without a stand-in.
  const standIn = options.cleanUp ? '' : requireStandIn(options, endpoint);
  const place = await findOwnPlace(account);
  const ours = killedRuns(account);
  if (options.cleanUp) return cleanUpAll(ours, options, cleanUpAccess);
  if (ours.length > 0 && (await cleanUpAll(ours, options, cleanUpAccess)) !== EXIT.ok) return EXIT.failed;
  const day = new Date().toISOString().slice(0, 10);
  const journal: AccountJournal = { ...place, account, mark: newMark(), kind: 'aws', day };
  say(announcement(journal, standIn, endpoint));
  if (!(await isAgreed('Begin?', options))) return EXIT.failed;
  const proof = await interruptibly((isInterrupted) => proveAccess({ journal, standIn, say, isInterrupted }));
  return conclude(proof, journal, options);
}

/** Writes the report. */
function conclude(proof: AccessProof, journal: AccountJournal, { out }: Options): number {
  const { comparison, account, standIn, refusal } = proof;
  const folder = runFolder(journal.mark);
  if (comparison === undefined) {
    const failed = standIn.filter(({ held }) => !held).map(({ step, detail }) => `${step}: ${detail}`);
    say(`The account was not asked, since the run at the stand-in did not come to its end. ${failed.join('; ')}`);
    say(`What it said: ${folder}/stand-in/aws.log`);
    return EXIT.failed;
  }
  const file = out ?? `docs/proof/${journal.day}-aws.md`;
  const isElsewhere = process.env['AWS_ENDPOINT_URL'] !== undefined;
  const versions = { 'entra-aws-identity': version, Node: process.version };
  writeReport(file, renderAccessReport({ journal, proof, versions, isElsewhere }));
  if (refusal !== undefined) say(`Nothing was assigned: the identity store refused a group or a user (${refusal})`);
  const code = verdict({ outcomes: account, comparison, where: 'in the account', file });
  if (account.some(({ held }) => !held)) say(`What AWS said has names and ids: ${folder}/account/aws.log`);
  return code;
}

/** Runs that were killed in the account; of those elsewhere it says so. */
function killedRuns(account: AccountId): readonly AccountJournal[] {
  return readJournals().flatMap((journal) => {
    if (journal.kind === 'aws' && journal.account === account) return [journal];
    const where = journal.kind === 'aws' ? `account ${journal.account}` : `tenant ${journal.tenantId}`;
    say(`${journal.mark} is left in the ${where}: clean up there`);
    return [];
  });
}

function requireAccount({ account = '' }: Options): AccountId {
  const found = AccountId.safeParse(account);
  if (found.success) return found.data;
  throw new UsageError(`--account must be the id of the sandbox account, 12 digits, got '${account}'`);
}

function requireStandIn({ standIn = '' }: Options, endpoint: string | undefined): string {
  if (!isLoopbackUrl(standIn))
    throw new UsageError(
      `--stand-in must be the address of a stand-in for AWS on this machine, got '${standIn}'. In a clone of this project's ` +
        'repository, .ci/aws-stand-in estates/sandbox/organization.json aws.env starts one and says its address; leave out what it ' +
        'writes to aws.env',
    );
  if (endpoint !== undefined && URL.parse(endpoint)?.origin === URL.parse(standIn)?.origin)
    throw new UsageError(
      `AWS_ENDPOINT_URL must not be the stand-in, got '${endpoint}': unset it, so that AWS is asked`,
    );
  return standIn;
}

/** @throws UsageError where the credentials are of another account, or name no Region */
async function findOwnPlace(account: AccountId): Promise<AccessPlace> {
  const region = await regionOfSdk();
  const place = await findPlace({ region });
  if (place.account === account) return place;
  throw new UsageError(`--account must be that of the credentials, ${place.account}, got '${account}'`);
}

async function regionOfSdk(): Promise<string> {
  const { ssoAdmin } = createAccountClients({});
  try {
    return await ssoAdmin.config.region();
  } catch {
    throw new UsageError('AWS_REGION must be the Region of IAM Identity Center, got none');
  }
}

function announcement(journal: AccountJournal, standIn: string, endpoint: string | undefined): string {
  const { account, region, instanceArn, mark } = journal;
  return [
    `In the AWS account ${account}, Region ${region}, and in the instance ${instanceArn} of IAM Identity Center this makes a stack ` +
      'of CloudFormation with two permission sets and two assignments in this account, and a group and a user who can not ' +
      'sign in; it changes them and deletes them.',
    `Each has ${mark} in its name, and nothing else is touched. It is done at the stand-in ${standIn} first.`,
    ...(endpoint === undefined ? [] : [`The account is reached at ${endpoint} (AWS_ENDPOINT_URL), which is not AWS.`]),
  ].join('\n');
}
