import { findAttributes, isMeant } from '../graph/user-attributes';
import type { Context } from '../resource';
import { isProperties, mappingsIn, type Properties, textOf } from '../values';
import type { CollectedAttribute } from './inputs';

/** Attributes that a flow asks for, in the words of Graph. */
export interface Collection {
  /** The attributes themselves; Graph takes them at the creation. */
  readonly attributes: readonly Properties[];
  /** The inputs of the page, in its order. */
  readonly inputs: readonly Properties[];
}

/** Every directory has it, and the sign-up with an e-mail address fills it in. */
const EMAIL = 'email';

/**
 * The page that asks for the declared attributes. Built-in ones are found by id or display name.
 *
 * @throws Error if the directory has no such attribute
 */
export async function collectionOf(context: Context, declared: readonly CollectedAttribute[]): Promise<Collection> {
  const found = await findAttributes(
    context,
    declared.map(({ attribute }) => attribute),
  );
  const attributes = found.map(({ id, displayName, description, userFlowAttributeType, dataType }) => {
    return { id, displayName, description, userFlowAttributeType, dataType };
  });
  return { attributes, inputs: declared.map((entry, index) => inputOf(entry, attributes[index] ?? {})) };
}

/** As the admin center makes them: the address is what people signed up with, so that the page only carries it along. */
function inputOf({ label, isOptional }: CollectedAttribute, { id, displayName }: Properties): Properties {
  const isEmail = id === EMAIL;
  return {
    attribute: id,
    label: label ?? displayName,
    inputType: 'text',
    hidden: isEmail,
    editable: !isEmail,
    writeToDirectory: true,
    required: isEmail || !isOptional,
    validationRegEx: '^.*',
  };
}

/** The inputs of a flow's page, of all its views. */
export function inputsOn(flow: Properties): readonly Properties[] {
  const page = inside(inside(flow, 'onAttributeCollection'), 'attributeCollectionPage');
  return mappingsIn(page['views']).flatMap(({ inputs }) => mappingsIn(inputs));
}

/** Tells whether a page asks for what another one does. What Graph fills in by itself does not matter. */
export function isSamePage(found: readonly Properties[], wanted: readonly Properties[]): boolean {
  return (
    found.length === wanted.length && found.every((input, index) => keyOf(input) === keyOf(wanted[index] ?? input))
  );
}

function keyOf({ attribute, label, required }: Properties): string {
  return JSON.stringify([textOf(attribute).toLowerCase(), textOf(label), required === true]);
}

/** The inputs of a page in the words of a declaration; labels only where it has them. */
export function attributesOf(
  inputs: readonly Properties[],
  declared: readonly CollectedAttribute[] | undefined,
): readonly Properties[] {
  return inputs.map(({ attribute, label, required }) => {
    const id = textOf(attribute);
    const meant = declared?.find((entry) => isMeant(entry.attribute, { id, name: textOf(label) }));
    const isLabelled = declared === undefined || meant?.label !== undefined;
    const isOptional = id === EMAIL ? (meant?.isOptional ?? false) : required !== true;
    return { attribute: meant?.attribute ?? id, ...(isLabelled && { label: textOf(label) }), isOptional };
  });
}

function inside(object: Properties, key: string): Properties {
  const value = object[key];
  return isProperties(value) ? value : {};
}
