import { createHash, randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type KnownAnswers, NOTHING_KNOWN, type Question } from '../../../constructs/aws/checks/known-answers';
import { readIfThere } from '../../estate/load/estate-folder';

/** Bytes that all answers may take together. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Share of them that one answer may take. */
const MAX_SHARE = 0.5;

export interface AnswersProps {
  /** Holds answers alone. Made where it is missing; where it can't be, nothing is remembered. */
  readonly folder: string;
  /** All that every answer depends on: the program, its packages, the runtime. */
  readonly versions: readonly string[];
  /** @default 64 MiB */
  readonly maxBytes?: number;
}

/**
 * Answers in files of a folder, each named by the hash of its question. A file that is cut off, changed or about something
 * else counts as missing. Files are replaced in one step, so that runs beside each other do no harm; those not used for
 * longest go where all take too much.
 */
export class AnswersOnDisk implements KnownAnswers {
  private readonly versions: string;
  private hasSpace = false;

  constructor(private readonly props: AnswersProps) {
    this.versions = hashOf(props.versions);
  }

  find<Answer>(question: Question<Answer>): Answer | undefined {
    const name = this.nameOf(question);
    const file = join(this.props.folder, name);
    const answer = orUndefined(() => unsealed(name, readFileSync(file)));
    if (!question.isAnswer(answer)) return undefined;
    const now = new Date();
    orUndefined(() => {
      utimesSync(file, now, now);
    });
    return answer;
  }

  keep<Answer>(question: Question<Answer>, answer: Answer): void {
    const { folder, maxBytes = MAX_BYTES } = this.props;
    const name = this.nameOf(question);
    const draft = join(folder, `${name}.${randomUUID()}`);
    orUndefined(() => {
      const bytes = sealed(name, answer);
      if (bytes.length > maxBytes * MAX_SHARE) return;
      this.makeSpace();
      writeFileSync(draft, bytes, { mode: 0o600 });
      renameSync(draft, join(folder, name));
    });
  }

  private nameOf({ kind, about }: Question<unknown>): string {
    return hashOf([this.versions, kind, ...about]);
  }

  /** Once a run, before the first answer is kept: the folder, and room in it. */
  private makeSpace(): void {
    if (this.hasSpace) return;
    const { folder, maxBytes = MAX_BYTES } = this.props;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.hasSpace = true;
    const files = readdirSync(folder)
      .map((name) => join(folder, name))
      .flatMap((path) => orUndefined(() => ({ path, stats: statSync(path) })) ?? []);
    let left = maxBytes;
    for (const { path, stats } of files.toSorted((a, b) => b.stats.mtimeMs - a.stats.mtimeMs)) {
      left -= stats.size;
      if (left < 0)
        orUndefined(() => {
          rmSync(path, { force: true });
        });
    }
  }
}

/** Hash of texts of which none runs into the next. */
function hashOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text);
  return hash.digest('hex');
}

/** An answer with a hash of itself and of its question. */
function sealed(name: string, answer: unknown): Buffer {
  const text = JSON.stringify(answer);
  return Buffer.concat([Buffer.from(hashOf([name, text])), gzipSync(text, { level: 1 })]);
}

/** @throws Error if these are not the bytes that `sealed` made for this name */
function unsealed(name: string, bytes: Buffer): unknown {
  const text = gunzipSync(bytes.subarray(64)).toString();
  if (bytes.subarray(0, 64).toString() !== hashOf([name, text])) throw new Error(`${name}: not an answer`);
  return JSON.parse(text);
}

/** Runs a step of the cache: what is on disk, or what others do to it, must never be in the way. */
function orUndefined<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/**
 * Hash of the compiled program and of all that it bundles for others; `src/cli/compile.cjs` puts it there, and
 * `src/package/build` where the program is packed.
 */
declare const programHash: string | undefined;

/** Variables that change what the engines do. None of them holds a secret. */
const VARIABLES = /^(CDK_|JSII_|PULUMI_(DISABLE|ENABLE|NODEJS|TEST)_)/;

/**
 * Answers that earlier runs of this very program found, with these very packages. Nothing is known to a program that was not
 * compiled, whose code has no hash, nor where npm has not written down which packages are installed.
 */
export function knownAnswers(): KnownAnswers {
  const packages = installedPackages();
  if (typeof programHash !== 'string' || packages === undefined) return NOTHING_KNOWN;
  const folder = answersFolder(packages.folder);
  if (folder === undefined) return NOTHING_KNOWN;
  const variables = Object.entries(process.env).filter(([name]) => VARIABLES.test(name));
  return new AnswersOnDisk({
    folder,
    versions: [
      programHash,
      process.version,
      packages.list,
      ...variables.map((entry) => JSON.stringify(entry)).toSorted(),
    ],
  });
}

/** npm's list of all that is installed, with versions and hashes: beside this program, or around the project that uses it. */
function installedPackages(): ListedPackages | undefined {
  const constructs = dirname(require.resolve('constructs/package.json'));
  return listedPackages(require.resolve.paths('constructs') ?? [], constructs);
}

interface ListedPackages {
  readonly folder: string;
  readonly list: string;
}

/** The first list that has the package in a folder: another package manager keeps none, and one further up may be another project's. */
export function listedPackages(folders: readonly string[], packageFolder: string): ListedPackages | undefined {
  for (const folder of folders) {
    const list = readIfThere(join(folder, '.package-lock.json'));
    const path = `node_modules/${relative(folder, packageFolder).replaceAll(sep, '/')}`;
    if (list?.includes(JSON.stringify(path)) === true) return { folder, list };
  }
  return undefined;
}

/** Folder of the answers: beside the packages, or the user's own where that can't be written, such as in an image. */
function answersFolder(packages: string): string | undefined {
  const places = [() => join(packages, '.cache'), () => process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')];
  for (const place of places) {
    try {
      const folder = join(place(), 'entra-aws/answers');
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // Not there.
    }
  }
  return undefined;
}
