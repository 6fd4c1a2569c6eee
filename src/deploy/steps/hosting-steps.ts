import { type StackPlan, stacksOfKind } from '../../estate/plan/stacks/stacks';
import { bootstrapStep, cdkStep } from './cdk-steps';
import { type EstateLocation, entraAws, shellLine } from './command';
import { differsIf } from './readings';
import type { Step } from './step';
import type { DeploymentOptions } from './options';
import { stepsWithProfile } from './options';

/** The customer application: its secrets exist before values are handed over, and those before the services start. */
export function hostingSteps(plan: StackPlan, options: DeploymentOptions): readonly Step[] {
  const { name, hosting } = plan.estate;
  if (hosting === undefined) return [];
  const location = { estate: name, estates: options.estates };
  const step = { location, yes: options.yes };
  return stepsWithProfile(options.hostingProfile, [
    bootstrapStep('hosting-bootstrap', hosting),
    ...cdkStep(
      { id: 'hosting-data', title: 'tables, secrets and alarms', needs: ['hosting-bootstrap'] },
      { ...step, stacks: stacksOfKind(plan, 'hosting-data') },
    ),
    handoff(location),
    ...cdkStep(
      { id: 'hosting', title: 'the web and the API', needs: ['handoff'] },
      { ...step, stacks: stacksOfKind(plan, 'hosting') },
    ),
    redirectUris(location, options),
  ]);
}

function handoff(location: EstateLocation): Step {
  return {
    id: 'handoff',
    title: 'ids and the client secret pass from Pulumi to AWS',
    needs: ['customers', 'hosting-data'],
    verification: [
      {
        command: entraAws('deploy handoff', location, '--check'),
        read: differsIf(/: \d+ to write; /, 'what AWS has differs from what the customers program made'),
      },
    ],
    isDoneWhen: 'parameters and secret are what the customers program made',
    action: { kind: 'commands', commands: [entraAws('deploy handoff', location)] },
  };
}

/** A reviewed change: afterwards `customers` has redirect URIs to add, and `hosting` an address to give the web. */
function redirectUris(location: EstateLocation, { hostingProfile }: DeploymentOptions): Step {
  const asking = entraAws('deploy handoff', location, '--url');
  return {
    id: 'redirect-uris',
    title: 'people can sign in at the deployed address',
    needs: ['hosting'],
    verification: [
      {
        command: asking,
        read: differsIf(/^--- a\//, 'the estate lacks the deployed address'),
      },
    ],
    isDoneWhen:
      'the estate has the deployed address or a domain of its own, and customers and hosting are deployed with it',
    action: {
      kind: 'by-hand',
      todo: [
        `$ ${shellLine({ ...asking, profile: hostingProfile })} | git apply`,
        'Review and commit the change, then run this again: customers adds the redirect URIs, hosting gives the web its address.',
      ],
    },
  };
}
