import type { DeployedService, HostingFacts } from '../../../clouds/facts/hosting-facts';
import { together } from '../../../clouds/reading';
import { type Check, type CheckInput, examine, failure, type Observation, ok, okUnless, warning } from '../../check';

/** Read state of the hosting; undefined where the estate has none. */
export function hostingOf({ plan, facts }: CheckInput): HostingFacts | undefined {
  return plan.estate.hosting === undefined ? undefined : facts.hosting;
}

export const CDK_DEPLOY = 'deploy the hosting again: npx --no entra-aws deploy';

/** Services run the images that this repository's applications make. */
export const services: Check = {
  id: 'hosting-services',
  area: 'hosting',
  title: 'Services run the declared images',
  run: (input) => {
    const hosting = hostingOf(input);
    return (
      hosting &&
      examine(hosting.services, (found) =>
        (['web', 'api'] as const).flatMap((name) => {
          const service = found.find((one) => one.name === name);
          if (service === undefined) return [failure(`there is no service for the ${name}`, CDK_DEPLOY)];
          return okUnless(faultsOf(service, input.facts.imageHashes?.[name]), `the ${name} runs its declared image`);
        }),
      )
    );
  },
};

function faultsOf(
  { name, status, isRunning, image }: DeployedService,
  hash: string | undefined,
): readonly Observation[] {
  return [
    ...(isRunning ? [] : [failure(`the ${name} is ${status}`, `see its logs; then ${CDK_DEPLOY}`)]),
    ...(hash === undefined || image.endsWith(`:${hash}`)
      ? []
      : [
          warning(
            `the ${name} runs ${image.split('/').at(-1) ?? ''}, not the image of this revision (${hash.slice(0, 12)}…)`,
            `check out the revision that is deployed, or ${CDK_DEPLOY}`,
          ),
        ]),
  ];
}

/** Services answer that they are ready. */
export const health: Check = {
  id: 'hosting-health',
  area: 'hosting',
  title: 'Services answer that they are ready',
  run: (input) => {
    const hosting = hostingOf(input);
    if (hosting === undefined) return undefined;
    if (hosting.health.state === 'failed' && hosting.services.state === 'known') {
      return [failure(hosting.health.reason, 'see the logs of the service')];
    }
    return examine(hosting.health, (found) =>
      found.map(({ url, status }) =>
        status === 200
          ? ok(`${url} answers`)
          : failure(`${url} answers ${status}`, 'see the logs of the service: readiness says which part it misses'),
      ),
    );
  },
};

/** Secrets have values, and the web has read the present ones. */
export const secrets: Check = {
  id: 'hosting-secrets',
  area: 'hosting',
  title: 'The web uses the present versions of its secrets',
  run: (input) => {
    const hosting = hostingOf(input);
    if (hosting === undefined) return undefined;
    const reading = together({ services: hosting.services, secrets: hosting.secrets });
    return examine(reading, ({ services: found, secrets: stored }) => {
      const deployedAt = found.find(({ name }) => name === 'web')?.deployedAt;
      return stored.map(({ name, hasValue, changedAt }) => {
        if (!hasValue) return failure(`the secret ${name} has no value`, 'npx --no entra-aws deploy handoff');
        if (changedAt === undefined || deployedAt === undefined || changedAt <= deployedAt) {
          return ok(`${name} is in use`);
        }
        return failure(
          `the secret ${name} changed on ${changedAt.toISOString()}, and the web was deployed last on ` +
            `${deployedAt.toISOString()}: it still uses the earlier value`,
          'start a deployment of the web (npx --no entra-aws deploy handoff does, where its values change)',
        );
      });
    });
  },
};
