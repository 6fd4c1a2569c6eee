import { compareText } from '../../estate/source/finding';

/** A permission set in an account, as programs of AWS name it. */
export interface Profile {
  readonly name: string;
  readonly account: string;
  readonly permissionSet: string;
}

/** The portal in which people sign in. */
export interface Portal {
  /** Name of the session, which profiles share. */
  readonly session: string;
  readonly startUrl: string;
  /** Region of IAM Identity Center. */
  readonly region: string;
}

/** Readers of profiles: AWS's own programs, and Granted with its own keys, which keep tokens out of files. */
export type ProfileForm = 'aws-cli' | 'granted';

/** Sections of `~/.aws/config` by their headers, the session first ('Configuration and credential file settings' of the AWS CLI). */
export function sectionsOf(
  profiles: readonly Profile[],
  { session, startUrl, region }: Portal,
  form: ProfileForm,
): ReadonlyMap<string, readonly string[]> {
  const head: Readonly<Record<ProfileForm, readonly [string, readonly string[]][]>> = {
    granted: [],
    'aws-cli': [
      [
        `[sso-session ${session}]`,
        [`sso_start_url = ${startUrl}`, `sso_region = ${region}`, 'sso_registration_scopes = sso:account:access'],
      ],
    ],
  };
  const bodyOf: Readonly<Record<ProfileForm, (profile: Profile) => readonly string[]>> = {
    'aws-cli': ({ account, permissionSet }) => [
      ...[`sso_session = ${session}`, `sso_account_id = ${account}`, `sso_role_name = ${permissionSet}`],
    ],
    granted: ({ name, account, permissionSet }) => [
      ...[`granted_sso_start_url = ${startUrl}`, `granted_sso_region = ${region}`],
      ...[`granted_sso_account_id = ${account}`, `granted_sso_role_name = ${permissionSet}`],
      `credential_process = granted credential-process --profile ${name}`,
    ],
  };
  const sorted = profiles.toSorted((a, b) => compareText(a.name, b.name));
  return new Map([...head[form], ...sorted.map((one) => [`[profile ${one.name}]`, bodyOf[form](one)] as const)]);
}

/** The file has marks that do not belong together, or a section of the same name. The message names the lines. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';
}

/**
 * The file with our sections between two marks, at their place or at the end; whatever stands outside stays as it is.
 *
 * @throws ConfigFileError
 */
export function withSections(
  text: string,
  name: string,
  sections: ReadonlyMap<string, readonly string[]>,
): { readonly text: string; readonly before: string; readonly block: string } {
  const marks = [`# begin entra-aws profiles of ${name}`, `# end entra-aws profiles of ${name}`] as const;
  const lines = text.split(/(?<=\n)/);
  const { from, to } = blockIn(lines, marks);
  refuseTaken(
    lines.map((line, index) => (index >= from && index < to ? '' : line)),
    sections,
  );
  const block = [marks[0], ...[...sections].flatMap(([header, body]) => [header, ...body]), marks[1], ''].join('\n');
  const [head, tail] = [lines.slice(0, from).join(''), lines.slice(to).join('')];
  const gap = head === '' || head.endsWith('\n') ? '' : '\n';
  return { text: head + gap + block + tail, before: lines.slice(from, to).join(''), block };
}

/** Lines from the first mark to the line after the second; the end of the file where it has none. */
function blockIn(
  lines: readonly string[],
  marks: readonly [string, string],
): { readonly from: number; readonly to: number } {
  const found = lines.flatMap((line, index) => (marks.includes(line.trim()) ? [{ mark: line.trim(), index }] : []));
  if (found.length === 0) return { from: lines.length, to: lines.length };
  const [first, last, ...more] = found;
  if (first?.mark === marks[0] && last?.mark === marks[1] && more.length === 0)
    return { from: first.index, to: last.index + 1 };
  const numbers = found.map(({ index }) => index + 1).join(', ');
  throw new ConfigFileError(
    `'${marks[0]}' and '${marks[1]}' must stand there once each, in this order, got them in lines ${numbers}: remove those that a hand has put there`,
  );
}

function refuseTaken(lines: readonly string[], sections: ReadonlyMap<string, unknown>): void {
  const taken = lines.flatMap((line, index) => {
    const header = headerOf(line);
    return header !== undefined && sections.has(header) ? [`${header} in line ${index + 1}`] : [];
  });
  if (taken.length > 0)
    throw new ConfigFileError(
      `sections of these names are there already: ${taken.join('; ')}. Rename them, or choose other names with --name`,
    );
}

/** The header of a line as it is written here: botocore takes quotes and further spaces. */
function headerOf(line: string): string | undefined {
  const [, kind, name] = /^\[\s*(profile|sso-session)\s+["']?(.*?)["']?\s*\]/.exec(line) ?? [];
  return kind === undefined || name === undefined ? undefined : `[${kind} ${name}]`;
}

/** Sections that come, go or change, a line each. */
export function differencesOf(before: string, after: string): readonly string[] {
  const [old, next] = [before, after].map(
    (text) =>
      new Map(
        text
          .split(/^(?=\[)/m)
          .filter((part) => part.startsWith('['))
          .map((part) => [part.split(/\r?\n/, 1).join(''), part.replaceAll(/^#.*\n?/gm, '').trim()]),
      ),
  );
  const headers = [...new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])])];
  return headers.flatMap((header) => {
    const [was, is] = [old?.get(header), next?.get(header)];
    if (was === is) return [];
    return [`${was === undefined ? '+' : is === undefined ? '-' : '~'} ${header}`];
  });
}
