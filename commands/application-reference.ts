import { z } from 'zod';
import { Environment as ApiEnvironment } from '../apps/api/configuration';
import { Environment as WebEnvironment } from '../apps/web/configuration';

const INTRODUCTION = `# Configuration of the customer application

The environment variables of the API and of the web. Generated from \`apps/api/configuration.ts\` and \`apps/web/configuration.ts\` by \`npm run schema\`: edit those, not this file. Where the values come from: [with a real tenant](application.md#with-a-real-tenant).

Everything is checked at the start: every fault is named at once, no value is printed, and the exit code is 2. An empty variable counts as absent. Credentials of AWS come the AWS SDK's own way.
`;

/** What no variable takes, so that the program itself says what it does take. */
const WRONG_VALUE = 'http:/x';

/** The reference of both applications' environments, in Markdown, from what they check at the start. */
export function applicationReference(): string {
  return [INTRODUCTION, ...sectionOf('API', ApiEnvironment), ...sectionOf('Web', WebEnvironment)].join('\n');
}

function sectionOf(title: string, { shape }: z.ZodObject<Record<string, z.ZodType>>): readonly string[] {
  const rows = Object.entries(shape).map(([name, variable]) => rowOf(name, variable));
  return [`## ${title}\n`, '| Variable | Meaning | Allowed | Default |', '| --- | --- | --- | --- |', ...rows, ''];
}

function rowOf(name: string, variable: z.ZodType): string {
  const { description = '' } = variable;
  return `| \`${name}\` | ${description} | ${allowedBy(variable)} | ${defaultOf(variable)} |`;
}

function allowedBy(variable: z.ZodType): string {
  const { error } = variable.safeParse(WRONG_VALUE);
  const texts = (error?.issues ?? []).map(({ message }) => message.replace('must be ', ''));
  return texts.length === 0 ? 'any text' : texts.join('; ');
}

function defaultOf(variable: z.ZodType): string {
  if (variable instanceof z.ZodDefault) return `\`${String(variable.def.defaultValue)}\``;
  return variable instanceof z.ZodOptional ? 'none' : 'required';
}
