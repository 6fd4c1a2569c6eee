import type { SignInPolicy } from '../../../clouds/facts/workforce-facts';
import { failed, together } from '../../../clouds/reading';
import { flowDrift, type FoundFlow } from '../../../estate/records/flows';
import type { UserFlow } from '../../../estate/sections/customers/customers';
import { stepId } from '../../../estate/sections/customers/manual-steps';
import { showValue } from '../../../estate/source/finding';
import { textsIn } from '../../../estate/source/inputs';
import { type Check, type CheckInput, examine, failure, type Observation, ok, warning } from '../../check';
import { covers } from '../console/mfa';
import { type B2c, customersOf, PULUMI_UP } from './applications';
import { providerIds } from './identity-providers';
import { adviceFor } from './steps';

/** Examines each flow of a directory, with the application that shows it. */
function examineFlows(
  { declared, facts }: B2c,
  look: (flow: UserFlow, found: FoundFlow | undefined, webId: string | undefined) => Observation,
): readonly Observation[] {
  const { directory, web } = facts;
  return declared.userFlows.flatMap((flow) => {
    const found = directory.flows.get(flow.id) ?? failed(`${flow.id} was not read`);
    return directory.type === 'b2c'
      ? examine(found, (one) => [look(flow, one, undefined)])
      : examine(together({ found, web }), (one) => [look(flow, one.found, one.web?.appId)]);
  });
}

const PORTAL = ', or set it in the portal (Azure AD B2C > User flows), where Graph refuses it';

/** User flows are there and as declared. */
export const userFlows: Check = {
  id: 'b2c-user-flows',
  area: 'b2c',
  title: 'User flows are there and as declared',
  run: (input) => {
    const customers = customersOf(input);
    if (customers === undefined) return undefined;
    const { declared, facts } = customers;
    const isB2c = facts.directory.type === 'b2c';
    const names = { identityProviders: providerIds(declared, facts) };
    return examineFlows(customers, (flow, found, webId) => {
      if (found === undefined) return failure(`the user flow ${flow.id} is not there`, PULUMI_UP);
      const drifted = [
        ...flowDrift(found.inputs, flow, { kind: declared.directoryType, names }),
        ...(isB2c ? [] : detached(found, webId)),
      ];
      if (drifted.length === 0)
        return ok(`${flow.id} is as declared${isB2c ? '' : ', and the web application shows it'}`);
      const what = `the user flow ${flow.id} is not as declared: ${drifted.join('; ')}`;
      return failure(what, `${PULUMI_UP}${isB2c ? PORTAL : ''}`);
    });
  },
};

function detached({ inputs }: FoundFlow, webId: string | undefined): readonly string[] {
  if (webId !== undefined && textsIn(inputs, 'applications').includes(webId)) return [];
  return ['the web application is not attached to it: people who sign in there see no flow'];
}

/** In B2C a person sets the second factor, and only a sign-in shows it: there must be a record that it was set. */
export const multifactor: Check = {
  id: 'b2c-mfa',
  area: 'b2c',
  title: 'The second factor is asked for where it is declared',
  run: (input) => {
    const customers = customersOf(input);
    return examineStepUp(input) ?? (customers && examineFlows(customers, (flow) => examineFactor(flow, input)));
  },
};

function examineFactor({ id, multifactor: declared }: UserFlow, { plan }: CheckInput): Observation {
  const step = plan.steps.find((one) => one.id === stepId(id, 'multifactor'));
  if (step === undefined) return ok(`${id}: none is declared`);
  const { record, asks } = step;
  if (record !== undefined) return ok(`${id}: ${asks}, as ${record.by} set it on ${record.on} (a record)`);
  const tell = declared?.state === 'off' ? warning : failure;
  return tell(`${id}: no record says that the second factor was set to '${asks}'`, adviceFor(step));
}

/**
 * Tells whether Conditional Access asks everybody for a second factor at the application that owns the scopes which need one;
 * undefined of a B2C directory.
 */
function examineStepUp(input: CheckInput): readonly Observation[] | undefined {
  const { declared, facts } = customersOf(input) ?? {};
  if (facts?.directory.type !== 'external-id') return undefined;
  const name = declared?.stepUp?.displayName;
  if (name === undefined) return [ok('no scope of the estate needs a second factor')];
  const { stepUp, policies } = facts.directory;
  return examine(together({ stepUp, policies }), (found) => {
    if (found.stepUp === undefined) return [failure(`there is no application ${showValue(name)}`, PULUMI_UP)];
    const { appId } = found.stepUp;
    const about = found.policies.filter((policy) => covers(policy, appId));
    const sound = about.filter((policy) => weaknesses(policy).length === 0);
    if (sound.length > 0) return [ok(`${name}: asked for by ${sound.map((policy) => policy.name).join(', ')}`)];
    const why = about.map((policy) => `; ${showValue(policy.name)} ${weaknesses(policy).join(' and ')}`).join('');
    return [
      failure(
        `nothing asks everybody for a second factor at ${showValue(name)}, whose tokens the API takes for one${why}`,
        `${PULUMI_UP}, or set it in the Entra admin center: Conditional Access`,
      ),
    ];
  });
}

function weaknesses(policy: SignInPolicy): readonly string[] {
  const { isEnforced, users, exceptions, excludedUsers, excludedGroups } = policy;
  const leavesOut = excludedUsers.length + excludedGroups.length > 0;
  return [
    ...(isEnforced ? [] : ['is not in force']),
    ...(users.includes('All') ? [] : ['is for some people alone']),
    ...(leavesOut ? ['leaves people out'] : []),
    ...exceptions,
  ];
}
