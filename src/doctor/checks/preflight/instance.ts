import type { DeployedInstance } from '../../../clouds/facts/access-facts';
import type { OwnResource } from '../../../clouds/facts/preflight-facts';
import type { AccessStack } from '../../../estate/sections/access/plan/access-plan';
import { stackNameOf } from '../../../estate/plan/stacks/stacks';
import { check, examine, failure, type Observation, type Observed, ok, okUnless, warning } from '../../check';
import { at, plannedAccess, regionLabel } from './accounts';

/** The instance is active, and administered in the Region of the snapshot. */
export const identityCenter = check(plannedAccess, {
  id: 'preflight-identity-center',
  title: 'IAM Identity Center is active in its Region',
  run: ({ plan, access: { organization }, found, home }) =>
    at(
      [regionLabel(plan, home)],
      examine(found.instance, (instance) => {
        const others = instance.regions.map(({ name }) => name).filter((name) => name !== organization.region);
        return okUnless(
          instanceFaults(instance, organization.region),
          `active in ${organization.region}${others.length === 0 ? '' : `, and in ${others.join(', ')}`}`,
        );
      }),
    ),
});

function instanceFaults({ status, primaryRegion, regions }: DeployedInstance, region: string): Observed {
  return [
    status !== 'ACTIVE' && failure(`the instance must be ACTIVE, got ${status}`, 'wait until it is active'),
    primaryRegion !== undefined &&
      primaryRegion !== region &&
      failure(
        `permission sets are administered in ${primaryRegion}, organization.json says ${region}`,
        `npx --no entra-aws snapshot --region ${primaryRegion}`,
      ),
    // A Region that comes or goes does not keep anything from being deployed.
    ...regions.map(
      (one) =>
        one.status !== 'ACTIVE' &&
        warning(`its Region ${one.name} is ${one.status}`, 'wait until it is ACTIVE, or gone'),
    ),
  ];
}

/** The key that encrypts IAM Identity Center can be used. */
export const instanceKey = check(plannedAccess, {
  id: 'preflight-key',
  title: 'The key of IAM Identity Center can be used',
  run: ({ plan, found: { instance, key: state }, home }) =>
    at(
      [regionLabel(plan, home)],
      examine(instance, ({ key }) => {
        if (key?.arn === undefined) return [ok('AWS owns the key')];
        const { arn } = key;
        if (key.status !== 'ENABLED') {
          const why = key.reason === undefined ? '' : `: ${key.reason}`;
          return [failure(`encryption by ${arn} is ${key.status}${why}`, 'wait for it, or choose another key')];
        }
        if (state === undefined) return [];
        return examine(state, (found) => [
          found === 'Enabled'
            ? usable(arn, plan.estate.access?.identityCenter?.kmsKey)
            : failure(`its key ${arn} must be Enabled, got ${found}`, 'enable the key: no one can sign in without it'),
        ]);
      }),
    ),
});

/** The roles of the estate may use the key that it names, and no other. */
function usable(key: string, declared: string | undefined): Observation {
  if (key === declared) return ok(`the estate names it: ${key}`);
  return warning(
    `a key of your own encrypts it: ${key}`,
    "name it in access.identityCenter.kmsKey, so that the pipeline's roles and the leavers function may use it; the CDK's execution role needs it too (npx --no entra-aws docs operations 'The key of IAM Identity Center')",
  );
}

const ATTRIBUTES = 'AWS::SSO::InstanceAccessControlAttributeConfiguration';

/** Attributes for access control can be created, or are the estate's own. */
export const attributes = check(plannedAccess, {
  id: 'preflight-attributes',
  title: 'Attributes for access control are free',
  run: ({ plan, access: { organization }, found, home }) => {
    const declared = plan.estate.access?.attributes ?? [];
    if (declared.length === 0) return undefined;
    return at(
      [regionLabel(plan, home)],
      examine(found.attributes, (sources) => {
        if (sources === undefined) return [ok(`off; this deployment turns on ${declared.length}`)];
        return examine(found.ownResources, (own) => [
          own.some(({ type }) => type === ATTRIBUTES)
            ? ok('on, by the access stack')
            : failure(
                `on already (keys: ${Object.keys(sources).join(', ') || 'none'}), and no stack of this estate did it: the access stack can't create them`,
                `import them (npx --no entra-aws docs importing), or turn them off: aws sso-admin delete-instance-access-control-attribute-configuration --instance-arn ${organization.instanceArn}; until the deployment has ended, policies with aws:PrincipalTag allow nothing`,
              ),
        ]);
      }),
    );
  },
});

const SET = 'AWS::SSO::PermissionSet';

/** Names of permission sets are free, or of the stack that is to have them. */
export const freeNames = check(plannedAccess, {
  id: 'preflight-permission-sets',
  title: 'Names of permission sets are free',
  run: ({ plan, access: { stacks }, found: { sets, ownResources }, home }) => {
    const { name: estate } = plan.estate;
    const names = new Set((plan.estate.access?.permissionSets ?? []).map(({ name }) => name));
    return at(
      [regionLabel(plan, home)],
      examine(sets, (live) => {
        const taken = live.filter(({ name }) => names.has(name));
        if (taken.length === 0) return [ok(`${names.size} names are free`)];
        return examine(ownResources, (own) =>
          okUnless(
            taken.flatMap(({ name, arn }) => {
              const owner = own.find((one) => isSet(one, arn))?.stack;
              return owner === undefined ? [takenName(name)] : movedName(name, owner, { estate, stacks });
            }),
            `${names.size} names are free, or the estate's own`,
          ),
        );
      }),
    );
  },
});

function takenName(name: string): Observation {
  return failure(
    `permission set ${name} is there already, and no stack of this estate made it: the access stack can't create it`,
    'import it (npx --no entra-aws docs importing), or give the set another name in the estate',
  );
}

/** The stack for the management account is deployed last: what leaves it is there when the other one creates it. */
function movedName(
  name: string,
  owner: string,
  { estate, stacks }: { readonly estate: string; readonly stacks: readonly AccessStack[] },
): Observed {
  const to = stacks.find(({ permissionSets }) => permissionSets.some((set) => set.name === name))?.role;
  if (to !== 'access' || owner !== stackNameOf(estate, 'management')) return [];
  return [
    failure(
      `permission set ${name} moves from ${owner} to ${stackNameOf(estate, to)}, which is deployed first and can't create it while it is there`,
      `deploy the other stack before: npx --no cdk deploy -c estate=${estate} ${owner}`,
    ),
  ];
}

/** CloudFormation knows a permission set by instance and ARN. */
function isSet({ type, physicalId }: OwnResource, arn: string): boolean {
  return type === SET && physicalId.split('|').includes(arn);
}
