import { flowDrift, type FoundFlow } from '../../../estate/records/flows';
import { textsIn } from '../../../estate/source/inputs';
import type { UserFlow } from '../../../estate/sections/customers/customers';
import { stepId } from '../../../estate/sections/customers/manual-steps';
import { failed, together } from '../../../clouds/reading';
import { type Check, type CheckInput, examine, failure, type Observation, ok, warning } from '../../check';
import { type B2c, customersOf, PULUMI_UP } from './applications';
import { providerIds } from './identity-providers';
import { adviceFor } from './steps';
import { examineStepUp } from './step-up';

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
