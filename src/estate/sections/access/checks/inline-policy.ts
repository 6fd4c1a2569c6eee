import type { InlinePolicy, JsonObject, PermissionSet } from '../../estate';
import type { Issue, Path } from '../../../source/finding';
import { INLINE_POLICY_BYTES, INLINE_POLICY_CHARACTERS } from '../../limits';
import { asList, isObject } from '../policy-document';

const DOCUMENT_KEYS = ['Version', 'Id', 'Statement'];
const STATEMENT_KEYS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/** Size and shape of the inline policy (IAM User Guide, 'IAM JSON policy reference'). */
export function checkInlinePolicy(set: PermissionSet): readonly Issue[] {
  const policy = set.inlinePolicy;
  if (policy === undefined) return [];
  const check = new PolicyCheck(set, policy);
  return [...check.size(), ...check.shape()];
}

class PolicyCheck {
  private readonly at: Path;

  constructor(
    set: PermissionSet,
    private readonly policy: InlinePolicy,
  ) {
    this.at = [...set.at, policy.kind === 'inline' ? 'inlinePolicy' : 'inlinePolicyFile'];
  }

  size(): readonly Issue[] {
    const text = JSON.stringify(this.policy.document);
    const bytes = Buffer.byteLength(text);
    const characters = text.replace(/\s/g, '').length;
    if (bytes > INLINE_POLICY_BYTES)
      return [this.issue([], `is ${bytes} bytes long`, `at most ${INLINE_POLICY_BYTES} bytes`)];
    if (characters <= INLINE_POLICY_CHARACTERS) return [];
    const allowed = `at most ${INLINE_POLICY_CHARACTERS} characters without white space; move statements to customer-managed policies`;
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
        this.issue(
          [...path, key],
          `'${key}' is not a valid key in a permission set's policy`,
          STATEMENT_KEYS.join(', '),
        ),
      );
    const effect = statement['Effect'];
    const badEffect =
      effect === 'Allow' || effect === 'Deny'
        ? []
        : [this.issue([...path, 'Effect'], 'the effect is missing or wrong', 'Allow or Deny')];
    return [
      ...unknown,
      ...badEffect,
      ...this.oneOf(statement, ['Action', 'NotAction'], path),
      ...this.oneOf(statement, ['Resource', 'NotResource'], path),
    ];
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
    const base = { severity: 'error', code: 'inline-policy', allowed } as const;
    if (this.policy.kind === 'inline') return { ...base, at: [...this.at, ...inside], problem };
    const where = inside.length === 0 ? '' : `${inside.join('.')}: `;
    return { ...base, at: this.at, value: this.policy.file, problem: `${where}${problem}` };
  }
}
