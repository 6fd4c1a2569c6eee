const ASSIGNMENT = 'AWS::SSO::Assignment';
const DIGITS = /^\d+$/;

/** The part of a template that is read; the rest stays as it is. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
}

/**
 * Leaves out assignments in which a validator can find nothing that it did not see before: of all templates that it is
 * given, it keeps the first assignment with each value of each property, and with each set of properties. Strings of
 * digits of one length are one value. A value other than a text or a number refers to something in its own template, and
 * counts again in each. Resources of other types stay, each of them.
 *
 * CloudFormation's schema of AWS::SSO::Assignment judges each property by itself.
 */
export class RepeatedAssignments {
  private readonly seen = new Set<string>();
  private templates = 0;

  /**
   * A template without its repeated assignments; `undefined` if it consists of them. A template that has an assignment
   * twice stays whole: that is a fault, which shows in both together.
   */
  leaveOut(template: Template): Template | undefined {
    this.templates++;
    const all = Object.entries(template.Resources ?? {});
    if (hasTwins(all.map(([, resource]) => resource))) return template;
    // In an order that goes by what they say: so it is the same ones that are kept, whatever else comes and goes.
    const inOrder = all.map(([id, own]) => ({ id, own, text: this.textOf(own) })).toSorted(byText);
    const kept = new Set(inOrder.filter(({ own }) => this.saysMore(own)).map(({ id }) => id));
    if (kept.size === 0 && all.length > 0) return undefined;
    const resources = all.filter(([id]) => kept.has(id));
    return { ...template, Resources: Object.fromEntries(resources.map(([id, own]) => [id, among(kept, own)])) };
  }

  private saysMore(resource: TemplateResource): boolean {
    if (resource.Type !== ASSIGNMENT) return true;
    const { Properties = {}, ...attributes } = resource;
    const facts = [
      Object.keys(Properties).join(),
      ...Object.entries(Properties).map(([name, value]) => `${name}=${this.comparable(value)}`),
      // The path that the CDK's CLI has written into each differs in all, and no validator judges it.
      JSON.stringify({ ...attributes, DependsOn: undefined, Metadata: undefined }),
    ];
    const news = facts.filter((fact) => !this.seen.has(fact));
    for (const fact of news) this.seen.add(fact);
    return news.length > 0;
  }

  private textOf({ Type, Properties = {} }: TemplateResource): string {
    if (Type !== ASSIGNMENT) return '';
    return Object.entries(Properties)
      .map(([name, value]) => `${name}=${this.comparable(value)}`)
      .join();
  }

  private comparable(value: unknown): string {
    const text = JSON.stringify(value);
    if (typeof value === 'object') return `${this.templates} ${text}`;
    // Account ids differ in their digits alone, and no pattern tells one digit from another.
    return typeof value === 'string' && DIGITS.test(value) ? `${value.length} digits` : text;
  }
}

function byText({ text: a }: { readonly text: string }, { text: b }: { readonly text: string }): number {
  return a < b ? -1 : Number(a > b);
}

function hasTwins(resources: readonly TemplateResource[]): boolean {
  const assignments = resources.filter(({ Type }) => Type === ASSIGNMENT);
  return new Set(assignments.map(({ Properties }) => JSON.stringify(Properties))).size < assignments.length;
}

/** A resource that waits for none but the kept ones. */
function among(kept: ReadonlySet<string>, resource: TemplateResource): TemplateResource {
  const { DependsOn: before, ...others } = resource;
  const left = [before ?? []].flat().filter((id) => kept.has(id));
  return left.length === 0 ? others : { ...others, DependsOn: left };
}
