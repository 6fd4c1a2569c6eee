import { compareSnapshot, readOrganizationOnDisk } from '../../clouds/aws/organization/compare-snapshot';
import { changesBeside, comparePolicies, type PoliciesOutcome } from '../../clouds/aws/organization/compare-policies';
import { diffSnapshots, formatChange, type SnapshotChange } from '../../clouds/aws/organization/snapshot-diff';
import { gitFolder, type GitRevision, openRevision } from '../../clouds/git/git-folder';
import { forgeRun } from '../../deploy/forges/forge-run';
import type { ProposedFile } from '../../deploy/forges/forge';
import { proposeSnapshot, type SnapshotFacts } from '../../deploy/pipeline/snapshot-proposal';
import { planEstate } from '../../estate/plan/estate-plan';
import { readIfThere } from '../../estate/load/estate-folder';
import { type AwsPolicies, parseAwsPolicies } from '../../estate/source/aws-policies';
import { parseQuietly } from '../../estate/source/json-source';
import {
  type EstateFolder,
  ORGANIZATION_FILE,
  PLACEMENT_FILE,
  POLICIES_FILE,
  withTexts,
} from '../../estate/source/estate-folder';
import { hasErrors } from '../../estate/source/finding';
import { gatherFacts } from '../../preview/gather-facts';
import { buildReport, type Report } from '../../preview/report';
import { dirname, join } from 'node:path';
import type * as commands from './options';
import { chooseEstate, deployedBranchOf } from '../program/chosen-estate';
import { EXIT } from '../program/cli';
import type { OptionsOf } from '../program/define';

export async function run(options: OptionsOf<typeof commands.proposeSnapshot>): Promise<number> {
  const { name, folder } = chooseEstate(options);
  const [before, read] = [
    await readOrganizationOnDisk(join(folder, ORGANIZATION_FILE)),
    await readOrganizationOnDisk(options.organization),
  ];
  if (read.kind !== 'present')
    throw new Error(
      `${options.organization} must be what npx --no entra-aws snapshot --out writes: it is ${read.kind}`,
    );
  // The file that was written by 'snapshot --out' has the names of the estate already.
  const { isFresh, text, size } = compareSnapshot(before, read.file, () => false);
  const policies = readPolicies(folder, dirname(options.organization));
  const stale = {
    ...(!isFresh && { [ORGANIZATION_FILE]: text }),
    ...(policies !== undefined && !policies.isFresh && { [POLICIES_FILE]: policies.text }),
  };
  if (Object.keys(stale).length === 0) {
    process.stdout.write(`nothing to propose: organization.json is up to date: ${size}\n`);
    return EXIT.ok;
  }
  const branch = deployedBranchOf(options.estates);
  const forge = forgeRun(process.env, { branch });
  const revision = openRevision(options.estates, 'HEAD');
  const facts = factsOf(name, { ...revision, ref: branch }, stale);
  const changes = before.kind === 'present' ? diffSnapshots(before.file, read.file) : [];
  const place = { runUrl: forge.runUrl, characters: forge.limits.proposal };
  const proposal = proposeSnapshot({ ...facts, ...toldOf(changes, policies) }, place);
  const proposed = await forge.propose(proposal);
  const merging = proposal.mergesItself ? '; it merges by itself once the checks and reviews are done' : '';
  process.stdout.write(`the newer snapshot of ${name} ${proposed}${merging}\n`);
  return EXIT.ok;
}

/** Policies that 'snapshot --out' wrote beside the organization; undefined where it read none. */
function readPolicies(folder: string, answers: string): ReadPolicies | undefined {
  const text = readIfThere(join(answers, POLICIES_FILE));
  if (text === undefined) return undefined;
  const { policies } = parseAwsPolicies(parseQuietly(text));
  if (policies === undefined)
    throw new Error(`${join(answers, POLICIES_FILE)} must be what npx --no entra-aws snapshot --out writes`);
  return { read: policies, ...comparePolicies(readIfThere(join(folder, POLICIES_FILE)), policies) };
}

interface ReadPolicies extends PoliciesOutcome {
  readonly read: AwsPolicies;
}

type Told = Pick<SnapshotFacts, 'differences' | 'newAccounts' | 'changesPolicies'>;

function toldOf(changes: readonly SnapshotChange[], policies: ReadPolicies | undefined): Told {
  const newAccounts = changes.flatMap((change) =>
    change.thing === 'account' && change.kind === 'added'
      ? [{ id: change.id, name: change.name, where: change.where ?? 'an unknown place' }]
      : [],
  );
  const ids = newAccounts.map(({ id }) => id);
  return {
    differences: [...changes.map(formatChange), ...(policies?.changes ?? [])],
    newAccounts,
    changesPolicies:
      policies !== undefined && (policies.before === undefined || changesBeside(policies.before, policies.read, ids)),
  };
}

/** Files and consequences of a newer snapshot, against the commit. */
function factsOf(
  name: string,
  revision: GitRevision,
  stale: Readonly<Record<string, string>>,
): Omit<SnapshotFacts, keyof Told> {
  const base = gitFolder(revision, name);
  const texts = { ...stale, ...placementOf(withTexts(base, stale)) };
  const files = Object.entries(texts).map(([file, content]): ProposedFile => {
    const isNew = base.read(file).kind === 'missing';
    return { path: `${revision.prefix}${name}/${file}`, text: content, isNew };
  });
  const { estate } = planEstate(base);
  return {
    ...{ estate: name, commit: revision.commit, files, report: reportOf(base, withTexts(base, texts), revision) },
    mergesAdditions: estate.pipeline?.mergeAdditions ?? false,
  };
}

/** The placement file where it has to change; an estate with errors is placed by whoever corrects them. */
function placementOf(folder: EstateFolder): Readonly<Record<string, string>> {
  const { access, findings } = planEstate(folder);
  if (access === undefined || hasErrors(findings) || access.placement.state === 'fresh') return {};
  return { [PLACEMENT_FILE]: access.placement.text };
}

/** The model alone is compared: the preview of the pull request runs the engines. */
function reportOf(base: EstateFolder, head: EstateFolder, { ref, commit }: GitRevision): Report {
  const facts = gatherFacts(head, {
    synthesize: () => ({ templates: [], issues: [] }),
    base: { folder: base, revision: ref, commit },
    writesPlacement: true,
  });
  return buildReport(facts);
}
