import type { HostedService } from '../estate/sections/hosting/services';
import type { NamedHandoff } from './handoff';
import { HandoffError } from './store';

// Texts that every reader of such a file takes as they are: a shell expands a tilde at the beginning and after a colon, and the
// parser of gh (joho/godotenv) drops --- at the end of a line.
const PLAIN = /^(?!~|.*:~)[\w.~:/@+,-]*(?<!---)$/;
// Others stand in single quotes, in which nothing is escaped, but that parser takes a quote after a backslash for a part of the text.
const QUOTABLE = /^[^'\p{Cc}]*(?<!\\)$/u;

/**
 * The environment of a service that runs elsewhere, a variable a line: `NAME=value`.
 *
 * @throws HandoffError naming every variable whose value such a file can't hold
 */
export function envFileOf({ name, environment }: HostedService, handoff: NamedHandoff): string {
  const handedOver = new Map([...handoff.parameters, ...handoff.secrets].map((one) => [one.name, one.value]));
  const lines = Object.entries(environment).map(([variable, value]) => {
    const text = 'text' in value ? value.text : 'name' in value ? handedOver.get(value.name) : undefined;
    return { variable, value: text === undefined ? undefined : quoted(text) };
  });
  const unfit = lines.filter(({ value }) => value === undefined).map(({ variable }) => variable);
  if (unfit.length === 0) return lines.map(({ variable, value }) => `${variable}=${value}\n`).join('');
  throw new HandoffError(
    `A file of variables holds texts of one line without single quotes and with no backslash at the end, so nothing was written: ${unfit.join(', ')} of ${name}.`,
  );
}

function quoted(value: string): string | undefined {
  if (PLAIN.test(value)) return value;
  return QUOTABLE.test(value) ? `'${value}'` : undefined;
}
