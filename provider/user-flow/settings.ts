import { GraphError } from '../graph/error';
import type { Context } from '../resource';
import { isProperties, present, satisfies, textOf, type Properties, type Value } from '../values';
import type { UserFlowInputs } from './inputs';

/**
 * A setting that Graph takes without documenting it (observed in 2022): it may refuse it, ignore it, or change something
 * else instead. So it is written only where it differs, and counts as set only once it was read back.
 */
export interface LooseSetting {
  /** Input that declares it. */
  readonly input: 'multifactor' | 'tokenLifetime' | 'session' | 'isJavaScriptEnabled' | 'tokenClaims';
  /** Property of Graph's b2cIdentityUserFlow. */
  readonly property: string;
  /** Where a person sets it in the Azure portal, below the user flow. */
  readonly blade: string;
  readonly toGraph: (declared: Value) => Value;
  readonly fromGraph: (actual: Value) => Value;
}

const asIs = (value: Value): Value => value;

export const LOOSE_SETTINGS: readonly LooseSetting[] = [
  {
    input: 'multifactor',
    property: 'multifactorAuthenticationConfiguration',
    blade: 'Properties > Multifactor authentication',
    toGraph: (declared) =>
      renamed(declared, { state: 'multifactorAuthenticationState', method: 'multifactorAuthenticationMethod' }),
    fromGraph: (actual) =>
      renamed(actual, { multifactorAuthenticationState: 'state', multifactorAuthenticationMethod: 'method' }),
  },
  {
    input: 'tokenLifetime',
    property: 'tokenLifetimeConfiguration',
    blade: 'Properties > Token lifetime',
    toGraph: asIs,
    fromGraph: asIs,
  },
  {
    input: 'session',
    property: 'singleSignOnSessionConfiguration',
    blade: 'Properties > Session behavior',
    toGraph: asIs,
    fromGraph: asIs,
  },
  {
    input: 'isJavaScriptEnabled',
    property: 'isJavaScriptEnabled',
    blade: 'Properties > Enable JavaScript enforcing page layout',
    toGraph: asIs,
    fromGraph: asIs,
  },
  {
    input: 'tokenClaims',
    property: 'applicationClaims',
    blade: 'Application claims',
    toGraph: asIs,
    fromGraph: sortedTexts,
  },
];

/** Only the named keys, under their other names. */
function renamed(value: Value, names: Readonly<Record<string, string>>): Value {
  if (!isProperties(value)) return value;
  return present(Object.fromEntries(Object.entries(names).map(([from, to]) => [to, value[from]])));
}

function sortedTexts(value: Value): Value {
  return Array.isArray(value) ? value.map(String).toSorted() : value;
}

/** What a setting is at the service, in the words of the inputs; undefined where the service says nothing of it. */
export function actualSetting(setting: LooseSetting, flow: Properties): Value | undefined {
  const actual = flow[setting.property];
  return actual === undefined || actual === null ? undefined : setting.fromGraph(actual);
}

/** Something that the service did not take and a person must do. */
export interface ManualStep {
  /** Input that is not as declared. */
  readonly property: string;
  /** Where to do it in the Azure portal. */
  readonly where: string;
  /** What to set there. */
  readonly value: string;
  /** What the service did instead. */
  readonly reason: string;
}

/** Properties that Graph documents for PATCH. */
const DOCUMENTED = ['isLanguageCustomizationEnabled', 'defaultLanguageTag'] as const;

interface Flow {
  readonly id: string;
  readonly path: string;
}

/** Makes the settings as declared, and returns what only a person can do. */
export async function convergeSettings(
  context: Context,
  flow: Flow,
  inputs: UserFlowInputs,
): Promise<readonly ManualStep[]> {
  await convergeDocumented(context, flow, inputs);
  const steps: ManualStep[] = [];
  for (const setting of LOOSE_SETTINGS) {
    const declared = inputs[setting.input];
    if (declared === undefined) continue;
    const step = await convergeLoose(context, flow, { setting, declared: declared });
    if (step !== undefined) steps.push(step);
  }
  return steps;
}

async function convergeDocumented({ graph, waiter }: Context, { path }: Flow, inputs: UserFlowInputs): Promise<void> {
  const wanted = present(Object.fromEntries(DOCUMENTED.map((key) => [key, inputs[key]])));
  await waiter.until(`settings of ${path}`, async () => {
    const actual = await graph.send({ method: 'GET', path, missing: 'lags' });
    const differing = Object.entries(wanted).filter(([key, value]) => !satisfies(actual[key], value));
    if (differing.length === 0) return true;
    await graph.send({
      method: 'PATCH',
      path,
      body: withJavaScript(actual, Object.fromEntries(differing)),
      missing: 'lags',
    });
    return undefined;
  });
}

/** Every PATCH was seen to switch JavaScript off, so that each one says what it shall stay. */
function withJavaScript(actual: Properties, body: Properties): Properties {
  return actual['isJavaScriptEnabled'] === true ? { isJavaScriptEnabled: true, ...body } : body;
}

interface Wish {
  readonly setting: LooseSetting;
  readonly declared: Value;
}

/** How long a written setting may take until it reads back. */
const READS_BACK_WITHIN_MS = 5_000;

async function convergeLoose(
  context: Context,
  flow: Flow,
  { setting, declared }: Wish,
): Promise<ManualStep | undefined> {
  const { graph, waiter } = context;
  const read = () => graph.send({ method: 'GET', path: flow.path, missing: 'lags' });
  const isSet = (body: Properties) => satisfies(actualSetting(setting, body), declared);
  const before = await read();
  if (isSet(before)) return undefined;
  const refusal = await write(context, flow, { setting, declared, before });
  let after = before;
  const kept =
    refusal === undefined &&
    (await waiter.find(async () => {
      after = await read();
      return isSet(after) ? true : undefined;
    }, READS_BACK_WITHIN_MS));
  if (kept === true) return undefined;
  return manualStep(
    flow,
    { setting, declared },
    refusal ?? `Graph took it but reads ${shown(actualSetting(setting, after))}`,
  );
}

async function write(
  { graph }: Context,
  { path }: Flow,
  { setting, declared, before }: Wish & { readonly before: Properties },
): Promise<string | undefined> {
  const wanted = setting.toGraph(declared);
  const current = before[setting.property];
  // Graph replaces the object as a whole: what nobody declared is sent as it was.
  const value = isProperties(wanted) && isProperties(current) ? { ...current, ...wanted } : wanted;
  const body = withJavaScript(before, { [setting.property]: value });
  try {
    await graph.send({ method: 'PATCH', path, body, missing: 'lags' });
    return undefined;
  } catch (error) {
    if (error instanceof GraphError && error.isRefusal) return error.message;
    throw error;
  }
}

function manualStep({ id }: Flow, { setting, declared }: Wish, reason: string): ManualStep {
  return {
    property: setting.input,
    where: `Azure portal > Azure AD B2C > User flows > ${id} > ${setting.blade}`,
    value: shown(declared),
    reason,
  };
}

/** `state: on, method: email`. */
function shown(value: Value | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.map((item) => shown(item as Value)).join(', ');
  if (!isProperties(value)) return textOf(value);
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => `${key}: ${shown(inner)}`)
    .join(', ');
}
