import { join } from 'node:path';
import { diskFolder, listEstates } from '../../estate/load/estate-folder';
import { planEstate } from '../../estate/plan/estate-plan';
import { Branch, DEFAULT_BRANCH, deployEnvironment, previewEnvironment } from '../../estate/sections/pipeline/limits';
import type { Estate } from '../../estate/sections/estate';
import { deployedBranch } from '../../estate/sections/pipeline/pipeline';
import { DEFAULT_ESTATES_FOLDER, ESTATE_FILE, type EstateFolder } from '../../estate/source/estate-folder';
import { checkEstateName } from '../../estate/sections/estate-name';
import { formatFinding, showValue } from '../../estate/source/finding';
import { locate } from '../../estate/source/source-document';
import { checkVersion } from '../../estate/source/versions';
import { parseYaml } from '../../estate/source/yaml-source';
import type { Choices, Project } from '../../package/project/choices';
import { exampleFiles } from '../../package/project/example-estate';
import type { PipelineEstate } from '../../package/project/pipeline';

/** Estates of the working directory, as far as managed files depend on them. @throws Error if one can't be read */
export function estatesHere(): readonly FoundEstate[] {
  return listEstates(DEFAULT_ESTATES_FOLDER).map((name) => factsOf(diskFolder(DEFAULT_ESTATES_FOLDER, name)));
}

/** An estate with what it says of the pipeline of the whole repository. */
export interface FoundEstate extends PipelineEstate, Pick<Project, 'workflows' | 'runners' | 'registry'> {
  readonly branch: Branch;
}

/**
 * The branch that the repository's pipeline deploys: all of its estates have the same.
 *
 * @throws Error with two that have not
 */
export function branchOf(estates: readonly FoundEstate[]): Branch {
  const [first, ...others] = estates;
  const other = others.find(({ branch }) => branch !== first?.branch);
  if (first === undefined || other === undefined) return first?.branch ?? Branch.parse(DEFAULT_BRANCH);
  throw new Error(
    `Fix the estates first: one pipeline deploys all of them, so pipeline.branch must be the same, got '${first.branch}' in ${first.name} and '${other.branch}' in ${other.name}`,
  );
}

/** Settings of the repository's pipeline, which is the same for all of its estates. @throws Error with two branches */
export function pipelineOptionsOf(
  estates: readonly FoundEstate[],
): Pick<Project, 'workflows' | 'branch' | 'runners' | 'registry'> {
  return {
    workflows: estates.find(({ workflows }) => workflows !== undefined)?.workflows,
    branch: branchOf(estates),
    runners: estates.find(({ runners }) => (runners ?? []).length > 0)?.runners,
    registry: estates.find(({ registry }) => registry !== undefined)?.registry,
  };
}

/** Path of an estate's file from the working directory. */
export function estatePath(name: string): string {
  return join(DEFAULT_ESTATES_FOLDER, name, ESTATE_FILE).replaceAll('\\', '/');
}

/** An estate whose files are about to be written. One that is imported has nothing but access yet. */
export function factsOfChoices(choices: Choices): FoundEstate {
  const files = exampleFiles(choices);
  const folder = diskFolder(DEFAULT_ESTATES_FOLDER, choices.name);
  return factsOf({
    ...folder,
    read: (path) => {
      const text = files[`${DEFAULT_ESTATES_FOLDER}/${choices.name}/${path}`];
      return text === undefined ? { kind: 'missing' } : { kind: 'text', text };
    },
  });
}

/**
 * Only what stands in the file counts: whether it is right is for the preview to say. What goes into the text of managed files
 * must be plain, so that it means nothing else to a pipeline.
 *
 * @throws Error naming what is not
 */
function factsOf(folder: EstateFolder): FoundEstate {
  const file = folder.read(ESTATE_FILE);
  const source = parseYaml(`${folder.label}/${ESTATE_FILE}`, file.kind === 'text' ? file.text : '');
  const [issue] = [...checkEstateName({ name: folder.name }), checkVersion(source.value)].filter(
    (one) => one !== undefined,
  );
  const [finding] = issue === undefined ? source.syntaxErrors : [locate(issue, source)];
  if (finding !== undefined) throw new Error(`Fix the estate first: ${formatFinding(finding)}`);
  const pipeline = pipelineOf(planEstate(folder).estate);
  refuseOdd(pipeline, source.file);
  return { ...pipeline, name: folder.name };
}

type PipelineFacts = Omit<FoundEstate, 'name'>;

/** Characters of environments and service connections (`ENVIRONMENT`, `CONNECTION_NAME`). */
const PLAIN = /^[\w .-]*$/;

function refuseOdd(
  { deployEnvironment: deploy, previewEnvironment: preview, connections = {}, runners = [] }: PipelineFacts,
  file: string,
): void {
  const named = Object.values(connections).flatMap((two) => Object.values(two ?? {}));
  const names = [deploy, preview, ...runners, ...named];
  const odd = names.find((text) => text !== undefined && !PLAIN.test(text));
  if (odd === undefined) return;
  throw new Error(
    `Fix the estate first: ${file}: environments, service connections and runners must have letters, digits, spaces and ._- only, got ${showValue(odd)}`,
  );
}

function pipelineOf(estate: Estate): PipelineFacts {
  const { serviceConnections, workflows, runners, registry, pulumi } = estate.pipeline ?? {};
  const { aws, workforce, customers } = serviceConnections ?? {};
  const names = (two: typeof workforce) => two && { preview: two.preview.name, deploy: two.deploy.name };
  return {
    deployEnvironment: deployEnvironment(estate),
    previewEnvironment: previewEnvironment(estate),
    pulumiOrganization: pulumi?.organization,
    connections: {
      aws: aws && { preview: aws.preview.name, deploy: aws.deploy.name, publish: aws.publish?.name },
      workforce: names(workforce),
      customers: names(customers),
    },
    ...{ workflows, runners, registry, branch: deployedBranch(estate) },
  };
}
