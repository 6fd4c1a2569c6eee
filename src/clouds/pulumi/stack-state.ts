import { z } from 'zod';
import type { Inputs } from '../../estate/source/inputs';
import { parseQuietly } from '../../estate/source/json-source';

/** A resource as the state of a stack has it. */
export interface StateResource {
  readonly urn: string;
  /** `azuread:index/group:Group` */
  readonly type: string;
  readonly name: string;
  /** Id of its provider; undefined for a component. */
  readonly id: string | undefined;
  readonly inputs: Inputs;
  readonly outputs: Inputs;
  /** Moment at which the stack got it, in milliseconds; not a number if the state does not contain it. */
  readonly createdAt: number;
}

/** An operation that a run had begun when it ended: `creating`, `updating`, `deleting`, `importing`, `reading`. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: StateResource;
}

/** State of a stack. */
export interface StackState {
  readonly resources: readonly StateResource[];
  readonly pending: readonly PendingOperation[];
  /** Moment of its last write, in milliseconds; not a number if it does not say. */
  readonly savedAt: number;
}

const Values = z.record(z.string(), z.json()).default({});

const Resource = z
  .object({
    urn: z.string(),
    type: z.string(),
    id: z.string().optional(),
    created: z.string().optional(),
    inputs: Values,
    outputs: Values,
    delete: z.boolean().default(false),
    /** True of what is deleted already, and whose replacement has yet to be made. */
    pendingReplacement: z.boolean().default(false),
  })
  .transform(({ id, created = 'unknown', delete: isLeaving, pendingReplacement: isGone, ...resource }) => ({
    ...{ ...resource, id, name: nameInUrn(resource.urn), createdAt: Date.parse(created) },
    isDeclared: !isLeaving && !isGone,
  }));

/** Format: https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/apitype#DeploymentV3 */
const Exported = z.object({
  deployment: z.object({
    manifest: z.object({ time: z.string() }).nullish(),
    resources: z.array(Resource).nullish(),
    pending_operations: z.array(z.object({ type: z.string(), resource: Resource })).nullish(),
  }),
});

/**
 * Reads what `pulumi stack export` prints. Without resources that a replacement has yet to delete, or has deleted and not made yet:
 * they are no longer what is declared. @throws Error if it is something else
 */
export function parseStackState(stack: string, text: string): StackState {
  const { data } = Exported.safeParse(parseQuietly(text));
  if (data === undefined) throw new Error(`pulumi stack export of ${stack} did not answer with the state of a stack`);
  const { manifest, resources, pending_operations: pending } = data.deployment;
  return {
    resources: (resources ?? []).filter(({ isDeclared }) => isDeclared),
    pending: pending ?? [],
    savedAt: Date.parse(manifest?.time ?? 'unknown'),
  };
}

/** `urn:pulumi:<stack>::<project>::<types>::<name>`; the name may hold `::` itself. */
function nameInUrn(urn: string): string {
  return urn.split('::').slice(3).join('::');
}
