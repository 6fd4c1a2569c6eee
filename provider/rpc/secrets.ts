import { isProperties, type Properties, type Value } from '../values';

// The engine's mark of a value that is not plain (sdk/go/common/resource/properties.go).
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

/** Properties without their secret marks, and where the marks were. */
export interface Opened {
  readonly values: Properties;
  /** Top-level properties that are secret, or hold a secret. */
  readonly secretKeys: ReadonlySet<string>;
  /** The secret texts themselves, to keep them out of messages. */
  readonly secretTexts: ReadonlySet<string>;
}

/** Unwraps the secrets of properties that the engine hands over. */
export function openSecrets(raw: Properties): Opened {
  const secretKeys = new Set<string>();
  const secretTexts = new Set<string>();
  const entries = Object.entries(raw).map(([key, value]): readonly [string, Value | undefined] => [
    key,
    open(value, (secret) => {
      secretKeys.add(key);
      for (const text of textsOf(secret)) secretTexts.add(text);
    }),
  ]);
  return { values: Object.fromEntries(entries), secretKeys, secretTexts };
}

function open(value: Value | undefined, found: (secret: Value | undefined) => void): Value | undefined {
  if (Array.isArray(value)) return value.map((item: Value) => open(item, found) ?? null);
  if (!isProperties(value)) return value;
  if (value[SIGNATURE] === SECRET) {
    const secret = open(value['value'], found);
    found(secret);
    return secret;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, open(inner, found)]));
}

/** A text shorter than this is not worth hiding, and hiding it would garble every message. */
const SHORTEST_SECRET = 4;

function textsOf(value: Value | undefined): readonly string[] {
  if (typeof value === 'string') return value.length < SHORTEST_SECRET ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item: Value) => textsOf(item));
  return isProperties(value) ? Object.values(value).flatMap(textsOf) : [];
}

/** Marks the named properties as secret for the engine, and drops those without a value. */
export function sealSecrets(values: Properties, secretKeys: ReadonlySet<string>): Record<string, Value> {
  const sealed: Record<string, Value> = {};
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    sealed[key] = secretKeys.has(key) ? { [SIGNATURE]: SECRET, value } : value;
  }
  return sealed;
}

/** A message in which every known secret is replaced by `[secret]`. */
export function redact(message: string, secretTexts: Iterable<string>): string {
  const longestFirst = [...secretTexts].toSorted((one, other) => other.length - one.length);
  return longestFirst.reduce((text, secret) => text.replaceAll(secret, '[secret]'), message);
}
