/** TypeScript that is printed as it is. */
export class Code {
  constructor(readonly text: string) {}
}

/** A value of a program that is written: data, and code in its places. */
export type Printable =
  Code | string | number | boolean | null | undefined | readonly Printable[] | { readonly [key: string]: Printable };

/** Longest line of a list or a mapping that stands on one line, with what is before it. */
const LINE = 110;

/** A value as TypeScript, in a line where it is short. @param indent spaces before the line that it begins in */
export function print(value: Printable, indent = ''): string {
  if (value instanceof Code) return value.text;
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return String(value);
  return printParts(value, indent);
}

function printParts(value: readonly Printable[] | { readonly [key: string]: Printable }, indent: string): string {
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = partsOf(value, `${indent}  `);
  if (parts.length === 0) return open + close;
  const space = open === '{' ? ' ' : '';
  const line = `${open}${space}${parts.join(', ')}${space}${close}`;
  if (line.length + indent.length <= LINE && !line.includes('\n')) return line;
  return `${open}\n${parts.map((part) => `${indent}  ${part},\n`).join('')}${indent}${close}`;
}

function partsOf(value: readonly Printable[] | { readonly [key: string]: Printable }, indent: string): string[] {
  if (isList(value)) return value.map((item) => print(item, indent));
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => {
      const text = print(item, indent);
      return text === key ? key : `${propertyName(key)}: ${text}`;
    });
}

function isList(value: Printable): value is readonly Printable[] {
  return Array.isArray(value);
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function propertyName(key: string): string {
  return IDENTIFIER.test(key) ? key : quoted(key);
}

/** A text as a literal in single quotes. */
export function quoted(text: string): string {
  const inside = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inside.replaceAll(/[\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`)}'`;
}

/** Texts and code as a template literal; one part of code alone where nothing is around it. @param tag `pulumi.interpolate` */
export function template(parts: readonly (string | Code)[], tag = ''): Code {
  const [only] = parts;
  if (parts.length === 1 && only instanceof Code) return only;
  const text = parts.map((part) => (part instanceof Code ? `\${${part.text}}` : inTemplate(part))).join('');
  return new Code(`${tag}\`${text}\``);
}

function inTemplate(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll('`', '\\`').replaceAll('${', '\\${');
}

/** Names of variables, each once. */
export class VariableNames {
  private readonly taken = new Set<string>();

  /** A name made of words: `aws service principal` is `awsServicePrincipal`. */
  of(words: string): string {
    const parts = words.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
    const joined = parts.map((part, index) => (index === 0 ? lowerFirst(part) : upperFirst(part))).join('');
    const name = /^[A-Za-z]/.test(joined) && !RESERVED.has(joined) ? joined : `_${joined}`;
    const free = this.taken.has(name) ? this.numbered(name) : name;
    this.taken.add(free);
    return free;
  }

  private numbered(name: string): string {
    let number = 2;
    while (this.taken.has(`${name}${number}`)) number += 1;
    return `${name}${number}`;
  }
}

const RESERVED: ReadonlySet<string> = new Set(
  (
    'app azuread break case catch cdk class config const continue default delete do else enum export extends false ' +
    'finally for function if import in new null pem pulumi return super switch this throw true try typeof var void while with'
  ).split(' '),
);

export function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
