import type { Estate } from '../estate';
import { FORGE_FACTS } from './forges/registry';

/** Keys that the pipeline lacks to deploy with an engine. What needs no key in this estate counts as there. */
export function missingKeys({
  azure,
  customers,
  pipeline,
}: Estate): Readonly<Record<'pulumi' | 'cdk', readonly string[]>> {
  if (pipeline === undefined) return { pulumi: ['pipeline'], cdk: ['pipeline'] };
  const { forge, identities, serviceConnections } = pipeline;
  const { connects } = FORGE_FACTS[forge];
  // Pulumi's state is in the Entra tenant, whatever the programs are about.
  const tenants = customers === undefined ? (['workforce'] as const) : (['workforce', 'customers'] as const);
  return {
    pulumi: [
      ...(azure === undefined ? ['azure'] : []),
      ...tenants.filter((one) => identities[one] === undefined).map((one) => `pipeline.identities.${one}`),
      ...tenants
        .filter((one) => connects && serviceConnections[one] === undefined)
        .map((one) => `pipeline.serviceConnections.${one}`),
    ],
    cdk: connects && serviceConnections.aws === undefined ? ['pipeline.serviceConnections.aws'] : [],
  };
}

/** Tells whether the Pulumi programs of an estate make anything: a section without an object in it is none. */
export function makesEntraObjects({ customers, emergency, workforce }: Estate): boolean {
  if (customers !== undefined) return true;
  if (workforce === undefined) return false;
  const { awsApplication, groups, leavers } = workforce;
  return (
    groups.length > 0 ||
    awsApplication !== undefined ||
    leavers?.signIn.kind === 'federated' ||
    emergency?.application !== undefined
  );
}
