import { showValue } from '../../estate/source/finding';
import type { ClientId } from '../../estate/source/ids';
import type { PulumiKind } from '../../estate/plan/stacks/stacks';
import type { ApplicationTrust } from '../../clouds/facts/trust-facts';
import { type Check, type CheckInput, examine, failure, type Observation, okUnless } from '../check';
import { customersOf } from './b2c/applications';
import { entraOf } from './emergency/emergency-of';
import { workforceOf } from './saml/application';

/** An application that is there, or should be, with what was read of it. */
interface Owned {
  readonly name: string;
  readonly trust: ApplicationTrust | undefined;
}

/** Whoever deploys the workforce program owns the AWS application. */
export const workforceOwners: Check = {
  id: 'saml-owners',
  area: 'saml',
  title: 'The AWS application belongs to the identity that deploys it',
  run: (input) => {
    const workforce = workforceOf(input);
    if (workforce === undefined) return undefined;
    const { displayName: name } = workforce.declared;
    return observe(input, 'workforce', [{ name, trust: workforce.facts.trust }]);
  },
};

/** Whoever deploys the workforce program owns the application for emergencies, too. */
export const emergencyOwners: Check = {
  id: 'emergency-owners',
  area: 'emergency',
  title: 'The application for emergencies belongs to the identity that deploys it',
  run: (input) => {
    const entra = entraOf(input);
    if (entra === undefined) return undefined;
    const { displayName: name } = entra.declared;
    return observe(input, 'workforce', [{ name, trust: entra.facts.trust }]);
  },
};

/** Whoever deploys the customers' program owns its applications. */
export const customersOwners: Check = {
  id: 'b2c-owners',
  area: 'b2c',
  title: 'The applications belong to the identity that deploys them',
  run: (input) => {
    const b2c = customersOf(input);
    if (b2c === undefined) return undefined;
    const { apiApplication, webApplication, stepUp } = b2c.declared;
    const { api, web, stepUp: second } = b2c.facts.trusts;
    return observe(input, 'customers', [
      { name: apiApplication.displayName, trust: api },
      { name: webApplication.displayName, trust: web },
      ...(stepUp === undefined ? [] : [{ name: stepUp.displayName, trust: second }]),
    ]);
  },
};

function observe({ plan: { estate } }: CheckInput, program: PulumiKind, all: readonly Owned[]): readonly Observation[] {
  const deployer = estate.pipeline?.identities[program]?.deploy;
  const advice = `a person runs \`npx --no entra-aws sign-in bootstrap --estate ${estate.name} --program ${program}\`, which adds the owner (docs/bicep.md has the commands for az)`;
  return okUnless(
    all.flatMap((one) => faultsOf(one, deployer, advice)),
    deployer === undefined ? 'each has an owner' : `${deployer} owns each`,
  );
}

function faultsOf({ name, trust }: Owned, deployer: ClientId | undefined, advice: string): readonly Observation[] {
  if (trust === undefined) return [];
  return examine(trust.owners, (all) => {
    // One of the two alone allows no change of the other.
    const owners = all.filter(({ ownsBoth }) => ownsBoth);
    if (owners.length === 0) return [failure(`${showValue(name)} has no owner: no deployment can change it`, advice)];
    if (deployer === undefined || owners.some(({ clientId }) => clientId === deployer)) return [];
    return [
      failure(
        `the pipeline signs in as ${deployer}, which does not own ${showValue(name)}: its next change of that ends in 403`,
        advice,
      ),
    ];
  });
}
