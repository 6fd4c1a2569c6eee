import { posix } from 'node:path';
import type { SamlApplication } from '../../../clouds/facts/trust-facts';
import type { DeployedRole } from '../../../clouds/facts/emergency-facts';
import { known, type Reading, together } from '../../../clouds/reading';
import type { EmergencyRole } from '../../../estate/sections/emergency/emergency';
import {
  type EmergencyPlan,
  type EmergencyTarget,
  samlProviderArn,
} from '../../../estate/sections/emergency/emergency-plan';
import {
  boundaryArnOf,
  policyArnsOf,
  regionsPolicy,
  roleTrust,
  signInTrust,
  switchPolicy,
} from '../../../estate/sections/emergency/emergency-policies';
import { parseSamlMetadata, type SamlMetadata } from '../../../estate/source/saml-metadata';
import { quotedList } from '../../../text/suggest';
import { check, emergencyOf, examine, failure, type Observation, type Observed, okUnless, warning } from '../../check';

/**
 * Advice that corrects whatever differs in AWS; a person deploys it. Without the flag CloudFormation compares templates alone, and
 * sees no change (CloudFormation User Guide, 'Using drift-aware change sets').
 */
export const CDK_DEPLOY =
  'deploy the emergency access with `cdk deploy --revert-drift` (npx --no entra-aws docs emergency-access)';

/** CloudFormation sees no property that the template does not have. */
const TAKE_AWAY = `${CDK_DEPLOY}; then remove what is left in the AWS console (IAM > Roles > the role)`;

/** Tells whether two documents of JSON say the same: order of keys and lists is none, and a list of one is its item. */
export function saysTheSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(canonical).toSorted();
    return items.length === 1 ? (items[0] ?? '') : `[${items.join()}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${entries.toSorted().join()}}`;
}

/** IAM trusts the certificates and the issuer of the estate's metadata, and nothing else. */
export const emergencyProvider = check(emergencyOf, {
  id: 'emergency-provider',
  title: 'IAM trusts the declared identity provider, with its certificates alone',
  run: ({ plan, facts: { entra, provider } }, { plan: whole }) => {
    const application: Reading<SamlApplication | undefined> = entra?.application ?? known(undefined);
    const file = posix.join(posix.dirname(whole.placeOf([]).file), whole.estate.emergency?.metadataFile ?? '');
    const setBack =
      `find out who changed it (CloudTrail: UpdateSAMLProvider), then, with credentials of the account ${plan.account.id}: ` +
      `aws iam update-saml-provider --saml-provider-arn ${samlProviderArn(plan)} --saml-metadata-document file://${file}`;
    return examine(together({ document: provider, application }), (found) =>
      found.document === undefined
        ? [failure(`there is no identity provider '${plan.name}' in ${plan.account.name}`, CDK_DEPLOY)]
        : examineDocument(found.document, found.application, { plan, setBack }),
    );
  },
});

interface Provider {
  readonly plan: EmergencyPlan;
  /** Sets IAM back to what the estate says. */
  readonly setBack: string;
}

function examineDocument(
  document: string,
  application: SamlApplication | undefined,
  { plan, setBack }: Provider,
): Observed {
  const trusted = parseSamlMetadata(document);
  const declared = plan.metadata === undefined ? undefined : parseSamlMetadata(plan.metadata);
  if (trusted === undefined) return [failure(`the metadata that IAM has of '${plan.name}' can't be read`, setBack)];
  if (declared === undefined) {
    return [
      failure(
        `IAM trusts '${trusted.entityId}', but the estate's emergency.metadataFile is not there to say what it may trust`,
        'save the metadata of the identity provider there (npx --no entra-aws docs emergency-access), and run this again',
      ),
    ];
  }
  return okUnless(
    [
      trusted.entityId !== declared.entityId &&
        failure(
          `IAM trusts '${trusted.entityId}', declared is '${declared.entityId}': whoever runs the other one signs in to ${plan.name}`,
          setBack,
        ),
      ...[...new Set([...trusted.thumbprints, ...declared.thumbprints])].map((one) =>
        certificateFault(one, {
          ...{ isTrusted: trusted.thumbprints.includes(one), isDeclared: declared.thumbprints.includes(one) },
          ...{ application, plan, setBack },
        }),
      ),
      signerFault(application?.activeThumbprint, trusted),
    ],
    `IAM trusts ${trusted.thumbprints.length} certificates of '${trusted.entityId}'`,
  );
}

interface KnownCertificate extends Provider {
  readonly isTrusted: boolean;
  readonly isDeclared: boolean;
  readonly application: SamlApplication | undefined;
}

function certificateFault(
  one: string,
  { isTrusted, isDeclared, application, plan, setBack }: KnownCertificate,
): Observation | false {
  if (!isDeclared) {
    return failure(
      `IAM trusts a certificate that emergency.metadataFile does not have (${one}): whoever has its key signs in to ${plan.name}`,
      setBack,
    );
  }
  if (!isTrusted) {
    // That of the certificate that signs now is told on its own.
    return (
      one !== application?.activeThumbprint &&
      warning(
        `IAM does not trust a certificate of emergency.metadataFile (${one}): no sign-in is taken once it signs`,
        CDK_DEPLOY,
      )
    );
  }
  // Entra ID does not hold its key, or no longer.
  return (
    application !== undefined &&
    !application.certificates.some(({ thumbprint }) => thumbprint === one) &&
    failure(
      `IAM and emergency.metadataFile trust a certificate that the application does not have (${one})`,
      'take it out of emergency.metadataFile, and deploy the emergency access; until then whoever has its key signs in',
    )
  );
}

