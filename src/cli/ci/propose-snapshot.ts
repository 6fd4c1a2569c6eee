import { compareSnapshot, readOrganizationOnDisk } from '../../clouds/aws/organization/compare-snapshot';
import { diffSnapshots, formatChange, type SnapshotChange } from '../../clouds/aws/organization/snapshot-diff';
import { gitFolder, type GitRevision, openRevision } from '../../clouds/git/git-folder';
import { forgeRun } from '../../deploy/forges/forge-run';
import type { ProposedFile } from '../../deploy/forges/forge';
import { proposeSnapshot, type SnapshotFacts } from '../../deploy/pipeline/snapshot-proposal';
import { planEstate } from '../../estate/plan/estate-plan';
import { type EstateFolder, ORGANIZATION_FILE, PLACEMENT_FILE, withTexts } from '../../estate/source/estate-folder';
import { hasErrors } from '../../estate/source/finding';
import { gatherFacts } from '../../preview/gather-facts';
import { buildReport, type Report } from '../../preview/report';
import { join } from 'node:path';
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
  if (isFresh) {
    process.stdout.write(`nothing to propose: organization.json is up to date: ${size}\n`);
    return EXIT.ok;
  }
  const branch = deployedBranchOf(options.estates);
  const forge = forgeRun(process.env, { branch });
  const revision = openRevision(options.estates, 'HEAD');
  const facts = factsOf(name, { ...revision, ref: branch }, text);
  const changes = before.kind === 'present' ? diffSnapshots(before.file, read.file) : [];
  const place = { runUrl: forge.runUrl, characters: forge.limits.proposal };
  const proposal = proposeSnapshot({ ...facts, ...toldOf(changes) }, place);
  const proposed = await forge.propose(proposal);
  const merging = proposal.mergesItself ? '; it merges by itself once the checks and reviews are done' : '';
  process.stdout.write(`the organization of ${name} ${proposed}${merging}\n`);
  return EXIT.ok;
}

type Told = Pick<SnapshotFacts, 'differences' | 'newAccounts'>;

function toldOf(changes: readonly SnapshotChange[]): Told {
  const newAccounts = changes.flatMap((change) =>
    change.thing === 'account' && change.kind === 'added'
      ? [{ id: change.id, name: change.name, where: change.where ?? 'an unknown place' }]
      : [],
  );
  return { differences: changes.map(formatChange), newAccounts };
}

/** Files and consequences of a newer snapshot, against the commit. */
function factsOf(name: string, revision: GitRevision, text: string): Omit<SnapshotFacts, keyof Told> {
  const base = gitFolder(revision, name);
  const texts = { [ORGANIZATION_FILE]: text, ...placementOf(withTexts(base, { [ORGANIZATION_FILE]: text })) };
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
