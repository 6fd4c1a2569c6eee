import { isDeepStrictEqual } from 'node:util';
import type { GraphFlowProperty, UserFlow } from '../../../estate/sections/customers/customers';
import { findRecord, manualValues, placeOf, recordOf } from '../../../../provider/user-flow/manual-settings';
import type { DeployedFlow } from '../../../clouds/facts/customers-facts';
import { type Check, type CheckInput, examine, failure, type Observation, ok, warning } from '../../check';
import { failed } from '../../../clouds/reading';
import { customersOf, PULUMI_UP } from './applications';
import { examineExternalFlows } from './external-flows';
import { examineStepUp } from './step-up';

/** Examines each flow of a B2C directory. */
function examineFlows(
  input: CheckInput,
  look: (found: DeployedFlow | undefined, declared: UserFlow) => Observation,
): readonly Observation[] | undefined {
  const { declared, facts } = customersOf(input) ?? {};
  const directory = facts?.directory;
  if (directory?.type !== 'b2c') return undefined;
  return declared?.userFlows.flatMap((flow) => {
    const reading = directory.flows.get(flow.id) ?? failed(`${flow.id} was not read`);
    return examine(reading, (found) => [look(found, flow)]);
  });
}

const PORTAL = 'or set it in the portal (Azure AD B2C > User flows), where Graph refuses it';

/** User flows are there and as declared. */
export const userFlows: Check = {
  id: 'b2c-user-flows',
  area: 'b2c',
  title: 'User flows are there and as declared',
  run: (input) =>
    examineExternalFlows(input) ??
    examineFlows(input, (found, declared) => {
      if (found === undefined) return failure(`the user flow ${declared.id} is not there`, PULUMI_UP);
      const drifted = driftOf(found, declared);
      if (drifted.length > 0) {
        return failure(
          `the user flow ${declared.id} is not as declared: ${drifted.join('; ')}`,
          `${PULUMI_UP}, ${PORTAL}`,
        );
      }
      return ok(`${declared.id} is as declared`);
    }),
};

/** Differences to what is declared. A property that Graph has and that is missing here does not compile. */
const DRIFT: Readonly<Record<GraphFlowProperty, (found: DeployedFlow, declared: UserFlow) => string | undefined>> = {
  type: (found, { type }) => (found.type === type ? undefined : `its type is ${found.type}, not ${type}`),
  attributes: (found, declared) => {
    const attributes = declared.attributes.map(({ id, optional, requiresVerification }) => ({
      id,
      optional,
      requiresVerification,
    }));
    // Graph gives a new flow attributes of its own, which do no harm.
    const known = found.attributes.filter(({ id }) => attributes.some((one) => one.id === id));
    if (isDeepStrictEqual(known, attributes)) return undefined;
    return `it asks for ${words(known)}, not for ${words(attributes)}`;
  },
  identityProviders: (found, { identityProviders: providers }) =>
    providers.length === 0 || isSameSet(found.identityProviders, providers)
      ? undefined
      : `its identity providers are ${found.identityProviders.join(', ') || 'none'}, not ${providers.join(', ')}`,
};

function driftOf(found: DeployedFlow, declared: UserFlow): readonly string[] {
  return Object.values(DRIFT).flatMap((drift) => drift(found, declared) ?? []);
}

function words(attributes: DeployedFlow['attributes']): string {
  const texts = attributes.map(
    ({ id, optional, requiresVerification }) =>
      `${id}${optional ? ' (optional)' : ''}${requiresVerification ? ' (verified)' : ''}`,
  );
  return texts.join(', ') || 'nothing';
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return isDeepStrictEqual(new Set(one), new Set(other));
}

/** In B2C a person sets the second factor, and only a sign-in shows it: the estate must have the record. */
export const multifactor: Check = {
  id: 'b2c-mfa',
  area: 'b2c',
  title: 'The second factor is asked for where it is declared',
  run: (input) => examineStepUp(input) ?? examineFlows(input, (_, declared) => examineFactor(declared)),
};

function examineFactor({ id, multifactor: declared, doneByHand }: UserFlow): Observation {
  const [wanted] = manualValues({ multifactor: declared });
  if (wanted === undefined) return ok(`${id}: none is declared`);
  const record = findRecord(wanted, doneByHand);
  if (record !== undefined) return ok(`${id}: ${wanted.value}, as ${record.who} set it on ${record.on} (a record)`);
  const tell = declared?.state === 'off' ? warning : failure;
  return tell(
    `${id}: no record says that the second factor was set to '${wanted.value}'`,
    `set it at ${placeOf(id, wanted.setting)}, sign in once to see it, and add ${recordOf(wanted)} to doneByHand of the flow`,
  );
}
