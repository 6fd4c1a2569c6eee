/** Stands in place of a secret. */
const SECRET = '[secret]';
/** A text shorter than this is not worth hiding, and hiding it would garble every message. */
const SHORTEST = 8;

const hidden = new Set<string>();

/** Keeps a secret that this process holds out of everything that `withoutSecrets` lets through. */
export function hideSecret(secret: string): void {
  // A file, and a variable, may end with a line that a message leaves out; and output is shown line by line.
  for (const part of [secret, ...secret.split(/[\r\n]+/)]) hideText(part);
}

function hideText(secret: string): void {
  if (secret.length < SHORTEST) return;
  const quoted = JSON.stringify(secret).slice(1, -1);
  for (const form of [secret, quoted, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
    hidden.add(form);
}

/** Variables whose value is a secret, as engines, clouds and forges name them; not a file that has one. */
const VARIABLE = /(?:SECRET|SECRET_ACCESS_KEY|PASSPHRASE|PASSWORD|TOKEN|STORAGE_KEY)$/;

/** Hides the secrets of an environment. */
export function hideVariables(environment: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && VARIABLE.test(name)) hideSecret(value);
}

/** Names of values that are secrets, but not of what is known about one: its id, its end, its place. */
const NAME = String.raw`(?<![\w.-])["']?[\w.-]*(?:secret|password|passphrase|token|assertion|accesskey|access_key|accountkey|privatekey|credential)s?(?!\w*(?:arns?|days|expires|file|ids?|name|source)\b)[\w.-]*["']?`;

/** Spaces and colours, which engines put between a name and its value. */
const GAP = String.raw`(?:\s|${'\u001b'}\[[\d;]*m)*`;

/** No private key is longer. A key that has no end in so many characters was named in a sentence, or is cut off. */
const LONGEST_KEY = 10_000;
const KEY_BEGIN = '-----BEGIN [A-Z ]*PRIVATE KEY-----';
const KEY_END = '-----END [A-Z ]*PRIVATE KEY-----';
/** Lines of a key that is cut off. */
const KEY_LINES = String.raw`(?:[\w+/=]|\\+[rn])*(?:[ \t]*\r?\n[^\w\n]*(?:(?:Proc-Type|DEK-Info): [\w,-]+|[\w+/=]*)(?=\W?\s*?(?:\n|$)))*`;

/** Forms that a secret has in the messages of others, each with what is kept of it. */
const FORMS: readonly (readonly [form: RegExp, kept: string])[] = [
  [new RegExp(`${KEY_BEGIN}(?:[\\s\\S]{0,${LONGEST_KEY}}?${KEY_END}|${KEY_LINES})`, 'g'), ''],
  // What IAM Identity Center lets others provision by.
  [/\b(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}:){2}[\w+/=:-]{8,}/gi, ''],
  // AWS quotes what it refuses: Value '…' at 'secretString' failed to satisfy constraint.
  [/\b(V?alue )'[\s\S]*?'( at '[\w.]*(?:secret|password|token|credential|\bvalue)[\w.]*')/gi, '$1$2'],
  [
    new RegExp(
      String.raw`(${NAME}${GAP}[:=]${GAP})(?:"(?!arn:)(?:[^"\\\s]|\\.){${SHORTEST},}"|'(?!arn:)[^'\s]{${SHORTEST},}')`,
      'gi',
    ),
    '$1',
  ],
  // JSON that a string quotes.
  [new RegExp(String.raw`(${NAME}\\+"${GAP}:${GAP}\\+")(?!arn:)[^"\\\s]{${SHORTEST},}`, 'gi'), '$1'],
  // Without quotes only what no word of a sentence is: letters and digits, sixteen and more.
  [
    new RegExp(
      String.raw`(${NAME}${GAP}[:=]${GAP})(?=[\w.~+/-]*\d)(?=[\w.~+/-]*[A-Za-z])[\w.~+/-]{16,}={0,2}(?![\w:])`,
      'gi',
    ),
    '$1',
  ],
  // Pulumi shows what a value was, and what it becomes.
  [/(\[secret\] => )(?:"[^"\s]+"|'[^'\s]+')/g, '$1'],
  // Whoever an address signs in as.
  [/(:\/\/[^\s/:@]+:)[^\s/@]+(?=@)/g, '$1'],
  [/\b((?:Bearer|Authorization:\s*Basic)\s+)[\w.~+/=-]{8,}/gi, '$1'],
  [/([?&]sig=)[^&\s'"]+/g, '$1'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, ''],
  // Client secrets of Entra ID have their fourth to sixth character in common.
  [/(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])/g, ''],
  [/\b(?:gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|pul-[0-9a-f]{40})/g, ''],
];

/** A text of somebody else's, such as the error of a service or an engine, without the secrets that it quotes. */
export function withoutSecrets(text: string): string {
  const longestFirst = [...hidden].toSorted((one, other) => other.length - one.length);
  const known = longestFirst.reduce((left, secret) => left.replaceAll(secret, SECRET), text);
  return FORMS.reduce((left, [form, kept]) => left.replace(form, replacement(kept)), known);
}

/** Output of an engine without the secrets in it: whole lines, and a private key, which has several, as one. */
export async function* streamWithoutSecrets(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let open = '';
  for await (const chunk of chunks) {
    const text = open + chunk;
    const end = endOfWhole(text);
    open = text.slice(end);
    if (end > 0) yield withoutSecrets(text.slice(0, end));
  }
  if (open !== '') yield withoutSecrets(open);
}

const OPEN_KEY = new RegExp(`${KEY_BEGIN}(?![\\s\\S]*-----END)[\\s\\S]{0,${LONGEST_KEY}}$`);

function endOfWhole(text: string): number {
  const key = OPEN_KEY.exec(text)?.index;
  return text.lastIndexOf('\n', key) + 1;
}

/** Placeholder of a secret between what is kept of its form: the first group before it, the second behind it. */
function replacement(kept: string): string {
  const [before = '', behind = ''] = kept.split(/(?=\$2)/);
  return `${before}${SECRET}${behind}`;
}
