import { alternatives, type Formula } from '../../../src/permissions/formula';
import type { Token } from '../../../src/permissions/glob';
import type { Box } from '../../../src/permissions/policy';
import type { Region } from '../../../src/permissions/region';
import type { RandomPolicy, RandomStatement } from './random-policies';

const LONGEST = 8;
const END = 0;
const VARIABLE = '${v}';

/**
 * Question to an SMT solver, in SMT-LIB: is there a request that the documents tell apart from the boxes of the library? The
 * documents are translated on their own, by IAM's rule. `unsat` proves both to be equal for every action and resource of up to
 * eight characters: those that a pattern names, and one that none does. z3 decides texts of any length too slowly.
 */
export function disagreement(
  before: readonly RandomPolicy[],
  after: readonly RandomPolicy[],
  gained: readonly Box[],
): string {
  const texts = { action: new TextOfRequest('a'), resource: new TextOfRequest('r') };
  const of = new Translation(texts);
  const expected = and([of.isAction(), of.allowed(after), not(of.allowed(before))]);
  const got = and([of.isAction(), or(gained.map((box) => of.box(box)))]);
  const claims = [...new Set(`${expected}${got}`.match(/\|[^|]*\|/g))];
  return [
    ...claims.map((claim) => `(declare-const ${claim} Bool)`),
    ...texts.action.definitions(),
    ...texts.resource.definitions(),
    `(assert (xor ${expected} ${got}))`,
  ].join('\n');
}

/** A text that is not known, character by character, and which patterns it fits. */
class TextOfRequest {
  private readonly chars = new Map<string, number>();
  private readonly fitting = new Map<string, string>();

  constructor(private readonly name: string) {}

  /** Name of the claim that the text fits a pattern. */
  fits(pattern: readonly Token[]): string {
    return this.from(pattern, 0);
  }

  private from(rest: readonly Token[], at: number): string {
    const claim = `${this.name}-${at}-${rest.map((token) => (typeof token === 'string' ? token.charCodeAt(0) : `w${token}`)).join('-')}`;
    if (!this.fitting.has(claim)) this.fitting.set(claim, this.rule(rest, at));
    return claim;
  }

  private rule([token, ...rest]: readonly Token[], at: number): string {
    if (token === undefined) return this.is(at, END);
    const goesOn = (then: readonly Token[]): string => (at < LONGEST ? this.from(then, at + 1) : 'false');
    if (token === 1) return and([not(this.is(at, END)), goesOn(rest)]);
    if (token === 2) return or([this.from(rest, at), and([not(this.is(at, END)), goesOn([token, ...rest])])]);
    return and([this.is(at, this.code(token)), goesOn(rest)]);
  }

  private is(at: number, code: number): string {
    if (at === LONGEST) return String(code === END);
    return `(= ${this.name}${at} ${bits(code)})`;
  }

  private code(char: string): number {
    const code = this.chars.get(char) ?? this.chars.size + 1;
    this.chars.set(char, code);
    return code;
  }

  definitions(): readonly string[] {
    const places = Array.from({ length: LONGEST }, (_, at) => at);
    return [
      ...places.map((at) => `(declare-const ${this.name}${at} (_ BitVec 4))`),
      // One code more than characters: what no pattern names. After the end there is nothing.
      ...places.map((at) => `(assert (bvule ${this.name}${at} ${bits(this.chars.size + 1)}))`),
      ...places.slice(1).map((at) => `(assert (=> ${this.is(at - 1, END)} ${this.is(at, END)}))`),
      ...[...this.fitting].map(([claim, rule]) => `(define-fun ${claim} () Bool ${rule})`),
    ];
  }
}

class Translation {
  constructor(private readonly of: { readonly action: TextOfRequest; readonly resource: TextOfRequest }) {}

  isAction(): string {
    return this.of.action.fits([2, ':', 2]);
  }

  /** Every layer allows a request, and no statement of any denies it. */
  allowed(layers: readonly RandomPolicy[]): string {
    const statements = (some: readonly RandomPolicy[], effect: RandomStatement['Effect']): string =>
      or(
        some
          .flatMap(({ Statement }) => Statement)
          .filter(({ Effect }) => Effect === effect)
          .map((one) => this.statement(one)),
      );
    return and([...layers.map((layer) => statements([layer], 'Allow')), not(statements(layers, 'Deny'))]);
  }

  private statement({ Action, NotAction = [], Resource, NotResource = [], Condition = {} }: RandomStatement): string {
    const named = (all: readonly string[]): string =>
      or(all.map((one) => this.of.action.fits(tokensOf(one.toLowerCase()))));
    const reached = (all: readonly string[]): string => or(all.map((one) => this.reaches(one)));
    const holds = Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.keys(keys).map((key) => (operator.includes('Not') ? not(claimed(key)) : claimed(key))),
    );
    return and([
      Action === undefined ? not(named(NotAction)) : named(Action),
      Resource === undefined ? not(reached(NotResource)) : reached(Resource),
      ...holds,
    ]);
  }

  /** A pattern with a policy variable also takes the claim that the variable's value is what stands there. */
  private reaches(pattern: string): string {
    const fits = this.of.resource.fits(tokensOf(pattern));
    return pattern.includes(VARIABLE) ? and([fits, claimed(`resource ${pattern}`)]) : fits;
  }

  box({ actions, resources, when }: Box): string {
    return and([regionOf(this.of.action, actions), regionOf(this.of.resource, resources), formulaOf(when)]);
  }
}

function regionOf(of: TextOfRequest, region: Region): string {
  return or(
    region.map(({ within, without }) =>
      and([...within.map(({ tokens }) => of.fits(tokens)), ...without.map(({ tokens }) => not(of.fits(tokens)))]),
    ),
  );
}

function formulaOf(when: Formula): string {
  const terms = alternatives(when).map((term) =>
    and(
      term.map(({ literal: { id, condition }, holds }) => {
        const claim = claimed(condition?.key ?? id);
        return holds ? claim : not(claim);
      }),
    ),
  );
  return or(terms);
}

function tokensOf(pattern: string): readonly Token[] {
  return (pattern.match(/\$\{.\}|[^]/g) ?? []).map((part): Token => {
    if (part === '?') return 1;
    if (part === '*' || part === VARIABLE) return 2;
    return part === '${*}' ? '*' : part;
  });
}

function claimed(claim: string): string {
  return `|${claim.toLowerCase()}|`;
}

function bits(code: number): string {
  return `#x${code.toString(16)}`;
}

function and(claims: readonly string[]): string {
  return claims.length === 0 ? 'true' : `(and ${claims.join(' ')})`;
}

function or(claims: readonly string[]): string {
  return claims.length === 0 ? 'false' : `(or ${claims.join(' ')})`;
}

function not(claim: string): string {
  return `(not ${claim})`;
}
