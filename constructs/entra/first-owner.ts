import * as pulumi from '@pulumi/pulumi';
import { unknown } from '@pulumi/pulumi/output';

/** Mark of the engine for a value that is not known yet, of whatever type. */
const UNKNOWN = unknown as unknown as string;

/**
 * First owner of what is made: the identity that deploys. A preview does not know it, since it may run as another one: an update by
 * its plan, as a pipeline makes it, is refused where a value is not the planned one.
 */
export function firstOwner(caller: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(caller).apply((id) => (pulumi.runtime.isDryRun() ? UNKNOWN : id));
}
