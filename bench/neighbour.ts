import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OrganizationFile } from '../src/estate/source/organization';
import { pythonEnvironment } from '../test/support/python';
import { SIZES, writeEstate } from './estate-folder';
import type { Run } from './measure';
import { ENTRA_AWS, inWorkspace, measure, measured, median, row, tableHead, times } from './measure';

const ROUNDS = 3;
const ASSIGNMENTS = 10_000;

/** Runs of a round, one after the other. */
interface Round {
  readonly theirs: Run;
  /** A preview with nothing known of earlier ones. */
  readonly first: Run;
  /** A preview of an estate that did not change since the last one. */
  readonly again: Run;
}

/**
 * Measures a preview beside aws-sso-util, which expands the same assignments to the same number of CloudFormation resources. It
 * is told accounts and groups by their ids, as our snapshot has them, so that neither asks AWS; it checks nothing beside its
 * schema, and compares nothing.
 */
export async function benchNeighbour(): Promise<void> {
  await inWorkspace(async (workspace) => {
    const size = SIZES.find(({ assignments }) => assignments === ASSIGNMENTS);
    if (size === undefined) throw new Error(`no estate has ${ASSIGNMENTS} assignments`);
    const estates = writeEstate(workspace, size);
    const theirs = neighbour(workspace, estates);
    const preview = ['preview', '--estates', estates, '--estate', 'large', '--out', join(workspace, 'plan')];
    const ours = (...args: readonly string[]): Promise<Run> =>
      measure({ file: ENTRA_AWS, args: [...preview, ...args] }, { CI: '' });
    await ours();
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({ theirs: await theirs(), first: await ours('--no-cache'), again: await ours() });
    tableHead('What', 'Ours', 'aws-sso-util', 'Time', 'Processor time', 'Memory');
    reportRounds('preview, nothing known of earlier ones', rounds, 'first');
    reportRounds('preview, nothing changed', rounds, 'again');
  });
}

function reportRounds(what: string, rounds: readonly Round[], side: 'first' | 'again'): void {
  const shown = (of: keyof Round): string => {
    const middle = (key: keyof Run): number => median(rounds.map((round) => round[of][key]));
    return `${middle('seconds').toFixed(2)} s (${middle('cpu').toFixed(2)} s on a processor), ${middle('mebibytes').toFixed(0)} MiB`;
  };
  const ratio = (key: keyof Run): string => times(median(rounds.map((round) => round[side][key] / round.theirs[key])));
  row(what, shown(side), shown('theirs'), ratio('seconds'), ratio('cpu'), ratio('mebibytes'));
}

/** Instance of the estate. */
const INSTANCE = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';

/** @throws Error unless aws-sso-util can be installed, and makes as many assignments as ours */
function neighbour(workspace: string, estates: string): () => Promise<Run> {
  const python = pythonEnvironment(join(__dirname, 'aws-sso-util.txt'));
  if (!python.ok) throw new Error(python.reason);
  const folder = join(workspace, 'neighbour');
  mkdirSync(folder);
  const config = join(folder, 'large.yaml');
  writeFileSync(config, JSON.stringify(configOf(estates)));
  const out = join(folder, 'templates');
  const stacks = String(Math.ceil(ASSIGNMENTS / 400));
  const args = ['admin', 'cfn', '--sso-instance', INSTANCE, '--num-child-stacks', stacks, '--output-dir', out, config];
  return async () => {
    const run = await measured([join(dirname(python.python), 'aws-sso-util'), ...args], {
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    const made = readdirSync(join(out, 'large'))
      .map((file) => readFileSync(join(out, 'large', file), 'utf8').split('AWS::SSO::Assignment').length - 1)
      .reduce((sum, count) => sum + count, 0);
    if (made !== ASSIGNMENTS) throw new Error(`aws-sso-util made ${made} assignments`);
    return run;
  };
}

/** The estate's one grant to each group, in the file that aws-sso-util reads. */
function configOf(estates: string): unknown {
  const text = readFileSync(join(estates, 'large', 'organization.json'), 'utf8');
  const { accounts, groups, organization } = OrganizationFile.parse(JSON.parse(text));
  return {
    Instance: INSTANCE,
    Groups: groups.map(({ id }) => id),
    PermissionSets: ['Set0', 'Set1'].map((Name) => ({
      Name,
      Description: `Permission set number ${Name.slice(3)}.`,
      SessionDuration: 'PT4H',
      ManagedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    })),
    Accounts: accounts.map(({ id }) => id).filter((id) => id !== organization.managementAccountId),
  };
}
