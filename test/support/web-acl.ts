/** A request as a web ACL looks at it. */
export interface WebRequest {
  readonly host: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Field {
  readonly SingleHeader?: { readonly Name: string };
  readonly UriPath?: object;
}

interface Statement {
  readonly RateBasedStatement?: { readonly ScopeDownStatement?: Statement };
  readonly ManagedRuleGroupStatement?: {
    readonly Name: string;
    readonly RuleActionOverrides?: readonly { readonly Name: string }[];
  };
  readonly ByteMatchStatement?: {
    readonly FieldToMatch: Field;
    readonly SearchString: unknown;
    readonly TextTransformations: readonly { readonly Type: string }[];
  };
  readonly SizeConstraintStatement?: { readonly FieldToMatch: Field; readonly Size: number };
  readonly LabelMatchStatement?: { readonly Key: string };
  readonly NotStatement?: { readonly Statement: Statement };
  readonly AndStatement?: { readonly Statements: readonly Statement[] };
  readonly OrStatement?: { readonly Statements: readonly Statement[] };
}

export interface AclRule {
  readonly Name: string;
  readonly Statement: Statement;
}

/** Rule of the common group that matches a long query, and its label (AWS WAF Developer Guide, 'Core rule set'). */
const LONG_QUERY = 'SizeRestrictions_QUERYSTRING';
const LONG_QUERY_LABEL = 'awswaf:managed:aws:core-rule-set:SizeRestrictions_QueryString';
const LONG_QUERY_BYTES = 2048;

/**
 * Names of the rules that count a request, and of the rule that blocks it, if one does. Of AWS's own rules it knows the one on long
 * queries. `nameOf` makes text of what the template refers to.
 */
export function judge(
  rules: readonly AclRule[],
  request: WebRequest,
  nameOf: (reference: unknown) => string = String,
): { readonly counted: readonly string[]; readonly blockedBy: string | undefined } {
  const labels = new Set<string>();
  const counted: string[] = [];
  const matches = (statement: Statement): boolean => {
    const { ByteMatchStatement: bytes, SizeConstraintStatement: size, LabelMatchStatement: label } = statement;
    if (bytes !== undefined) return byteMatch(bytes, request, nameOf);
    if (size !== undefined) return (fieldOf(size.FieldToMatch, request)?.length ?? 0) > size.Size;
    if (label !== undefined) return labels.has(label.Key);
    if (statement.NotStatement !== undefined) return !matches(statement.NotStatement.Statement);
    if (statement.AndStatement !== undefined) return statement.AndStatement.Statements.every(matches);
    if (statement.OrStatement !== undefined) return statement.OrStatement.Statements.some(matches);
    throw new Error(`unknown statement ${JSON.stringify(statement)}`);
  };
  for (const { Name, Statement: statement } of rules) {
    const { RateBasedStatement: rate, ManagedRuleGroupStatement: group } = statement;
    if (rate !== undefined) {
      const scope = rate.ScopeDownStatement;
      if (scope === undefined || matches(scope)) counted.push(Name);
    } else if (group !== undefined) {
      const isLong = group.Name === 'AWSManagedRulesCommonRuleSet' && (request.query ?? '').length > LONG_QUERY_BYTES;
      if (!isLong) continue;
      labels.add(LONG_QUERY_LABEL);
      const isCounted = (group.RuleActionOverrides ?? []).some((override) => override.Name === LONG_QUERY);
      if (!isCounted) return { counted, blockedBy: Name };
    } else if (matches(statement)) return { counted, blockedBy: Name };
  }
  return { counted, blockedBy: undefined };
}

function byteMatch(
  { FieldToMatch, SearchString, TextTransformations }: NonNullable<Statement['ByteMatchStatement']>,
  request: WebRequest,
  nameOf: (reference: unknown) => string,
): boolean {
  const value = fieldOf(FieldToMatch, request);
  const isLower = TextTransformations.some(({ Type }) => Type === 'LOWERCASE');
  return (isLower ? value?.toLowerCase() : value) === nameOf(SearchString);
}

/** Undefined for a header that is not there, and for a body, which these requests lack. */
function fieldOf({ SingleHeader, UriPath }: Field, { host, path, headers = {} }: WebRequest): string | undefined {
  if (UriPath !== undefined) return path;
  return SingleHeader === undefined ? undefined : { ...headers, host }[SingleHeader.Name];
}
