import type { InlinePolicy, JsonObject } from '../estate';
import type { EstateFolder } from '../../source/estate-folder';
import type { Finding, Issue, Path } from '../../source/finding';
import type { FindingCode } from '../../source/finding-codes';
import { formatPath } from '../../../text/values';
import { parseJson } from '../../source/json-source';
import { isObject } from '../../source/located';
import type { SourceDocument } from '../../source/source-document';

/** Keys of an item that hold a policy document, and the code of what is wrong with its file. */
export interface PolicyKeys {
  readonly document: string;
  readonly file: string;
  readonly code: FindingCode;
}

/** Keys of a permission set. */
export const INLINE_KEYS: PolicyKeys = {
  document: 'inlinePolicy',
  file: 'inlinePolicyFile',
  code: 'inline-policy-file',
};
/** Keys of a customer-managed policy. */
export const MANAGED_KEYS: PolicyKeys = { document: 'document', file: 'documentFile', code: 'policy-document-file' };

/** A policy document of the item at a place, as the item has it. */
export interface WrittenPolicy {
  readonly at: Path;
  readonly keys: PolicyKeys;
  readonly document: JsonObject | undefined;
  readonly file: string | undefined;
}

type PlaceOfFile = Pick<Issue, 'at' | 'code'>;

/** Reads the policy documents of an estate, from the estate file or from files beside it. */
export class PolicyFileReader {
  readonly issues: Issue[] = [];
  /** Faults inside policy files, at their own places. */
  readonly findings: Finding[] = [];
  /** Items whose policy file could not be read, by their paths. */
  private readonly unread = new Set<string>();
  private readonly sources = new Map<string, SourceDocument>();

  constructor(private readonly folder: EstateFolder) {}

  read({ at, keys, document, file }: WrittenPolicy): InlinePolicy | undefined {
    const place: PlaceOfFile = { at: [...at, keys.file], code: keys.code };
    if (document !== undefined && file !== undefined) {
      this.report(place, file, {
        problem: `can't be combined with ${keys.document}`,
        allowed: `one of ${keys.document} and ${keys.file}`,
      });
    }
    if (document !== undefined) return { kind: 'inline', document };
    if (file === undefined) return undefined;
    const policy = this.readFile(file, place);
    if (policy === undefined) this.unread.add(formatPath(at));
    return policy;
  }

  /** Tells whether the item at a path names a policy file that could not be read. */
  isUnread(at: Path): boolean {
    return this.unread.has(formatPath(at));
  }

  private readFile(file: string, at: PlaceOfFile): InlinePolicy | undefined {
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

  private report(
    place: PlaceOfFile,
    value: string,
    what: Pick<Issue, 'problem' | 'allowed'>,
  ): InlinePolicy | undefined {
    this.issues.push({ severity: 'error', ...place, value, ...what });
    return undefined;
  }
}

/** Relative, without a step upwards and without a drive or backslash. Links are followed, and refused, by the reader. */
export function isInside(path: string): boolean {
  return (
    !path.startsWith('/') && !/[\\:\0]/.test(path) && !path.split('/').some((step) => step === '..' || step === '.')
  );
}
