import type { StackState } from '../../../../clouds/pulumi/stack-state';
import type { ProgramResource, ProgramRun } from '../../../../preview/entra/facts';
import { keyOf, type LostObject } from './find-lost';

/** A file of `pulumi import --file`: https://www.pulumi.com/docs/iac/adopting-pulumi/import/ */
export interface ImportFile {
  /** URNs of parents that the stack has, by the names that resources here call them. */
  readonly nameTable: Readonly<Record<string, string>>;
  readonly resources: readonly ImportedResource[];
}

interface ImportedResource {
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
  readonly id?: string;
  /** True for a component that the stack lacks as well. */
  readonly component?: true;
}

/** Says what a stack takes over, each below its parent. */
export function importFileFor(
  lost: readonly LostObject[],
  run: ProgramRun,
  state: Pick<StackState, 'resources'>,
): ImportFile {
  const declared = new Map(run.resources.map((resource) => [resource.key, resource]));
  const urns = new Map(state.resources.map((resource) => [keyOf(resource), resource.urn]));
  const parentsOf = (resource: ProgramResource): readonly ProgramResource[] => {
    const parent = resource.parent === undefined ? undefined : declared.get(resource.parent);
    return parent === undefined || parent.type === STACK ? [] : [...parentsOf(parent), parent];
  };
  const parents = new Map(
    lost.flatMap(({ resource }) => parentsOf(resource)).map((parent) => [parent.key, parent] as const),
  );
  const belowOf = (resource: ProgramResource): { readonly parent?: string } => {
    const parent = parentsOf(resource).at(-1);
    return parent === undefined ? {} : { parent: aliasOf(parent) };
  };
  const named = [...parents.values()].map((parent) => ({ parent, urn: urns.get(keyOf(parent)) }));
  return {
    nameTable: Object.fromEntries(named.flatMap(({ parent, urn }) => (urn ? [[aliasOf(parent), urn]] : []))),
    resources: [
      ...named.flatMap(({ parent, urn }) =>
        urn ? [] : [{ type: parent.type, name: parent.name, component: true as const, ...belowOf(parent) }],
      ),
      ...lost.map(({ resource, object }) => ({
        type: resource.type,
        name: resource.name,
        id: object.id,
        ...belowOf(resource),
      })),
    ],
  };
}

const STACK = 'pulumi:pulumi:Stack';

/** A parent that the file makes goes by its own name; so does one that the stack has. */
const aliasOf = ({ name }: ProgramResource): string => name;
