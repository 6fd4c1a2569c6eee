import type { InlinePolicy, JsonObject } from '../estate';
import type { EstateFolder } from '../../source/estate-folder';
import type { Finding, Issue, Path } from '../../source/finding';
import { formatPath } from '../../source/finding';
import { parseJson } from '../../source/json-source';
import { isObject } from './policy-document';
import type { SourceDocument } from '../../source/source-document';

/** The keys `inlinePolicy` and `inlinePolicyFile` of the permission set at a place. */
export interface WrittenPolicy {
  readonly at: Path;
  readonly document: JsonObject | undefined;
  readonly file: string | undefined;
}

/** Reads the inline policies of permission sets, from the estate file or from files beside it. */
export class PolicyFileReader {
  readonly issues: Issue[] = [];
  /** Faults inside policy files, at their own places. */
  readonly findings: Finding[] = [];
  /** Permission sets whose policy file could not be read, by their paths. */
  private readonly unread = new Set<string>();
  private readonly sources = new Map<string, SourceDocument>();

  constructor(private readonly folder: EstateFolder) {}

  read({ at, document, file }: WrittenPolicy): InlinePolicy | undefined {
    if (document !== undefined && file !== undefined) {
      this.report([...at, 'inlinePolicyFile'], file, {
        problem: "can't be combined with inlinePolicy",
        allowed: 'one of inlinePolicy and inlinePolicyFile',
      });
    }
    if (document !== undefined) return { kind: 'inline', document };
    if (file === undefined) return undefined;
    const policy = this.readFile(file, [...at, 'inlinePolicyFile']);
    if (policy === undefined) this.unread.add(formatPath(at));
    return policy;
  }

  /** Tells whether the permission set at a path names a policy file that could not be read. */
  isUnread(at: Path): boolean {
    return this.unread.has(formatPath(at));
  }

  private readFile(file: string, at: Path): InlinePolicy | undefined {
    if (!isInside(file)) {
      return this.report(at, file, {
        problem: "leaves the estate's folder",
        allowed: 'a path such as policies/network.json, relative to the folder and inside it',
      });
    }
    const read = this.folder.read(file);
    if (read.kind !== 'text') {
      const missing = { problem: 'does not exist', allowed: `a JSON file in ${this.folder.label}` };
      return this.report(at, file, read.kind === 'missing' ? missing : read);
    }
    const source = this.parse(file, read.text);
    if (source.syntaxErrors.length > 0) return undefined;
    if (isObject(source.value)) return { kind: 'file', file, document: source.value };
    return this.report(at, file, {
      problem: 'does not contain a policy document',
      allowed: 'a JSON object with Version and Statement',
    });
  }

  /** Two sets may share a file; its faults are reported once. */
  private parse(file: string, text: string): SourceDocument {
    const known = this.sources.get(file);
    if (known !== undefined) return known;
    const source = parseJson(`${this.folder.label}/${file}`, text);
    this.sources.set(file, source);
    this.findings.push(...source.syntaxErrors);
    return source;
  }

  private report(at: Path, value: string, what: Pick<Issue, 'problem' | 'allowed'>): InlinePolicy | undefined {
    this.issues.push({ severity: 'error', code: 'inline-policy-file', at, value, ...what });
    return undefined;
  }
}

/** Relative, without a step upwards and without a drive or backslash. Links are followed, and refused, by the reader. */
export function isInside(path: string): boolean {
  return (
    !path.startsWith('/') && !/[\\:\0]/.test(path) && !path.split('/').some((step) => step === '..' || step === '.')
  );
}
