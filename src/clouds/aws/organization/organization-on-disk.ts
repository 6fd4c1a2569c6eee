import { readFile } from 'node:fs/promises';
import { formatFinding } from '../../../estate/source/finding';
import { parseJson } from '../../../estate/source/json-source';
import { OrganizationFile, parseOrganization, UnreadOrganization } from '../../../estate/source/organization';
import { locate } from '../../../estate/source/source-document';

/** State of the file at the place of `organization.json`. */
export type OrganizationOnDisk =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'present'; readonly text: string; readonly file: OrganizationFile };

/** Reads the last snapshot. What it can't understand is told, not thrown. @throws Error if the file can't be opened */
export async function readOrganizationOnDisk(path: string): Promise<OrganizationOnDisk> {
  const text = await readIfPresent(path);
  return text === undefined ? { kind: 'absent' } : understand(path, text);
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} can't be read: ${(error as Error).message}`, { cause: error });
  }
}

function understand(path: string, text: string): OrganizationOnDisk {
  const source = parseJson(path, text);
  const [syntaxError] = source.syntaxErrors;
  if (syntaxError !== undefined) return { kind: 'unreadable', reason: formatFinding(syntaxError) };
  if (UnreadOrganization.safeParse(source.value).success) return { kind: 'absent' };
  const parsed = OrganizationFile.safeParse(source.value);
  if (parsed.success) return { kind: 'present', text, file: parsed.data };
  const [first, ...others] = parseOrganization(source.value).issues;
  const reason = first === undefined ? path : formatFinding(locate(first, source));
  return { kind: 'unreadable', reason: others.length === 0 ? reason : `${reason} (and ${others.length} more)` };
}

/** Region of the organization's IAM Identity Center: an estate stays with it, whatever the environment says. */
export function knownRegion(onDisk: OrganizationOnDisk): string | undefined {
  return onDisk.kind === 'present' ? onDisk.file.identityCenter.region : undefined;
}
