import { posix } from 'node:path';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';
import { type EmergencyPlan, emergencyStacks } from '../../estate/sections/emergency/emergency-plan';
import type { EstatePlan } from '../../estate/plan/planner';
import { cdk, type EstateLocation, entraAws, shellLine } from './command';
import { differsIf } from './readings';
import { check, type DeploymentOptions, DONE, pending, type Step, stepsWithProfile } from './step';

/** The way that is there when the others fail: a person deploys it, with credentials of each account. */
export function emergencySteps({ estate, emergency: plan }: EstatePlan, options: DeploymentOptions): readonly Step[] {
  const { emergency } = estate;
  if (emergency === undefined || plan === undefined) return [];
  const isEntra = emergency.application !== undefined;
  const { estates = DEFAULT_ESTATES_FOLDER } = options;
  const file = posix.join(estates, estate.name, emergency.metadataFile);
  const steps = stacks(plan, { location: { estate: estate.name, estates }, isEntra });
  return [metadata(plan, { file, isEntra }), ...stepsWithProfile(options.accessProfile, [steps])];
}

function metadata(
  { estateName, metadata: text }: EmergencyPlan,
  { file, isEntra }: { readonly file: string; readonly isEntra: boolean },
): Step {
  return {
    id: 'emergency-metadata',
    title: 'what AWS knows the identity provider of the emergency access by',
    needs: isEntra ? ['workforce'] : [],
    verification: text === undefined ? pending(`there is no ${file}`) : DONE,
    isDoneWhen: `${file} is there`,
    todo: [
      isEntra
        ? `$ curl -fsS "$(pulumi stack output emergencyMetadataUrl --stack ${estateName}-workforce)" -o ${file}`
        : `Save the SAML metadata of the identity provider as ${file}.`,
      'Commit it, then run this again.',
    ],
  };
}

function stacks(
  emergency: EmergencyPlan,
  { location, isEntra }: { readonly location: EstateLocation; readonly isEntra: boolean },
): Step {
  return {
    id: 'emergency',
    title: 'the emergency access, in each of its accounts',
    needs: ['emergency-metadata'],
    verification: [
      check(
        entraAws('doctor drill', location, '--strict'),
        differsIf(/^The path is broken/m, 'the drill finds links that do not hold'),
      ),
    ],
    isDoneWhen: 'the drill proves the path up to its last step',
    todo: [
      ...deployments(emergency, location),
      "Confirm the alarms by the link in AWS's mail.",
      ...(isEntra ? ['Put people into the group, as the estate says of its members.'] : []),
      `$ ${shellLine(entraAws('doctor drill', location))}`,
      'Do its last step: docs/emergency-access.md.',
    ],
  };
}

/** Account by account, in the order of the stacks. */
function deployments(emergency: EmergencyPlan, location: EstateLocation): readonly string[] {
  const byAccount = Map.groupBy(emergencyStacks(emergency), ({ account }) => account);
  return [...byAccount].flatMap(([account, places]) => [
    `With credentials of the account ${account}:`,
    ...new Set(places.map(({ region }) => `$ npx --no cdk bootstrap aws://${account}/${region}`)),
    `$ ${shellLine(cdk('deploy', location, ['--exclusively', ...places.map(({ name }) => name)]))}`,
  ]);
}
