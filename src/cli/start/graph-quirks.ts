import { z } from 'zod';
import type { Quirks } from '../../../apps/emulator/graph/quirks';
import type * as commands from './options';
import { UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';

type Options = OptionsOf<typeof commands.graph>;
type Generosity = NonNullable<Options['forgive']>[number];

/** Quirks by the name that `--forgive` has for them. */
const GENEROUS: Readonly<Record<Generosity, Partial<Quirks>>> = {
  lag: { lag: 'none' },
  throttling: { throttling: 'none' },
  permissions: { permissions: 'ignored' },
  reads: { undocumentedReads: 'allowed' },
  properties: { undocumentedProperties: 'kept' },
  owners: { instantiateOwner: 'caller' },
  secrets: { synchronizationSecrets: 'replaced' },
  'saml-deletion': { samlDeletion: 'allowed' },
};

const Count = z.coerce.number().int().min(0);

/** Values that `--quirk` takes, from text. */
const CHOICES = {
  schemaDirectories: z.enum(['inline', 'relation']),
  userFlowPatch: z.literal(['204', '200']).transform((text) => (text === '200' ? 200 : 204)),
  readsUntilProvisioned: Count,
  stagedDeletions: Count,
  echoesCredentials: z.stringbool({ truthy: ['true'], falsy: ['false'] }),
};

/** Quirks of the emulator as its options say them. @throws UsageError for one that it does not have, or another value */
export function quirksOf({ forgive = [], quirk = [] }: Pick<Options, 'forgive' | 'quirk'>): Partial<Quirks> {
  const forgiven = forgive.map((name) => GENEROUS[name]);
  return Object.assign({}, ...forgiven, ...quirk.map(parseQuirk)) as Partial<Quirks>;
}

function parseQuirk(text: string): Partial<Quirks> {
  const [name = '', ...rest] = text.split('=');
  const value = rest.join('=');
  if (!isQuirk(name)) {
    throw new UsageError(`--quirk must be NAME=VALUE with one of ${Object.keys(CHOICES).join(', ')}, got '${text}'`);
  }
  const parsed = CHOICES[name].safeParse(value);
  if (parsed.success) return { [name]: parsed.data };
  throw new UsageError(`--quirk ${name}: ${z.prettifyError(parsed.error)}`);
}

function isQuirk(name: string): name is keyof typeof CHOICES {
  return Object.hasOwn(CHOICES, name);
}
