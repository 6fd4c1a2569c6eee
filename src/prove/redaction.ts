import { isProperties } from '../../provider/values';

export interface RedactionOptions {
  /** Texts, and the placeholders that stand for them. */
  readonly replaced: readonly (readonly [text: string, placeholder: string])[];
  /** Ids, wherever they stand in a text. */
  readonly ids: RegExp;
  /** Properties whose text is never shown, of a stand-in neither. */
  readonly secret: RegExp;
  /** Tells whether the text of a property is a word of an enumeration. */
  readonly isEnumerated: (name: string, text: string) => boolean;
  /** Texts that may be shown. @default all: a stand-in holds nothing of anybody's */
  readonly known?: ReadonlySet<string>;
}

const TIME = /\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?/g;
/** Ids, keys and fingerprints in base64 and hex. */
const OPAQUE = /^(?=.*\d)(?:(?=.*[a-z])(?=.*[A-Z])[\w+/=-]{20,}|[\dA-F]{40,})$/;
/** Placeholders that are written here; what else has braces is a text like any other. */
const PLACEHOLDER = /\{(?:mark|account|region|graph|domain|time|number|id-(\d+))\}/g;
/** Marks between placeholders. */
const MARKS = /^[\s/:.,'()_-]*$/;
/** Characters that a text has at least that stands for something: a shorter one would tear others apart. */
const SHORTEST = 4;

/**
 * Takes away what is not to be seen. What is shown is chosen, not what is hidden: of the texts of a tenant or account only those
 * that the stand-in answers as well, which has nothing of theirs, and words of enumerations.
 */
export class Redaction {
  /** Texts that were shown, with all ids alike. */
  readonly shown = new Set<string>();
  private readonly ids = new Map<string, string>();

  constructor(private readonly options: RedactionOptions) {}

  value(name: string, value: unknown): unknown {
    if (typeof value === 'string') return this.options.secret.test(name) ? '{secret}' : this.text(name, value);
    if (Array.isArray(value)) return value.map((item) => this.value(name, item));
    if (!isProperties(value)) return value;
    // A pair of a name and a secret, as provisioning has them.
    const isPair = typeof value['key'] === 'string' && typeof value['value'] === 'string';
    const entries = Object.entries(value).map(([key, item]) => [
      this.propertyName(key),
      isPair ? '{secret}' : this.value(key, item),
    ]);
    return Object.fromEntries(entries);
  }

  private text(name: string, text: string): string {
    const { ids, isEnumerated, known } = this.options;
    const told = this.options.replaced
      .filter(([one]) => one.length >= SHORTEST)
      .reduce((left, [one, placeholder]) => left.replaceAll(one, placeholder), text)
      .replaceAll(ids, (id) => this.idOf(id))
      .replaceAll(TIME, '{time}');
    if (OPAQUE.test(told)) return '{opaque}';
    const alike = withoutNumbers(told);
    const isShown = known === undefined || known.has(alike) || this.isNothingElse(told) || isEnumerated(name, told);
    if (!isShown) return '{text}';
    this.shown.add(alike);
    return told;
  }

  /** Tells whether a text has placeholders, marks between them, and no word of the tenant's. */
  private isNothingElse(told: string): boolean {
    const isOurs = (id: string | undefined): boolean => id === undefined || Number(id) <= this.ids.size;
    return MARKS.test(told.replaceAll(PLACEHOLDER, (whole, id?: string) => (isOurs(id) ? '' : whole)));
  }

  private idOf(id: string): string {
    const key = id.toLowerCase();
    const placeholder = this.ids.get(key) ?? `{id-${this.ids.size + 1}}`;
    this.ids.set(key, placeholder);
    return placeholder;
  }

  /** Names of properties are the service's, but for those of extensions. */
  private propertyName(name: string): string {
    if (name.startsWith('extension_')) return 'extension_{name}';
    return /^[\w@.#$-]{1,80}$/.test(name) || name === NAME ? name.replaceAll(this.options.ids, '{id}') : NAME;
  }
}

/** Stands for the name of a property that is not shown. */
export const NAME = '{name}';

/** A text with all ids alike: their numbers depend on the order of answers. */
export function withoutNumbers(text: string): string {
  return text.replaceAll(/\{id-\d+\}/g, '{id}');
}
