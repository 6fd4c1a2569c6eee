import { z } from 'zod';
import { Environments as ApiEnvironments } from '../../apps/api/configuration';
import { Environments as WebEnvironments } from '../../apps/web/configuration';

const INTRODUCTION = `# Configuration of the customer application

The environment variables of the API and of the web. Generated from \`apps/api/configuration.ts\` and \`apps/web/configuration.ts\` by \`npm run reference\`: edit those, not this file. Where the values come from: [with a real tenant](application.md#with-a-real-tenant).

Everything is checked at the start: every fault is named at once, no value is printed, and the exit code is 2. An empty variable counts as absent. http in place of https is for loopback hosts (localhost, 127.0.0.0/8, [::1]) only. Credentials of AWS come the AWS SDK's own way.
`;

/** Value that no variable takes, so that the program itself says what it does take. */
const WRONG_VALUE = 'http:/x';

/** The reference of both applications' environments, in Markdown, from what they check at the start. */
export function applicationReference(): string {
  const api = sectionOf('API', ApiEnvironments);
  return [INTRODUCTION, ...api, ...withoutRepetition(sectionOf('Web', WebEnvironments), api)].join('\n');
}

/** A section that only names those variables of every directory that an earlier section describes in the same words. */
function withoutRepetition(section: readonly string[], earlier: readonly string[]): readonly string[] {
  const repeated = section.slice(0, section.indexOf('')).filter((line) => earlier.includes(line));
  const names = repeated.map((line) => line.split(' ')[1]).join(', ');
  return section
    .filter((line) => !repeated.slice(1).includes(line))
    .map((line) => (line === repeated[0] ? `- as for the API: ${names}` : line));
}

type Shape = Readonly<Record<string, z.ZodType>>;
type Environments = Readonly<Record<'b2c' | 'external-id', { readonly shape: Shape }>>;

const TYPE_LINE = "- `DIRECTORY_TYPE` (b2c or external-id; default `b2c`): Product of the customers' directory.";

/** First what every directory needs, then what one of them does. */
function sectionOf(title: string, { b2c, 'external-id': externalId }: Environments): readonly string[] {
  const isCommon = (name: string): boolean =>
    name in b2c.shape && name in externalId.shape && name !== 'DIRECTORY_TYPE';
  const common = Object.entries(b2c.shape).filter(([name]) => isCommon(name));
  const own = ({ shape }: { readonly shape: Shape }) =>
    Object.entries(shape).filter(([name]) => !isCommon(name) && name !== 'DIRECTORY_TYPE');
  return [
    `## ${title}\n`,
    TYPE_LINE,
    ...common.map(([name, variable]) => lineOf(name, variable)),
    '',
    ...ownList('With Azure AD B2C', own(b2c)),
    ...ownList('With Microsoft Entra External ID', own(externalId)),
  ];
}

function ownList(title: string, variables: readonly (readonly [string, z.ZodType])[]): readonly string[] {
  if (variables.length === 0) return [];
  return [`${title}, besides:\n`, ...variables.map(([name, variable]) => lineOf(name, variable)), ''];
}

function lineOf(name: string, variable: z.ZodType): string {
  const { description = '' } = variable;
  return `- \`${name}\` (${[...allowedBy(variable), defaultOf(variable)].join('; ')}): ${description}.`;
}

function allowedBy(variable: z.ZodType): readonly string[] {
  const { error } = variable.safeParse(WRONG_VALUE);
  return (error?.issues ?? []).map(({ message }) =>
    message
      .replace('must be ', '')
      .replace(/; http is for loopback hosts.* only$/, '')
      .replace(/, (such as|whose path ends in) .*/, ''),
  );
}

function defaultOf(variable: z.ZodType): string {
  if (variable instanceof z.ZodDefault) return `default \`${String(variable.def.defaultValue)}\``;
  return variable instanceof z.ZodOptional ? 'optional' : 'required';
}
