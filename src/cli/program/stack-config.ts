import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { StackConfig } from '../../preview/engine/run-program';

/** Keys that a preview reads. Anything else, such as a token, never leaves the file. */
const KEYS = { tenantId: 'azuread:tenantId' } as const;

const ConfigFile = z.object({ config: z.record(z.string(), z.unknown()).optional() });

/**
 * The config of a stack that a preview needs, from `Pulumi.<stack>.yaml` in the working directory; empty where there is no
 * such file. A file that can't be read as YAML counts as empty: Pulumi itself says what is wrong with it, and what is missing
 * here is a finding.
 */
export function readStackConfig(stack: string): StackConfig {
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync(file)) return {};
  const parsed = ConfigFile.safeParse(parseQuietly(readFileSync(file, 'utf8')));
  const config = parsed.success ? (parsed.data.config ?? {}) : {};
  const entries = Object.entries(KEYS).map(([name, key]) => [name, textOf(config[key])] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** YAML reads `2027-01-31` as a text, and a UUID too; an encrypted value is a map, not a text. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function parseQuietly(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