function signerFault(active: string | undefined, { thumbprints }: SamlMetadata): Observation | false {
  return (
    active !== undefined &&
    !thumbprints.includes(active) &&
    failure(
      `IAM does not know the certificate that signs (${active}): no sign-in is taken`,
      'make sure that it is the declared one (emergency-other-certificates), save what emergencyMetadataUrl leads to as ' +
        'emergency.metadataFile, then deploy the emergency access',
    )
  );
}

/** People can sign in to the role, and it can switch. */
export const emergencySignInRole = check(emergencyOf, {
  id: 'emergency-sign-in-role',
  title: 'The role that people sign in to trusts the identity provider, and can switch',
  run: ({ plan, facts: { trusting, signInRole } }) =>
    examine(together({ trusting, roles: signInRole.roles }), (found) => {
      const name = `${plan.name} in ${plan.account.name}`;
      const [role] = found.roles;
      const others = found.trusting.filter((one) => one !== plan.name);
      const inlinePolicies = [switchPolicy(plan)];
      return okUnless(
        [
          ...roleFaults(
            role,
            { trust: signInTrust(plan), policies: [], inlinePolicies, boundary: role?.boundary },
            name,
          ),
          others.length > 0 &&
            failure(
              `other roles in ${plan.account.name} trust the identity provider: ${quotedList(others)}`,
              'find out who made them, and delete them: people sign in to one role alone, whose uses are told of',
            ),
        ],
        `${name} trusts the identity provider and switches to the declared roles`,
      );
    }),
});

/** Each emergency role is in its account, as declared. */
export const emergencyRoles = check(emergencyOf, {
  id: 'emergency-roles',
  title: 'Every emergency role is in its account, and trusts the role of the sign-in alone',
  run: ({ plan, facts }) =>
    plan.targets.flatMap((target) => {
      const read = facts.targets.find(({ account }) => account === target.account.id);
      if (read === undefined) return [];
      return examine(read.roles, (roles) =>
        okUnless(
          target.roles.flatMap((role) => {
            const found = roles.find(({ name }) => name === role.name);
            return roleFaults(found, declaredRole(plan, target, role), `${role.name} in ${target.account.name}`);
          }),
          `${target.account.name} has ${quotedList(target.roles.map(({ name }) => name))}`,
        ),
      ).map((one) => (one.outcome === 'unknown' ? { ...one, message: `${target.account.name}: ${one.message}` } : one));
    }),
});

/** A role as the estate declares it. */
interface DeclaredRole extends Pick<DeployedRole, 'trust' | 'policies' | 'boundary'> {
  /** Documents, whatever their names. */
  readonly inlinePolicies: readonly unknown[];
}

function declaredRole(plan: EmergencyPlan, { account: { id } }: EmergencyTarget, role: EmergencyRole): DeclaredRole {
  const regions = role.regions.map(({ text }) => text);
  return {
    trust: roleTrust(plan),
    policies: policyArnsOf(plan, id, role),
    inlinePolicies: regions.length === 0 ? [] : [regionsPolicy(regions)],
    boundary: boundaryArnOf(plan, id, role),
  };
}

/** Differences of a role from what is declared. */
export function roleFaults(found: DeployedRole | undefined, declared: DeclaredRole, name: string): Observed {
  if (found === undefined) return [failure(`there is no role ${name}`, CDK_DEPLOY)];
  const { trust, boundary } = found;
  return [
    !saysTheSame(trust, declared.trust) &&
      failure(`the role ${name} trusts somebody else, or not as declared: ${JSON.stringify(trust)}`, CDK_DEPLOY),
    policiesFault(found, declared, name),
    boundary !== declared.boundary &&
      failure(
        `the boundary of the role ${name} is ${boundary ?? 'gone'}, declared is ${declared.boundary ?? 'none'}`,
        declared.boundary === undefined ? TAKE_AWAY : CDK_DEPLOY,
      ),
  ];
}

function policiesFault({ policies, inlinePolicies }: DeployedRole, declared: DeclaredRole, name: string) {
  const documents = Object.values(inlinePolicies);
  if (saysTheSame(policies, declared.policies) && saysTheSame(documents, declared.inlinePolicies)) return false;
  const all = quotedList([...policies, ...Object.keys(inlinePolicies)], 'it has none');
  const strange = Object.keys(inlinePolicies).filter(
    (one) => !declared.inlinePolicies.some((document) => saysTheSame(document, inlinePolicies[one])),
  );
  const others = strange.length === 0 ? '' : `; other statements than declared are in ${quotedList(strange)}`;
  const isMore = strange.length > 0 || policies.some((one) => !declared.policies.includes(one));
  return failure(
    `the policies of the role ${name} are not the declared ones: ${all}${others}`,
    isMore ? TAKE_AWAY : CDK_DEPLOY,
  );
}
