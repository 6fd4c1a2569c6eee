import type { FlowAttribute, FlowProperty, UserFlow } from '../customers';
import type { Issue, Path } from '../../../source/finding';
import { CLAIM_ATTRIBUTES, COLLECTED_ATTRIBUTES, EXTENSION_ATTRIBUTE, VERIFIED_ATTRIBUTES } from '../../limits';
import { quotedList, suggestionOrList } from '../../../../text/suggest';
import { duplicates, error, inAnyCase, placed, valuesOf, warning } from '../../shared/issue';

const ONCE = { keyOf: inAnyCase, allowed: 'each once' };

/** Properties that are checked elsewhere: the type against the use, records against what is declared. */
type CheckedElsewhere = 'type' | 'doneByHand';

/** A property of `UserFlow` that is neither here nor checked elsewhere does not compile. */
const CHECKS: Readonly<Record<Exclude<FlowProperty, CheckedElsewhere>, (flow: UserFlow) => readonly Issue[]>> = {
  attributes: ({ attributes }) => [
    ...attributes.flatMap(checkAttribute),
    ...duplicates('duplicate-flow-attribute', valuesOf(attributes, 'id'), {
      keyOf: inAnyCase,
      problem: 'is asked for twice',
      allowed: 'each attribute once',
    }),
  ],
  claims: ({ at, claims }) => [
    ...claims.flatMap((claim, index) => checkClaim(claim, [...at, 'claims', index])),
    ...duplicates('duplicate-flow-claim', placed(claims, [...at, 'claims']), ONCE),
  ],
  identityProviders: ({ at, identityProviders }) => [
    ...(identityProviders.length === 0 ? [noProvider(at)] : []),
    ...duplicates('duplicate-identity-provider', placed(identityProviders, [...at, 'identityProviders']), ONCE),
  ],
  multifactor: checkMultifactor,
};

/** Checks what a user flow asks for, puts into tokens and offers. */
export function checkUserFlow(flow: UserFlow): readonly Issue[] {
  return Object.values(CHECKS).flatMap((check) => check(flow));
}

function checkAttribute({ at, id, requiresVerification }: FlowAttribute): readonly Issue[] {
  const unknown = {
    value: id,
    problem: 'is not an attribute that a flow can ask for',
    allowed: suggestionOrList(id, COLLECTED_ATTRIBUTES, 'attributes of every directory'),
  };
  const unverifiable = {
    problem: `'${id}' can't be verified with a code`,
    allowed: `only ${quotedList(VERIFIED_ATTRIBUTES)}`,
  };
  if (!isKnown(id, COLLECTED_ATTRIBUTES)) return [error('flow-attribute', [...at, 'id'], unknown)];
  if (!requiresVerification || VERIFIED_ATTRIBUTES.includes(id)) return [];
  return [error('flow-verification', [...at, 'requiresVerification'], unverifiable)];
}

function isKnown(id: string, known: readonly string[]): boolean {
  return known.includes(id) || EXTENSION_ATTRIBUTE.test(id);
}

function checkClaim(claim: string, at: Path): readonly Issue[] {
  if (isKnown(claim, CLAIM_ATTRIBUTES)) return [];
  return [
    error('flow-claim', at, {
      value: claim,
      problem: 'is not an attribute that tokens can carry',
      allowed: suggestionOrList(claim, CLAIM_ATTRIBUTES, 'attributes of every directory'),
    }),
  ];
}

function noProvider(at: Path): Issue {
  return error('flow-identity-provider', [...at, 'identityProviders'], {
    problem: 'no one can use a flow without an identity provider',
    allowed: 'at least one; EmailPassword-OAUTH are accounts of the directory itself',
  });
}

function checkMultifactor({ at, multifactor }: UserFlow): readonly Issue[] {
  if (multifactor?.state !== 'off' || multifactor.method === undefined) return [];
  return [
    warning('flow-multifactor', [...at, 'multifactor', 'method'], {
      value: multifactor.method,
      problem: 'is never asked for, since the second factor is off',
      allowed: 'state on or conditional, or no method',
    }),
  ];
}
