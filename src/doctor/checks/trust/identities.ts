import type { IdentityPowers } from '../../../clouds/facts/trust-facts';
import { neededPermissions } from '../../../clouds/graph/permissions/needed-permissions';
import { type PipelineIdentity, pipelineIdentities } from '../../../estate/plan/pipeline-identities';
import type { PulumiKind } from '../../../estate/plan/stacks/stacks';
import type { Estate } from '../../../estate/sections/estate';
import { quotedList } from '../../../text/suggest';
import { type Check, examine, failure, type Observed, okUnless, warning } from '../../check';

/** The pipeline's identities have what the estate needs: less ends a run in 403, more is a way in that nobody uses. */
function identityCheck(id: Check['id'], program: PulumiKind): Check {
  return {
    id,
    title: `The pipeline's identities have the permissions that ${program} needs, and no other`,
    run: ({ plan: { estate }, facts: { identities } }) => {
      const reading = identities?.[program];
      if (reading === undefined) return undefined;
      const advice = `a person runs \`npx --no entra-aws sign-in bootstrap --estate ${estate.name} --program ${program} --pipeline\``;
      const faults = examine(reading, (found) =>
        pipelineIdentities(estate, program).flatMap((identity) => {
          const powers = found.find(({ role }) => role === identity.role)?.powers;
          if (powers !== undefined) return identityFaults(powers, { estate, program, identity, advice });
          const message = `the directory has no identity ${identity.name}: the pipeline can't sign in`;
          return [(identity.clientId === undefined ? warning : failure)(message, advice)];
        }),
      );
      return okUnless(faults, 'each has its permissions and no other');
    },
  };
}

interface Declared {
  readonly estate: Estate;
  readonly program: PulumiKind;
  readonly identity: PipelineIdentity;
  readonly advice: string;
}

function identityFaults(found: IdentityPowers, { estate, program, identity, advice }: Declared): Observed {
  const { name, role, managedId, trust } = identity;
  const needed = neededPermissions(estate, program, role).map(({ permission }) => permission);
  const lacking = needed.filter((one) => !found.permissions.includes(one));
  const excess = found.permissions.filter((one) => !needed.includes(one));
  const isDeclared = (one: IdentityPowers['federated'][number]): boolean =>
    trust.some(({ issuer, subject }) => issuer === one.issuer && subject === one.subject);
  const strangers = managedId === undefined ? found.federated.filter((one) => !isDeclared(one)) : [];
  const distrusted = trust.filter(({ subject }) => !found.federated.some((one) => one.subject === subject));
  return [
    lacking.length > 0 && failure(`${name} lacks ${quotedList(lacking)}`, advice),
    excess.length > 0 && failure(`${name} has ${quotedList(excess)}, which nothing in the estate needs`, advice),
    strangers.length > 0 &&
      failure(`${name} trusts ${quotedList(strangers.map(({ subject }) => subject))}, which is not declared`, advice),
    distrusted.length > 0 &&
      failure(`${name} does not trust ${quotedList(distrusted.map(({ subject }) => subject))}`, advice),
  ];
}

export const workforceIdentities = identityCheck('saml-identities', 'workforce');
export const customersIdentities = identityCheck('b2c-identities', 'customers');
