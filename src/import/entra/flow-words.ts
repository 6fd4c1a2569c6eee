import type { CustomersTenant, TenantFlow } from '../../clouds/facts/tenant-facts';
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
    type === 'b2c' ? flow.version === VERSION : flow.applications.includes(webClientId),
  );
  const chosen =
    type === 'b2c' ? byUse(usable) : new Map<Use, TenantFlow>(usable.slice(0, 1).map((flow) => ['signIn', flow]));
  const taken = new Set(chosen.values());
  const others = flows.filter((flow) => !taken.has(flow)).map((flow) => describe(flow, type));
  const words = USES.flatMap((use) => {
    const flow = chosen.get(use);
    return flow === undefined ? [] : [entryOf(flow, use, type)];
  });
  return { words, left: [...left('flow', ...others), ...[...taken].flatMap((flow) => leftOf(flow, type))] };
}

function byUse(flows: readonly TenantFlow[]): ReadonlyMap<Use, TenantFlow> {
  const sorted = flows.toSorted((a, b) => compareText(a.name, b.name));
  const ofType = (...types: readonly string[]): readonly TenantFlow[] =>
    sorted.filter((one) => types.includes(one.type));
  const signIns = ofType('signUpOrSignIn', 'signIn');
  const plain = signIns.filter(({ name }) => !STEP_UP.test(name));
  const signIn = plain[0] ?? signIns[0];
  const stepUp = signIns.find((flow) => flow !== signIn && STEP_UP.test(flow.name));
  const entries: readonly (readonly [Use, TenantFlow | undefined])[] = [
    ['signIn', signIn],
    ['stepUp', stepUp],
    ['profileEdit', ofType('profileUpdate')[0]],
    ['passwordReset', ofType('passwordReset')[0]],
  ];
  return new Map(entries.flatMap(([use, flow]) => (flow === undefined ? [] : [[use, flow] as const])));
}

function entryOf(
  { name, type, attributes, identityProviders }: TenantFlow,
  use: Use,
  kind: CustomersTenant['type'],
): Entry {
  return {
    id: name,
    type: typeOf(type),
    use,
    // Nothing else makes a flow one for the second factor.
    ...(use === 'stepUp' && { multifactor: { state: 'on' as const } }),
    ...(attributes.length > 0 && {
      attributes: attributes.map(({ id, optional, requiresVerification }) => ({
        id,
        ...(optional && { optional }),
        ...(requiresVerification && kind === 'b2c' && { requiresVerification }),
      })),
    }),
    identityProviders: [...identityProviders],
  };
}

const TYPES = ['signUpOrSignIn', 'signIn', 'signUp', 'profileUpdate', 'passwordReset'] as const;

/** @throws Error for a type that Graph does not document */
function typeOf(type: string): Entry['type'] {
  const known = TYPES.find((one) => one === type);
  if (known !== undefined) return known;
  throw new Error(`a user flow is of the type '${type}', which is unknown`);
}

function describe({ name, type, version }: TenantFlow, kind: CustomersTenant['type']): string {
  if (kind === 'external-id') return `${name}, which the web application does not show`;
  return version === VERSION
    ? `${name} (${type})`
    : `${name} (${type}, version ${version}; the estate has version ${VERSION})`;
}

function leftOf({ name, attributes, hasLanguages }: TenantFlow, kind: CustomersTenant['type']): readonly EntraLeft[] {
  if (kind === 'external-id') return [];
  const inputs = attributes.filter(({ otherInput }) => otherInput !== undefined);
  return [
    ...left('by-hand', `${name}: second factor and claims`),
    ...left('would-change', ...inputs.map(({ id, otherInput }) => `${name} asks for ${id} by ${otherInput ?? ''}`)),
    ...(hasLanguages ? left('by-hand', `${name}: its languages and the texts of its pages, which stay`) : []),
  ];
}
