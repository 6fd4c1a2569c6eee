import { planEstate } from '../estate/plan/estate-plan';
import type { EstatePlan } from '../estate/plan/planner';
import { programsOf } from '../estate/plan/stacks/stacks';
import {
  ESTATE_FILE,
  type EstateFolder,
  type FileText,
  ORGANIZATION_FILE,
  PLACEMENT_FILE,
  withTexts,
} from '../estate/source/estate-folder';
import { hasErrors } from '../estate/source/finding';
import type { ProgramRuns } from './entra/facts';
import type { BaseFacts, PlacementOutcome, PreviewFacts, Side, Synthesis } from './facts';
import { known } from '../text/values';

/** Turns a plan without errors into templates. `files` is all that the plan was made from. */
export type Synthesize = (plan: EstatePlan, files: readonly string[]) => Synthesis;

/** An estate's folder at a git revision. */
export interface BaseFolder {
  readonly folder: EstateFolder;
  readonly revision: string;
  readonly commit: string;
  /** True if it is what was deployed last. @default false */
  readonly isDeployed?: boolean;
}

/** Base that the estate is compared with: an earlier one, or nothing, where nothing was deployed before. */
export type Base = BaseFolder | 'nothing-deployed';

export interface PlanOptions {
  readonly base?: Base;
  /** True if a stale or missing placement file is to be written: not in continuous integration. */
  readonly writesPlacement: boolean;
}

/** Plans and synthesises the estate, and its base. */
export function gatherFacts(
  folder: EstateFolder,
  { synthesize, ...options }: PlanOptions & { readonly synthesize: Synthesize },
): PreviewFacts {
  return addTemplates(planFacts(folder, options), synthesize);
}

/** Plans the estate, and its base. Nothing is written: `placement` says what the command has to do. */
export function planFacts(folder: EstateFolder, { base, writesPlacement }: PlanOptions): PreviewFacts {
  const head = sideOf(afterBase(folder, base));
  const placement = head.plan.access && {
    file: `${folder.label}/${PLACEMENT_FILE}`,
    outcome: placementOutcome(head.plan, writesPlacement),
  };
  return {
    head,
    isStrict: !writesPlacement,
    ...(base && { base: baseFacts(base) }),
    ...(placement && { placement }),
  };
}

/** The folder with the base's snapshot: a group that was renamed since then is the same group. */
function afterBase(folder: EstateFolder, base: Base | undefined): EstateFolder {
  const earlier = base === undefined || base === 'nothing-deployed' ? undefined : base.folder.read(ORGANIZATION_FILE);
  if (earlier?.kind !== 'text') return folder;
  const { earlierPlacements } = folder;
  return { ...withTexts(folder, {}), ...known({ earlierPlacements }), earlierOrganization: earlier.text };
}

/** The same facts with the templates of both sides. */
export function addTemplates(facts: PreviewFacts, synthesize: Synthesize): PreviewFacts {
  return prepareTemplates(facts, (plan, files) => () => synthesize(plan, files))(facts);
}

/** Prepares the templates of both sides, which goes on beside other work until they are added to the facts. */
export function prepareTemplates(
  { head, base }: PreviewFacts,
  prepare: (...plan: Parameters<Synthesize>) => () => Synthesis,
): (facts: PreviewFacts) => PreviewFacts {
  const prepared = ({ plan, files }: Side): ((side: Side) => Side) => {
    if (hasErrors(plan.findings)) return (side) => side;
    const synthesize = prepare(plan, files);
    return (side) => ({ ...side, synthesis: synthesize() });
  };
  const [headOf, baseOf] = [prepared(head), base?.kind === 'estate' ? prepared(base.side) : undefined];
  return (facts) => ({
    ...facts,
    head: headOf(facts.head),
    ...(facts.base?.kind === 'estate' && baseOf && { base: { ...facts.base, side: baseOf(facts.base.side) } }),
  });
}

/** Runs the Pulumi programs of an estate without errors. `files` is all that the plan was made from. */
export type RunPrograms = (plan: EstatePlan, files: readonly string[]) => Promise<ProgramRuns>;

/** The same facts with what the Pulumi programs of both sides register. One after the other: Pulumi's runtime is one. */
export async function addPrograms(facts: PreviewFacts, run: RunPrograms): Promise<PreviewFacts> {
  const { head, base } = facts;
  const withPrograms = async (side: Side): Promise<Side> =>
    hasErrors(side.plan.findings) || programsOf(side.plan.estate).length === 0
      ? side
      : { ...side, programs: await run(side.plan, side.files) };
  return {
    ...facts,
    head: await withPrograms(head),
    ...(base && { base: base.kind === 'absent' ? base : { ...base, side: await withPrograms(base.side) } }),
  };
}

function sideOf(folder: EstateFolder, revision?: string): Side {
  const { noted, files } = notedFolder(folder);
  const plan = planEstate(noted);
  return known({ plan, files: files(), revision });
}

const NOTHING_DEPLOYED: BaseFacts = {
  kind: 'absent',
  revision: 'nothing deployed',
  note: 'Nothing was deployed before: everything is new.',
};

function baseFacts(base: Base): BaseFacts {
  if (base === 'nothing-deployed') return NOTHING_DEPLOYED;
  const { folder, revision, commit, isDeployed = false } = base;
  if (folder.read(ESTATE_FILE).kind === 'missing') {
    return { kind: 'absent', revision, commit, note: `The estate did not exist at ${revision}: everything is new.` };
  }
  return { kind: 'estate', revision, commit, isDeployed, side: sideOf(folder, revision) };
}

function placementOutcome(plan: EstatePlan, writes: boolean): PlacementOutcome {
  const { state } = plan.access?.placement ?? { state: 'fresh' };
  if (state === 'fresh') return state;
  if (hasErrors(plan.findings)) return 'not-written';
  return writes ? 'written' : state;
}

/** An estate's folder that notes what is read of it: a plan is made from that, and from nothing else. */
function notedFolder(folder: EstateFolder): { readonly noted: EstateFolder; readonly files: () => readonly string[] } {
  const { name, label, latestDay, earlierOrganization, earlierPlacements: earlier } = folder;
  let prevails = false;
  const texts = new Map<string, FileText>();
  const note = (path: string, file: FileText): FileText => {
    texts.set(path, file);
    return file;
  };
  if (earlierOrganization !== undefined) {
    note(`${ORGANIZATION_FILE}, earlier`, { kind: 'text', text: earlierOrganization });
  }
  function* earlierTexts(all: Iterable<string>): Generator<string> {
    let read = 0;
    for (const text of all) {
      note(`${PLACEMENT_FILE}, ${++read} back`, { kind: 'text', text });
      yield text;
    }
  }
  const earlierPlacements = earlier && {
    prevail: () => (prevails = earlier.prevail()),
    texts: () => earlierTexts(earlier.texts()),
  };
  return {
    noted: {
      ...known({ name, label, latestDay, earlierOrganization, earlierPlacements }),
      read: (path) => note(path, folder.read(path)),
    },
    // The files, each with its path, and what else the folder says of itself.
    files: () => [
      name,
      label,
      latestDay,
      `prevail: ${String(prevails)}`,
      ...[...texts].map((entry) => JSON.stringify(entry)),
    ],
  };
}
