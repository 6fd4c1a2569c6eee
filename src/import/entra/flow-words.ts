import type { CustomersTenant } from '../../clouds/facts/tenant-facts';
import { otherFields } from '../../estate/records/flow-attributes';
import { flowEntry, flowName, type FoundFlow } from '../../estate/records/flows';
import { flagIn, type Inputs, numberIn, textIn, textsIn } from '../../estate/source/inputs';
import { compareText } from '../../estate/source/finding';
import type { CustomersWords } from '../../estate/sections/customers/schema';
import { type EntraLeft, left } from './left';
import type { Words } from './saml-words';

type Entry = CustomersWords['userFlows'][number];
type Use = Entry['use'];

/** Version of the flows that a deployment makes. */
const VERSION = 3;
const STEP_UP = /mfa|step.?up|2fa/i;
const USES: readonly Use[] = ['signIn', 'stepUp', 'profileEdit', 'passwordReset'];

/** The user flows of a directory by what applications use them for, which names and types tell. */
export function flowWords({ type, flows }: CustomersTenant, webClientId: string): Words<Entry[]> {
  const usable = flows.filter((flow) =>
    type === 'b2c' ? versionOf(flow.inputs) === VERSION : textsIn(flow.inputs, 'applications').includes(webClientId),
  );
  const chosen =
    type === 'b2c' ? byUse(usable) : new Map<Use, FoundFlow>(usable.slice(0, 1).map((flow) => ['signIn', flow]));
  const taken = new Set(chosen.values());
  const others = flows.filter((flow) => !taken.has(flow)).map((flow) => describe(flow, type));
  const words = USES.flatMap((use) => {
    const flow = chosen.get(use);
    return flow === undefined ? [] : [entryOf(flow, use)];
  });
  return { words, left: [...left('flow', ...others), ...[...taken].flatMap((flow) => leftOf(flow, type))] };
}

/** A flow of External ID has no version. */
const versionOf = (inputs: Inputs): number => numberIn(inputs, 'userFlowTypeVersion') ?? 0;

function byUse(flows: readonly FoundFlow[]): ReadonlyMap<Use, FoundFlow> {
  const sorted = flows.toSorted((a, b) => compareText(flowName(a.inputs), flowName(b.inputs)));
  const ofType = (...types: readonly string[]): readonly FoundFlow[] =>
    sorted.filter(({ inputs }) => types.includes(textIn(inputs, 'userFlowType') ?? ''));
  const signIns = ofType('signUpOrSignIn', 'signIn');
  const plain = signIns.filter(({ inputs }) => !STEP_UP.test(flowName(inputs)));
  const signIn = plain[0] ?? signIns[0];
  const stepUp = signIns.find((flow) => flow !== signIn && STEP_UP.test(flowName(flow.inputs)));
  const entries: readonly (readonly [Use, FoundFlow | undefined])[] = [
    ['signIn', signIn],
    ['stepUp', stepUp],
    ['profileEdit', ofType('profileUpdate')[0]],
    ['passwordReset', ofType('passwordReset')[0]],
  ];
  return new Map(entries.flatMap(([use, flow]) => (flow === undefined ? [] : [[use, flow] as const])));
}

function entryOf({ inputs }: FoundFlow, use: Use): Entry {
  const { type, identityProviders = [], ...rest } = flowEntry(inputs);
  if (type === undefined) throw new Error(`the user flow '${flowName(inputs)}' has no type`);
  // Nothing else makes a flow one for the second factor.
  const factor = use === 'stepUp' && { multifactor: { state: 'on' as const } };
  return { id: flowName(inputs), type, use, ...factor, ...rest, identityProviders };
}

function describe({ inputs }: FoundFlow, kind: CustomersTenant['type']): string {
  const [name, type, version] = [flowName(inputs), textIn(inputs, 'userFlowType') ?? '', versionOf(inputs)];
  if (kind === 'external-id') return `${name}, which the web application does not show`;
  return version === VERSION
    ? `${name} (${type})`
    : `${name} (${type}, version ${version}; the estate has version ${VERSION})`;
}

function leftOf({ inputs }: FoundFlow, kind: CustomersTenant['type']): readonly EntraLeft[] {
  if (kind === 'external-id') return [];
  const name = flowName(inputs);
  const hasLanguages = flagIn(inputs, 'isLanguageCustomizationEnabled') === true;
  return [
    ...left('by-hand', `${name}: second factor and claims`),
    ...left('would-change', ...otherFields(inputs).map((field) => `${name} asks for ${field}`)),
    ...(hasLanguages ? left('by-hand', `${name}: its languages and the texts of its pages, which stay`) : []),
  ];
}
