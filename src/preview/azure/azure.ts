import { type AzureDeployment, azureDeployments, type AzureResource } from '../../estate/plan/azure-deployments';
import type { Estate } from '../../estate/sections/estate';
import { ACTIONS, type Blocks, type Marked, type Section } from '../blocks/block';
import {
  aside,
  badge,
  facts,
  line,
  marked,
  name,
  note,
  only,
  quiet,
  small,
  strong,
  table,
  titled,
} from '../blocks/make';
import { count } from '../blocks/text';

/** A resource of Bicep that one side alone has. What Bicep has laid, it never deletes. */
export interface AzureChange extends AzureResource {
  readonly action: 'create' | 'leave';
  /** Name of the deployment that lays it, or laid it. */
  readonly deployment: string;
}

/** Resources that only one of two estates has; those that would be laid first. */
export function compareAzure(before: Estate | undefined, after: Estate): readonly AzureChange[] {
  const [old, now] = [before === undefined ? [] : azureDeployments(before), azureDeployments(after)].map(resourcesOf);
  return [...beyond(now, old, 'create'), ...beyond(old, now, 'leave')];
}

type Laid = Omit<AzureChange, 'action'>;

function resourcesOf(deployments: readonly AzureDeployment[]): readonly Laid[] {
  return deployments.flatMap((one) => one.resources.map((resource) => ({ ...resource, deployment: one.name })));
}

function beyond(
  these: readonly Laid[] = [],
  those: readonly Laid[] = [],
  action: AzureChange['action'],
): readonly AzureChange[] {
  const keys = new Set(those.map(keyOf));
  return these.filter((one) => !keys.has(keyOf(one))).map((one) => ({ ...one, action }));
}

const keyOf = ({ deployment, type, name: of }: Laid): string => JSON.stringify([deployment, type, of]);

/** Everything that Bicep lays, by deployment. */
export function azureSection(deployments: readonly AzureDeployment[]): Section {
  return {
    id: 'azure',
    title: 'Azure',
    blocks: [
      aside(line`Resources that Bicep creates. A person deploys them.`),
      only(['terminal', 'markdown'], [facts(deployments.map((one) => [one.name, line`${sizeOf(one)}`]))]),
      only(['page'], deployments.map(deploymentBlock)),
    ],
  };
}

const sizeOf = ({ resources }: AzureDeployment): string => count(resources.length, 'resource');

function deploymentBlock(deployment: AzureDeployment): Blocks[number] {
  const rows = deployment.resources.map((one) => [line`${name(one.name)}${small(one.type)}`]);
  return {
    kind: 'fold',
    title: line`${name(deployment.name)} ${quiet(sizeOf(deployment))}`,
    isOpen: false,
    blocks: [table(`All resources of ${deployment.name}`, ['Resource'], rows)],
  };
}

/** Resources that Bicep would lay, and those that stay though the estate has them no more. */
export function azureChangeBlocks(changes: readonly AzureChange[]): Blocks {
  const left = changes.filter(({ action }) => action === 'leave');
  return titled('Changes in Azure', [
    ...(left.length === 0
      ? []
      : [
          note(
            line`${strong('Bicep deletes nothing.')} What the estate no longer has stays until a person deletes it.`,
          ),
        ]),
    marked(changes.map(changeItem)),
  ]);
}

function changeItem({ action, type, name: of, deployment }: AzureChange): Marked {
  const { sign, tone, word, wordTone } = ACTIONS.create;
  const isNew = action === 'create';
  return {
    mark: isNew ? { text: sign, tone } : { text: '!', tone: 'bad' },
    what: line`${type} ${name(of)} ${isNew ? badge(word, wordTone) : badge('stays', 'bad')}`,
    why: line`${name(deployment)}`,
  };
}
