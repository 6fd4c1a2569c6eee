import { isDeepStrictEqual } from 'node:util';
import { type Check, examine, failure, okUnless } from '../../check';

/** Attributes for access control are as declared. */
export const attributes: Check = {
  id: 'access-attributes',
  area: 'access',
  title: 'Attributes for access control are as declared',
  run: ({ plan: { estate, access: plan }, facts: { access } }) => {
    const declared = estate.access?.attributes;
    if (declared === undefined || plan === undefined || access === undefined) return undefined;
    return examine(access.attributes, (deployed) => {
      const wanted = new Map(declared.map(({ key, source }) => [key, [source]]));
      const keys = [...new Set([...wanted.keys(), ...Object.keys(deployed)])].toSorted();
      const drifted = keys.filter((key) => !isDeepStrictEqual(wanted.get(key), deployed[key]));
      return okUnless(
        drifted.map((key) =>
          failure(
            `attribute for access control ${key} is ${shown(deployed[key])}, declared is ${shown(wanted.get(key))}`,
            `${setCommand(plan.organization.instanceArn, wanted)}; or change access.attributes of the estate, and deploy`,
          ),
        ),
        `${wanted.size} attributes for access control are as declared`,
      );
    });
  },
};

/** CloudFormation compares templates alone, and sees no change. */
function setCommand(instanceArn: string, wanted: ReadonlyMap<string, readonly string[]>): string {
  const AccessControlAttributes = [...wanted].map(([Key, Source]) => ({ Key, Value: { Source } }));
  const configuration = JSON.stringify({ AccessControlAttributes });
  return (
    `aws sso-admin update-instance-access-control-attribute-configuration --instance-arn ${instanceArn} ` +
    `--instance-access-control-attribute-configuration '${configuration}'`
  );
}

function shown(sources: readonly string[] | undefined): string {
  return sources === undefined ? 'nothing' : sources.join(', ');
}
