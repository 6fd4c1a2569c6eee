import { isDeepStrictEqual } from 'node:util';
import type { GraphFlowProperty, UserFlow } from '../../../estate/sections/customers/customers';
import { showValue } from '../../../estate/source/finding';
import { type PageText, pageTextsOf, textId } from '../../../estate/sections/customers/page-texts';
import { stepId } from '../../../estate/sections/customers/manual-steps';
import type { DeployedFlow } from '../../../clouds/facts/customers-facts';
import { type Check, type CheckInput, examine, failure, type Observation, ok, warning } from '../../check';
import { failed } from '../../../clouds/reading';
import { customersOf, PULUMI_UP } from './applications';
import { directoryIds } from './identity-providers';
import { examineExternalFlows } from './external-flows';
import { adviceFor } from './steps';
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
    const providers = facts === undefined ? [] : directoryIds(flow.identityProviders, declared, facts);
    const reading = directory.flows.get(flow.id) ?? failed(`${flow.id} was not read`);
    return examine(reading, (found) => [look(found, { ...flow, identityProviders: providers })]);
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

/** Differences to what is declared. A property that Graph has and that is missing here does not compile; calls have a check. */
const DRIFT: Readonly<
  Record<Exclude<GraphFlowProperty, 'apiConnectors'>, (found: DeployedFlow, declared: UserFlow) => string | undefined>
> = {
  type: (found, { type }) => (found.type === type ? undefined : `its type is ${found.type}, not ${type}`),
  attributes: (found, declared) => {
    const attributes = declared.attributes.map(({ id, optional, requiresVerification, label, input, choices }) => ({
      id,
      optional,
      requiresVerification,
      ...(label !== undefined && { label }),
      ...(input !== undefined && { input }),
      ...(choices && { choices }),
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
  languages: ({ languages: found, texts }, flow) => {
    const { languages: declared } = flow;
    if (declared === undefined) return undefined;
    const isSame = found?.default === declared.default && isSameSet(found.shown, declared.shown);
    if (!isSame) return `its languages are ${languageWords(found)}, not ${languageWords(declared)}`;
    return textDrift(texts, pageTextsOf(flow));
  },
};

function languageWords(languages: DeployedFlow['languages']): string {
  return languages === undefined ? 'none' : `${languages.shown.join(', ')} (by default ${languages.default})`;
}

/** Texts that are told of; a page may have a hundred. */
const TOLD_TEXTS = 3;

function textDrift(found: readonly PageText[], declared: readonly PageText[]): string | undefined {
  const nameOf = (text: PageText): string => `${textId(text)} of ${text.page} in ${text.language}`;
  const shown = new Map(found.map((text) => [nameOf(text), text.value]));
  const different = declared.filter((text) => shown.get(nameOf(text)) !== text.value);
  if (different.length === 0) return undefined;
  const told = different.slice(0, TOLD_TEXTS).map((text) => {
    const value = shown.get(nameOf(text));
    return `${nameOf(text)} is ${value === undefined ? "Microsoft's" : showValue(value)}, not ${showValue(text.value)}`;
  });
  const rest = different.length - told.length;
  return `of its texts ${told.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function driftOf(found: DeployedFlow, declared: UserFlow): readonly string[] {
  return Object.values(DRIFT).flatMap((drift) => drift(found, declared) ?? []);
}

function words(attributes: DeployedFlow['attributes']): string {
  const texts = attributes.map(
    ({ id, optional, requiresVerification, label, input, choices }) =>
      `${id}${optional ? ' (optional)' : ''}${requiresVerification ? ' (verified)' : ''}` +
      `${label === undefined ? '' : ` labelled '${label}'`}${input === undefined ? '' : ` as ${input}`}` +
      (choices === undefined ? '' : ` of ${choices.map(({ value }) => value).join('|') || 'no choices'}`),
  );
  return texts.join(', ') || 'nothing';
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return isDeepStrictEqual(new Set(one), new Set(other));
}

/** In B2C a person sets the second factor, and only a sign-in shows it: there must be a record that it was set. */
export const multifactor: Check = {
  id: 'b2c-mfa',
  area: 'b2c',
  title: 'The second factor is asked for where it is declared',
  run: (input) => examineStepUp(input) ?? examineFlows(input, (_, declared) => examineFactor(declared, input)),
};

function examineFactor({ id, multifactor: declared }: UserFlow, { plan }: CheckInput): Observation {
  const step = plan.steps.find((one) => one.id === stepId(id, 'multifactor'));
  if (step === undefined) return ok(`${id}: none is declared`);
  const { record, asks } = step;
  if (record !== undefined) return ok(`${id}: ${asks}, as ${record.by} set it on ${record.on} (a record)`);
  const tell = declared?.state === 'off' ? warning : failure;
  return tell(`${id}: no record says that the second factor was set to '${asks}'`, adviceFor(step));
}
