import type { InlinePolicy, JsonObject, OwnPolicy, PermissionSet } from '../../estate';
import type { Issue, Path } from '../../../source/finding';
import type { FindingCode } from '../../../source/finding-codes';
import { INLINE_POLICY_BYTES, INLINE_POLICY_CHARACTERS, MANAGED_POLICY_CHARACTERS } from '../../limits';
import type { PolicyKeys } from '../policy-files';
import { INLINE_KEYS, MANAGED_KEYS } from '../policy-files';
import { asList } from '../policy-document';
import { isObject } from '../json';

const DOCUMENT_KEYS = ['Version', 'Id', 'Statement'];
const STATEMENT_KEYS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/** Values allowed in a condition, in a sentence. */
const OPERATORS = 'operators such as StringEquals, and keys such as aws:PrincipalTag/team';

/** Size and shape of the inline policy of a set (IAM User Guide, 'IAM JSON policy reference'). */
export function checkInlinePolicy(set: PermissionSet): readonly Issue[] {
  const policy = set.inlinePolicy;
  if (policy === undefined) return [];
  const check = new PolicyCheck(set, policy, INLINE);
  return [...check.size(), ...check.shape()];
}

/** The same of the document of a customer-managed policy, which may be shorter. */
export function checkPolicyDocument(policy: OwnPolicy): readonly Issue[] {
  const check = new PolicyCheck(policy, policy.document, MANAGED);
  return [...check.size(), ...check.shape()];
}

/** Holder of a policy document: where it may be written, and how long it may be. */
interface Kind {
  readonly code: FindingCode;
  readonly keys: PolicyKeys;
  /** Holder, as part of a sentence. */
  readonly words: string;
  readonly bytes: number;
  readonly characters: number;
  /** Remedy for a document that is too long. */
  readonly remedy: string;
}

const INLINE: Kind = {
  code: 'inline-policy',
  keys: INLINE_KEYS,
  words: "a permission set's policy",
  bytes: INLINE_POLICY_BYTES,
  characters: INLINE_POLICY_CHARACTERS,
  remedy: 'move statements to customer-managed policies',
};

const MANAGED: Kind = {
  code: 'policy-document',
  keys: MANAGED_KEYS,
  words: 'a managed policy',
  bytes: Infinity,
  characters: MANAGED_POLICY_CHARACTERS,
  remedy: 'divide it into two policies',
};

class PolicyCheck {
  private readonly at: Path;

  constructor(
    { at }: { readonly at: Path },
    private readonly policy: InlinePolicy,
    private readonly kind: Kind,
  ) {
    this.at = [...at, policy.kind === 'inline' ? kind.keys.document : kind.keys.file];
  }

  size(): readonly Issue[] {
    const { bytes: mostBytes, characters: mostCharacters, remedy } = this.kind;
    const text = JSON.stringify(this.policy.document);
    const bytes = Buffer.byteLength(text);
    const characters = text.replace(/\s/g, '').length;
    if (bytes > mostBytes) return [this.issue([], `is ${bytes} bytes long`, `at most ${mostBytes} bytes`)];
    if (characters <= mostCharacters) return [];
    const allowed = `at most ${mostCharacters} characters without white space; ${remedy}`;
    return [this.issue([], `has ${characters} characters`, allowed)];
  }

  shape(): readonly Issue[] {
    return [...this.documentKeys(), ...this.version(), ...this.statements()];
  }

  private documentKeys(): readonly Issue[] {
    return Object.keys(this.policy.document)
      .filter((key) => !DOCUMENT_KEYS.includes(key))
      .map((key) => this.issue([key], `'${key}' is not a valid key of a policy document`, DOCUMENT_KEYS.join(', ')));
  }

  private version(): readonly Issue[] {
    if (this.policy.document['Version'] === '2012-10-17') return [];
    return [this.issue(['Version'], 'must be the current version of the policy language', '"2012-10-17"')];
  }

  private statements(): readonly Issue[] {
    const written = this.policy.document['Statement'];
    const statements = asList(written);
    if (statements.length === 0) return [this.issue(['Statement'], 'has no statement', 'at least one')];
    return statements.flatMap((statement, index) =>
      this.statement(statement, Array.isArray(written) ? ['Statement', index] : ['Statement']),
    );
  }

  private statement(statement: unknown, path: Path): readonly Issue[] {
    if (!isObject(statement))
      return [this.issue(path, 'is not a statement', 'an object with Effect, Action and Resource')];
    const unknown = Object.keys(statement)
      .filter((key) => !STATEMENT_KEYS.includes(key))
      .map((key) =>
        this.issue([...path, key], `'${key}' is not a valid key in ${this.kind.words}`, STATEMENT_KEYS.join(', ')),
      );
    const effect = statement['Effect'];
    const badEffect =
      effect === 'Allow' || effect === 'Deny'
        ? []
        : [this.issue([...path, 'Effect'], 'the effect is missing or wrong', 'Allow or Deny')];
    return [
      ...unknown,
      ...badEffect,
      ...this.condition(statement['Condition'], [...path, 'Condition']),
      ...this.oneOf(statement, ['Action', 'NotAction'], path),
      ...this.oneOf(statement, ['Resource', 'NotResource'], path),
    ];
  }

  /** The CDK would drop the key, and with it what a statement asks for. */
  private condition(value: unknown, path: Path): readonly Issue[] {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) => {
      const place = [...path, key];
      const here =
        key === '__proto__' ? [this.issue(place, `'${key}' is not a valid key of a condition`, OPERATORS)] : [];
      return [...here, ...this.condition(item, place)];
    });
  }

  private oneOf(statement: JsonObject, [positive, negative]: readonly [string, string], path: Path): readonly Issue[] {
    const given = [positive, negative].filter((key) => statement[key] !== undefined);
    const [key] = given;
    if (key === undefined || given.length > 1) {
      return [
        this.issue(
          path,
          given.length === 0
            ? `a statement has neither ${positive} nor ${negative}`
            : `a statement has both ${positive} and ${negative}`,
          'one of the two',
        ),
      ];
    }
    const values = asList(statement[key]);
    if (values.length > 0 && values.every((value) => typeof value === 'string' && value !== '')) return [];
    return [this.issue([...path, key], `${key} is not a list of strings`, 'a string or a list of strings')];
  }

  /** Inside the estate file the place is exact; for a file of its own the place is the line that names the file. */
  private issue(inside: Path, problem: string, allowed: string): Issue {
    const base = { severity: 'error', code: this.kind.code, allowed } as const;
    if (this.policy.kind === 'inline') return { ...base, at: [...this.at, ...inside], problem };
    const where = inside.length === 0 ? '' : `${inside.join('.')}: `;
    return { ...base, at: this.at, value: this.policy.file, problem: `${where}${problem}` };
  }
}
