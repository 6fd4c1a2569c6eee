import { usualInputType } from '../../../provider/limits';
import type { FlowAttribute, UserFlow } from '../sections/customers/customers';
import type { CustomersWords } from '../sections/customers/schema';
import { flagIn, type Inputs, objectsIn, satisfies, textIn } from '../source/inputs';

/** Names of the estate that flows refer to, with what the directory has for each. Without one, flows name ids alone. */
export interface FlowReferences<Id = string> {
  readonly identityProviders?: ReadonlyMap<string, Id>;
  readonly customAttributes?: ReadonlyMap<string, Id>;
  readonly apiConnectors?: ReadonlyMap<string, Id>;
}

/** An attribute as the resource of a flow of B2C takes it. An alias, which fits `Inputs` as an interface would not. */
export type B2cAttribute<Id> = {
  readonly attribute: Id | string;
  readonly isOptional: boolean;
  readonly requiresVerification: boolean;
  readonly displayName?: string;
  readonly userInputType?: NonNullable<FlowAttribute['input']>;
  readonly userAttributeValues?: readonly {
    readonly name: string;
    readonly value: string;
    readonly isDefault: boolean;
  }[];
};

/** The same of External ID. */
export type ExternalAttribute<Id> = {
  readonly attribute: Id | string;
  readonly isOptional: boolean;
  readonly label?: string;
};

/** Attributes as a flow of B2C has them. What the service adds by itself is not declared. */
export function b2cAttributes<Id>(
  { attributes }: Pick<UserFlow, 'attributes'>,
  { customAttributes }: FlowReferences<Id>,
): { readonly attributes: readonly B2cAttribute<Id>[] } | undefined {
  if (attributes.length === 0) return undefined;
  return {
    attributes: attributes.map(({ id, optional, requiresVerification, label, input, choices }) => ({
      attribute: customAttributes?.get(id) ?? id,
      isOptional: optional,
      requiresVerification,
      ...(label !== undefined && { displayName: label }),
      ...(input !== undefined && { userInputType: input }),
      ...(choices && {
        userAttributeValues: choices.map((one) => ({ name: one.label, value: one.value, isDefault: one.default })),
      }),
    })),
  };
}

/** Attributes as a flow of External ID has them. */
export function externalAttributes<Id>(
  { attributes }: Pick<UserFlow, 'attributes'>,
  { customAttributes }: FlowReferences<Id>,
): { readonly attributes: readonly ExternalAttribute<Id>[] } | undefined {
  if (attributes.length === 0) return undefined;
  return {
    attributes: attributes.map(({ id, optional, label }) => ({
      attribute: customAttributes?.get(id) ?? id,
      isOptional: optional,
      ...(label !== undefined && { label }),
    })),
  };
}

/** Attributes in words: `givenName (optional, verified)`. */
export function shownAttributes(inputs: Inputs): readonly string[] {
  return objectsIn(inputs, 'attributes').map((one) => {
    const label = textIn(one, 'displayName') ?? textIn(one, 'label');
    const input = textIn(one, 'userInputType');
    const marks = [
      ...(flagIn(one, 'isOptional') === true ? ['optional'] : []),
      ...(flagIn(one, 'requiresVerification') === true ? ['verified'] : []),
      ...(label === undefined ? [] : [`labelled '${label}'`]),
      ...(input === undefined ? [] : [input]),
    ];
    const name = textIn(one, 'attribute') ?? '';
    return marks.length === 0 ? name : `${name} (${marks.join(', ')})`;
  });
}

/** Attributes that a directory has other than declared: undefined where they are the same. */
export function otherAttributes(found: Inputs, declared: Inputs): string | undefined {
  const wanted = objectsIn(declared, 'attributes');
  const there = objectsIn(found, 'attributes').flatMap((one) => asDeclared(one, wanted, 'userFlowId' in found));
  if (satisfies(there, wanted)) return undefined;
  const words = [{ attributes: there }, declared].map((side) => shownWithChoices(side) || 'nothing');
  return `it asks for ${words[0] ?? ''}, not for ${words[1] ?? ''}`;
}

/**
 * An attribute with what is declared of it, by the name that the estate has for it. One that is not declared is Graph's own in
 * B2C, which gives a new flow some, and does no harm there.
 */
function asDeclared(one: Inputs, all: readonly Inputs[], isB2c: boolean): readonly Inputs[] {
  const id = textIn(one, 'attribute') ?? '';
  const names = [id, id.replace(/^extension_[0-9a-f]{32}_/i, '')];
  const declared = all.find((other) => names.includes(textIn(other, 'attribute') ?? ''));
  if (declared === undefined) return isB2c ? [] : [{ attribute: id, isOptional: flagIn(one, 'isOptional') ?? false }];
  return [
    Object.fromEntries(Object.keys(declared).map((key) => [key, key === 'attribute' ? declared[key] : one[key]])),
  ];
}

function shownWithChoices(inputs: Inputs): string {
  const choices = objectsIn(inputs, 'attributes').map((one) =>
    'userAttributeValues' in one ? ` of ${valuesOf(one) || 'no choices'}` : '',
  );
  return shownAttributes(inputs)
    .map((text, index) => `${text}${choices[index] ?? ''}`)
    .join(', ');
}

function valuesOf(attribute: Inputs): string {
  const choices = objectsIn(attribute, 'userAttributeValues');
  return choices.map((one) => textIn(one, 'value') ?? '').join('|');
}

type Entry = NonNullable<CustomersWords['userFlows'][number]['attributes']>[number];

/** Attributes as an estate has them. Labels and choices are left out: the directory keeps its own. */
export function attributeEntries(inputs: Inputs): { attributes?: Entry[] } {
  const attributes = objectsIn(inputs, 'attributes').map((one): Entry => {
    const isRequired = flagIn(one, 'isOptional') !== true;
    const isVerified = flagIn(one, 'requiresVerification') === true;
    return {
      id: textIn(one, 'attribute') ?? '',
      ...(!isRequired && { optional: true }),
      ...(isVerified && { requiresVerification: true }),
    };
  });
  return attributes.length === 0 ? {} : { attributes };
}

/** Fields of another kind than a deployment makes, which is a text box, or a box for e-mail. */
export function otherFields(inputs: Inputs): readonly string[] {
  return objectsIn(inputs, 'attributes').flatMap((one) => {
    const [id = '', input] = ['attribute', 'userInputType'].map((key) => textIn(one, key));
    return input === undefined || input === usualInputType(id) ? [] : [`${id} by ${input}`];
  });
}
