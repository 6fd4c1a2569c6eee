import { compareSnapshot, readOrganizationOnDisk } from '../../clouds/aws/organization/compare-snapshot';
import { COMPARED_POLICIES, type ComparedFile } from '../../clouds/aws/organization/compare-policies';
import { COMPARED_ROLES } from '../../clouds/aws/organization/compare-roles';
import { diffSnapshots, formatChange, type SnapshotChange } from '../../clouds/aws/organization/snapshot-diff';
import { gitFolder, type GitRevision, openRevision } from '../../clouds/git/git-folder';
import { forgeRun } from '../../deploy/forges/forge-run';
import type { ProposedFile } from '../../deploy/forges/forge';
import { proposeSnapshot, type SnapshotFacts } from '../../deploy/pipeline/snapshot-proposal';
import { planEstate } from '../../estate/plan/estate-plan';
import { readIfThere } from '../../estate/load/estate-folder';
import { parseAwsPolicies, parseAwsRoles, type ParsedFile } from '../../estate/source/aws-snapshots';
import { parseQuietly } from '../../estate/source/json-source';
import {
  type EstateFolder,
  ORGANIZATION_FILE,
  PLACEMENT_FILE,
  POLICIES_FILE,
  ROLES_FILE,
  withTexts,
} from '../../estate/source/estate-folder';
import { stalePlacement } from '../../estate/sections/access/plan/access-plan';
import { gatherFacts } from '../../preview/gather-facts';
import { buildReport, type Report } from '../../preview/report';
import { dirname, join } from 'node:path';
import type * as commands from './options';
import { chooseEstate, deployedBranchOf } from '../program/chosen-estate';
import { printed } from '../program/cli';
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
  const changes = before.kind === 'present' ? diffSnapshots(before.file, read.file) : [];
  const newAccounts = newIn(changes);
  const places = { folder, answers: dirname(options.organization), newAccounts };
  const beside = allBeside(places);
  const stale = {
    ...(!isFresh && { [ORGANIZATION_FILE]: text }),
    ...Object.fromEntries(beside.filter((one) => !one.isFresh).map((one) => [one.file, one.text])),
  };
  if (Object.keys(stale).length === 0) return printed(`nothing to propose: organization.json is up to date: ${size}\n`);
  const branch = deployedBranchOf(options.estates);
  const forge = forgeRun(process.env, { branch });
  const revision = openRevision(options.estates, 'HEAD');
  const facts = factsOf(name, { ...revision, ref: branch }, stale);
  const place = { runUrl: forge.runUrl, characters: forge.limits.proposal };
  const told = {
    newAccounts,
    differences: [...changes.map(formatChange), ...beside.flatMap((one) => one.changes)],
    changesPolicies: beside.some((one) => one.differsBeside),
  };
  const proposal = proposeSnapshot({ ...facts, ...told }, place);
  const proposed = await forge.propose(proposal);
  const merging = proposal.mergesItself ? '; it merges by itself once the checks and reviews are done' : '';
  return printed(`the newer snapshot of ${name} ${proposed}${merging}\n`);
}

interface Places {
  readonly folder: string;
  /** Folder of what AWS answered. */
  readonly answers: string;
  readonly newAccounts: Told['newAccounts'];
}

function allBeside(places: Places) {
  return [
    ...readBeside(POLICIES_FILE, { parse: parseAwsPolicies, compared: COMPARED_POLICIES }, places),
    ...readBeside(ROLES_FILE, { parse: parseAwsRoles, compared: COMPARED_ROLES }, places),
  ];
}

interface WrittenFile<File> {
  readonly parse: (value: unknown) => ParsedFile<File>;
  readonly compared: ComparedFile<File>;
}

/** A file that 'snapshot --out' wrote beside the organization; none where it read no such thing. */
function readBeside<File>(file: string, { parse, compared }: WrittenFile<File>, places: Places) {
  const { folder, answers, newAccounts } = places;
  const text = readIfThere(join(answers, file));
  if (text === undefined) return [];
  const { parsed } = parse(parseQuietly(text));
  if (parsed === undefined)
    throw new Error(`${join(answers, file)} must be what npx --no entra-aws snapshot --out writes`);
  const before = readIfThere(join(folder, file));
  const ids = newAccounts.map(({ id }) => id);
  return [{ file, differsBeside: compared.differsBeside(before, parsed, ids), ...compared.compare(before, parsed) }];
}

type Told = Pick<SnapshotFacts, 'differences' | 'newAccounts' | 'changesPolicies'>;

function newIn(changes: readonly SnapshotChange[]): Told['newAccounts'] {
  return changes.flatMap((change) =>
    change.thing === 'account' && change.kind === 'added'
      ? [{ id: change.id, name: change.name, where: change.where ?? 'an unknown place' }]
      : [],
  );
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
  const text = stalePlacement(planEstate(folder));
  return text === undefined ? {} : { [PLACEMENT_FILE]: text };
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
