import type { EstatePlan } from '../../../estate/plan/planner';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import type { LiveInstance, LiveSet, OwnResource, PreflightAccess } from '../../../clouds/facts/preflight-facts';
import { type Check, type CheckInput, examine, failure, type Observation, ok, okUnless, warning } from '../../check';
import { at, regionLabel } from './places';

interface Asked {
  readonly plan: EstatePlan;
  readonly access: AccessPlan;
  readonly found: PreflightAccess;
  /** Account and Region of IAM Identity Center. */
  readonly where: readonly string[];
}

function asked({ plan, facts: { preflight } }: CheckInput): Asked | undefined {
  const { access } = plan;
  const [main] = access?.stacks ?? [];
  if (access === undefined || preflight?.access === undefined || main === undefined) return undefined;
  return { plan, access, found: preflight.access, where: [regionLabel(plan, main)] };
}

/** The instance is active, and administered in the Region of the snapshot. */
export const identityCenter: Check = {
  id: 'preflight-identity-center',
  area: 'preflight',
  title: 'IAM Identity Center is active in its Region',
  run: (input) => {
    const all = asked(input);
    if (all === undefined) return undefined;
    const { region } = all.access.organization;
    return at(
      all.where,
      examine(all.found.instance, (instance) =>
        okUnless([...instanceFaults(instance, region), ...regionWarnings(instance)], wellInstance(instance, region)),
      ),
    );
  },
};

function instanceFaults({ status, primaryRegion }: LiveInstance, region: string): readonly Observation[] {
  return [
    ...(status === 'ACTIVE' ? [] : [failure(`the instance must be ACTIVE, got ${status}`, 'wait until it is active')]),
    ...(primaryRegion === undefined || primaryRegion === region
      ? []
      : [
          failure(
            `permission sets are administered in ${primaryRegion}, organization.json says ${region}`,
            `npx --no entra-aws snapshot --region ${primaryRegion}`,
          ),
        ]),
  ];
}

/** A Region that comes or goes does not keep anything from being deployed. */
function regionWarnings({ regions }: LiveInstance): readonly Observation[] {
  return regions
    .filter(({ status }) => status !== 'ACTIVE')
    .map(({ name, status }) => warning(`its Region ${name} is ${status}`, 'wait until it is ACTIVE, or gone'));
}

function wellInstance({ regions }: LiveInstance, region: string): string {
  const others = regions.map(({ name }) => name).filter((name) => name !== region);
  return `active in ${region}${others.length === 0 ? '' : `, and in ${others.join(', ')}`}`;
}

/** The key that encrypts IAM Identity Center can be used. */
export const instanceKey: Check = {
  id: 'preflight-key',
  area: 'preflight',
  title: 'The key of IAM Identity Center can be used',
  run: (input) => {
    const all = asked(input);
    if (all === undefined) return undefined;
    const { instance, key: state } = all.found;
    return at(
      all.where,
      examine(instance, ({ key }) => {
        if (key === undefined) return [ok('AWS owns the key')];
        if (key.status !== 'ENABLED') {
          const why = key.reason === undefined ? '' : `: ${key.reason}`;
          return [failure(`encryption by ${key.arn} is ${key.status}${why}`, 'wait for it, or choose another key')];
        }
        if (state === undefined) return [];
        return examine(state, (found) => [
          found === 'Enabled'
            ? usable(key.arn, all.plan.estate.access?.identityCenter?.kmsKey)
            : failure(
                `its key ${key.arn} must be Enabled, got ${found}`,
                'enable the key: no one can sign in without it',
              ),
        ]);
      }),
    );
  },
};

/** The roles of the estate may use the key that it names, and no other. */
function usable(key: string, declared: string | undefined): Observation {
  if (key === declared) return ok(`the estate names it: ${key}`);
  return warning(
    `a key of your own encrypts it: ${key}`,
    "name it in access.identityCenter.kmsKey, so that the pipeline's roles and the leavers function may use it; the CDK's execution role needs it too (docs/operations.md, 'The key of IAM Identity Center')",
  );
}

const ATTRIBUTES = 'AWS::SSO::InstanceAccessControlAttributeConfiguration';

/** Attributes for access control can be created, or are the estate's own. */
export const attributes: Check = {
  id: 'preflight-attributes',
  area: 'preflight',
  title: 'Attributes for access control are free',
  run: (input) => {
    const all = asked(input);
    const declared = all?.plan.estate.access?.attributes ?? [];
    if (all === undefined || declared.length === 0) return undefined;
    const { attributes: live, ownResources } = all.found;
    return at(
      all.where,
      examine(live, (sources) => {
        if (sources === undefined) return [ok(`off; this deployment turns on ${declared.length}`)];
        return examine(ownResources, (own) => {
          if (own.some(({ type }) => type === ATTRIBUTES)) return [ok('on, by the access stack')];
          const keys = Object.keys(sources).join(', ') || 'none';
          return [
            failure(
              `on already (keys: ${keys}), and no stack of this estate did it: the access stack can't create them`,
              `import them (docs/importing.md), or turn them off: aws sso-admin delete-instance-access-control-attribute-configuration --instance-arn ${all.access.organization.instanceArn}; until the deployment has ended, policies with aws:PrincipalTag allow nothing`,
            ),
          ];
        });
      }),
    );
  },
};

const SET = 'AWS::SSO::PermissionSet';

/** Names of permission sets are free, or the estate's own. */
export const freeNames: Check = {
  id: 'preflight-permission-sets',
  area: 'preflight',
  title: 'Names of permission sets are free',
  run: (input) => {
    const all = asked(input);
    if (all === undefined) return undefined;
    const { sets, ownResources } = all.found;
    const names = new Set((all.plan.estate.access?.permissionSets ?? []).map(({ name }) => name));
    return at(
      all.where,
      examine(sets, (live) => {
        const taken = live.filter(({ name }) => names.has(name));
        if (taken.length === 0) return [ok(`${names.size} names are free`)];
        return examine(ownResources, (own) =>
          okUnless(
            taken.filter(({ arn }) => !isOwn(own, arn)).map(takenName),
            `${names.size} names are free, or the estate's own`,
          ),
        );
      }),
    );
  },
};

function takenName({ name }: LiveSet): Observation {
  return failure(
    `permission set ${name} is there already, and no stack of this estate made it: the access stack can't create it`,
    'import it (docs/importing.md), or give the set another name in the estate',
  );
}

/** CloudFormation knows a permission set by instance and ARN. */
function isOwn(own: readonly OwnResource[], arn: string): boolean {
  return own.some(({ type, physicalId }) => type === SET && physicalId.split('|').includes(arn));
}
