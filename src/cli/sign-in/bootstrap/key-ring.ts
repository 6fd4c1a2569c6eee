import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { createHash, createPrivateKey, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { PulumiKind } from '../../../estate/plan/stacks/stacks';
import { parseQuietly } from '../../../estate/source/json-source';
import type { LaptopKey } from './certificate';

/** Key of a laptop, and the application that it signs in as. */
export interface KeptKey extends LaptopKey {
  readonly place: { readonly tenantId: string; readonly estate: string; readonly program: PulumiKind };
  readonly clientId: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A keyring of the operating system. A secret goes to it by standard input, since others can read a command line. */
interface Keeper {
  readonly words: string;
  readonly store: (account: string, secret: string) => boolean;
  readonly find: (account: string) => string | undefined;
  /** Tells whether it was done. */
  readonly clear: (account: string) => boolean;
}

const SERVICE = 'entra-aws-identity';

/** Record of a key; the private part is in it only where the operating system has no keyring. */
const Entry = z.strictObject({
  clientId: z.string(),
  keyId: z.string(),
  certificate: z.string(),
  expires: z.iso.datetime().transform((text) => new Date(text)),
  privateKey: z.string().exactOptional(),
});

/** Keys of this laptop: in the keyring of the operating system, or, where there is none, in a file of its user alone. */
export class KeyRing {
  private readonly keeper: Keeper | undefined;
  private readonly folder: string;

  constructor(environment: Environment, platform: NodeJS.Platform = process.platform) {
    this.keeper = KEEPERS[platform]?.(environment);
    const given = environment[platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_CONFIG_HOME'] ?? '';
    // The XDG Base Directory Specification: an empty or relative one counts as not set. A key must not land in a working folder.
    const home = environment['HOME'] ?? '';
    const base = isAbsolute(given) ? given : join(isAbsolute(home) ? home : userInfo().homedir, '.config');
    this.folder = join(base, 'entra-aws', 'keys');
  }

  /** Keeps a key in place of the one before. @returns where it is, in words */
  keep({ place, privateKey, expires, clientId, keyId, certificate }: KeptKey): string {
    const account = accountOf(place);
    // Read back: a keyring that took it and does not give it would leave a certificate without its key.
    const isKept = this.keeper?.store(account, privateKey) === true && this.keeper.find(account) === privateKey;
    const words = isKept ? this.keeper.words : undefined;
    const entry = {
      clientId,
      keyId,
      certificate,
      expires: expires.toISOString(),
      ...(words === undefined && { privateKey }),
    };
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileAtomic.sync(this.fileOf(place), `${JSON.stringify(entry, undefined, 2)}\n`, { mode: 0o600 });
    return words ?? `a file that only you can read, ${this.fileOf(place)}`;
  }

  /** @throws Error where the record is there and can't be read, or its key is not in the keyring */
  find(place: KeptKey['place']): KeptKey | undefined {
    const text = textOf(this.fileOf(place));
    if (text === undefined) return undefined;
    const parsed = Entry.safeParse(parseQuietly(text));
    const privateKey = parsed.data?.privateKey ?? this.keeper?.find(accountOf(place));
    if (!parsed.success || privateKey === undefined) {
      throw new Error(
        `the key of this laptop is not where ${this.fileOf(place)} says; delete that file, and run npx --no entra-aws sign-in bootstrap --laptop again`,
      );
    }
    return { ...parsed.data, place, privateKey };
  }

  /** @throws Error where the keyring has the key and does not give it up; then the record stays, to try again */
  forget(place: KeptKey['place']): void {
    const file = this.fileOf(place);
    const account = accountOf(place);
    const record = this.recordOf(place);
    const isCleared = this.keeper?.clear(account) ?? false;
    const isOnlyThere = record !== undefined && record.privateKey === undefined;
    if ((isOnlyThere && !isCleared) || this.keeper?.find(account) !== undefined) {
      throw new Error(
        `the key of this laptop could not be deleted from ${this.keeper?.words ?? 'the keyring'}: delete '${SERVICE}', account ` +
          `'${account}', there, and then the file ${file}`,
      );
    }
    rmSync(file, { force: true });
  }

  /** Record of the key without its private part as a rule; undefined where none can be read. */
  recordOf(place: KeptKey['place']): z.output<typeof Entry> | undefined {
    const text = textOf(this.fileOf(place));
    return text === undefined ? undefined : Entry.safeParse(parseQuietly(text)).data;
  }

  /** File of the record. */
  fileOf(place: KeptKey['place']): string {
    return join(this.folder, `${accountOf(place)}.json`);
  }
}

/** Names of estates have letters, digits and hyphens only. */
function accountOf({ tenantId, estate, program }: KeptKey['place']): string {
  return `${tenantId}.${estate}.${program}`;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

type Run = (args: readonly string[], input?: string) => { readonly isDone: boolean; readonly output: string };

/** Without a shell. A tool that is missing does nothing. */
function runner(tool: string, environment: Environment): Run {
  return (args, input = '') => {
    const { status, stdout } = spawnSync(tool, args, {
      input,
      encoding: 'utf8',
      env: environment,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    return { isDone: status === 0, output: status === 0 ? stdout : '' };
  };
}

/** libsecret's `secret-tool`: a desktop's keyring, such as GNOME's or KWallet. */
function secretService(environment: Environment): Keeper {
  const run = runner('secret-tool', environment);
  const named = (account: string): readonly string[] => ['service', SERVICE, 'account', account];
  return {
    words: 'the keyring of this desktop (Secret Service)',
    store: (account, secret) => run(['store', `--label=${SERVICE} ${account}`, ...named(account)], secret).isDone,
    find: (account) => run(['lookup', ...named(account)]).output || undefined,
    clear: (account) => run(['clear', ...named(account)]).isDone,
  };
}

/** The login keychain. `security -i` reads its commands from standard input; a secret has one line. */
function keychain(environment: Environment): Keeper {
  const run = runner('security', environment);
  const named = (account: string): readonly string[] => ['-s', SERVICE, '-a', account];
  return {
    words: 'your keychain',
    store: (account, secret) => {
      const coded = Buffer.from(secret).toString('base64');
      return run(['-i'], `add-generic-password -U ${named(account).join(' ')} -w ${coded}\n`).isDone;
    },
    find: (account) => {
      const { isDone, output } = run(['find-generic-password', ...named(account), '-w']);
      return isDone ? Buffer.from(output.trim(), 'base64').toString() : undefined;
    },
    clear: (account) => run(['delete-generic-password', ...named(account)]).isDone,
  };
}

const KEEPERS: Readonly<Partial<Record<NodeJS.Platform, (environment: Environment) => Keeper>>> = {
  linux: secretService,
  darwin: keychain,
};

/** Minutes in which a program may ask for a token with it; Entra ID sets no limit, and a person may think over a plan. */
const MINUTES = 60;

/**
 * Statement of an application that it is itself, signed by its certificate, which Entra ID exchanges for a token:
 * https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 *
 * @param login origin of the sign-in, `https://login.microsoftonline.com`
 */
export async function signAssertion(key: KeptKey, login: string, now: Date): Promise<string> {
  const thumbprint = createHash('sha256').update(Buffer.from(key.certificate, 'base64')).digest('base64url');
  const seconds = Math.floor(now.getTime() / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
    .setIssuer(key.clientId)
    .setSubject(key.clientId)
    .setAudience(`${login}/${key.place.tenantId}/oauth2/v2.0/token`)
    .setJti(randomUUID())
    .setNotBefore(seconds)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + MINUTES * 60)
    .sign(createPrivateKey(key.privateKey));
}
