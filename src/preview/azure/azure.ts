import { neededPermissions } from '../../clouds/graph/permissions/needed-permissions';
import { type AzureDeployment, azureDeployments, type AzureResource } from '../../estate/plan/azure-deployments';
import { type PipelineIdentity, pipelineIdentities } from '../../estate/plan/pipeline-identities';
import { type PulumiKind, programsOf } from '../../estate/plan/stacks/stacks';
import type { Estate } from '../../estate/sections/estate';
import { ACTIONS, type Blocks, type Marked, type Section } from '../blocks/block';
import { aside, badge, facts, line, marked, name, note, only, quiet, small, table, titled } from '../blocks/make';
import { count } from '../../text/amounts';

/** Resources that a deployment of Bicep lays, or that `sign-in bootstrap` gives the pipeline's identities. */
export interface LaidInAzure extends Pick<AzureDeployment, 'name' | 'resources'> {
  /** True where what the estate no longer has is taken away: Bicep deletes nothing. */
  readonly takesAway: boolean;
}

/** A resource that one side alone has, or that has another setting. */
export interface AzureChange extends AzureResource {
  readonly action: 'create' | 'update' | 'leave' | 'delete';
  /** Name of what lays it, or laid it. */
  readonly deployment: string;
}

/** Everything in Azure and in the directories that comes before the programs, but the B2C directory, which a person makes once. */
export function laidInAzure(estate: Estate): readonly LaidInAzure[] {
  if (estate.azure === undefined) return [];
  return [
    ...azureDeployments(estate).map((one) => ({ name: one.name, resources: one.resources, takesAway: false })),
    ...programsOf(estate).map((program) => ({
      name: `sign-in bootstrap --program ${program}`,
      resources: pipelineIdentities(estate, program).flatMap((one) => identityResources(estate, program, one)),
      takesAway: true,
    })),
  ];
}

/** An identity of the pipeline in the directory of a program. */
function identityResources(estate: Estate, program: PulumiKind, identity: PipelineIdentity): readonly AzureResource[] {
  const { role, name: of, managedId, trust } = identity;
  return [
    ...(managedId === undefined ? [{ type: 'application', name: of }] : []),
    ...trust.map(({ name: credential, issuer, subject }) => ({
      type: 'federated credential',
      name: `${of}/${credential}`,
      lets: `${subject} of ${issuer} signs in as ${of}`,
      setting: subject,
    })),
    ...neededPermissions(estate, program, role).map(({ permission, reason }) => ({
      type: 'permission of Microsoft Graph',
      name: `${permission} to ${of}`,
      lets: `${of} gets ${permission}: ${reason}`,
    })),
  ];
}

/** Resources that only one of two estates has, or that have another setting; those that would be laid first. */
export function compareAzure(before: Estate | undefined, after: Estate): readonly AzureChange[] {
  const old = before === undefined ? [] : rowsOf(laidInAzure(before));
  const now = rowsOf(laidInAzure(after));
  const [oldByKey, nowByKey] = [old, now].map((rows) => new Map(rows.map((row) => [keyOf(row.change), row])));
  return [
    ...now.flatMap(({ change }): readonly AzureChange[] => {
      const earlier = oldByKey?.get(keyOf(change))?.change;
      if (earlier === undefined) return [{ ...change, action: 'create' }];
      return earlier.setting === change.setting ? [] : [{ ...change, action: 'update' }];
    }),
    ...old.flatMap(({ change, gone }): readonly AzureChange[] =>
      nowByKey?.has(keyOf(change)) === true ? [] : [{ ...change, action: gone }],
    ),
  ];
}

/** A resource, and what becomes of it once the estate has it no more. */
interface Row {
  readonly change: Omit<AzureChange, 'action'>;
  readonly gone: 'leave' | 'delete';
}

function rowsOf(all: readonly LaidInAzure[]): readonly Row[] {
  return all.flatMap(({ name: deployment, resources, takesAway }) =>
    resources.map((resource) => ({
      change: { ...resource, deployment },
      gone: takesAway ? 'delete' : 'leave',
    })),
  );
}

const keyOf = ({ deployment, type, name: of }: Omit<AzureChange, 'action'>): string =>
  JSON.stringify([deployment, type, of]);

/** Everything that is laid, by what lays it. */
export function azureSection(deployments: readonly LaidInAzure[]): Section {
  return {
    id: 'azure',
    title: 'Azure',
    blocks: [
      aside(line`What Bicep lays, and what sign-in bootstrap gives the pipeline's identities. A person runs both.`),
      only(['terminal', 'markdown'], [facts(deployments.map((one) => [one.name, line`${sizeOf(one)}`]))]),
      only(['page'], deployments.map(deploymentBlock)),
    ],
  };
}

const sizeOf = ({ resources }: LaidInAzure): string => count(resources.length, 'resource');

function deploymentBlock(deployment: LaidInAzure): Blocks[number] {
  const rows = deployment.resources.map((one) => [
    line`${name(one.name)}${small(one.type)}`,
    line`${one.lets ?? one.setting ?? ''}`,
  ]);
  return {
    kind: 'fold',
    title: line`${name(deployment.name)} ${quiet(sizeOf(deployment))}`,
    isOpen: false,
    blocks: [table(`All resources of ${deployment.name}`, ['Resource', 'Effect'], rows)],
  };
}

const isGain = ({ action, lets }: AzureChange): boolean =>
  lets !== undefined && (action === 'create' || action === 'update');

/** Jobs and identities that may do more; they stand with the access that people gain. */
export function azureGainBlocks(changes: readonly AzureChange[]): Blocks {
  return titled('What the pipeline gains', [
    marked(
      changes.filter(isGain).map(({ lets = '', deployment }) => ({
        mark: { text: ACTIONS.create.sign, tone: 'good' },
        what: line`${lets}`,
        why: line`${name(deployment)}`,
      })),
    ),
  ]);
}

/** Resources that would be laid or changed, and those that stay though the estate has them no more. */
export function azureChangeBlocks(changes: readonly AzureChange[]): Blocks {
  const stays = changes.some(({ action }) => action === 'leave');
  return titled('Changes in Azure', [
    ...(stays
      ? [note(line`What the estate no longer has stays until a person deletes it: Bicep deletes nothing.`)]
      : []),
    marked(changes.filter((one) => !isGain(one)).map(changeItem)),
  ]);
}

function changeItem({ action, type, name: of, deployment, setting, lets }: AzureChange): Marked {
  const why = line`${name(deployment)}`;
  if (action === 'leave') {
    return {
      mark: { text: '!', tone: 'bad' },
      what: line`${lets ?? type} ${lets === undefined ? name(of) : ''} ${badge('stays', 'bad')}`,
      why,
    };
  }
  const { sign, tone, word, wordTone } = ACTIONS[action];
  const what = line`${type} ${name(of)} ${badge(word, wordTone)}${action === 'update' && setting !== undefined ? `: ${setting}` : ''}`;
  return { mark: { text: sign, tone }, what, why };
}
