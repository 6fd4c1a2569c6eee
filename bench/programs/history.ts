import * as fc from 'fast-check';
import { assume } from '../../src/permissions/formula';
import { parsePolicy } from '../../src/permissions/policy';
import { TooComplexError } from '../../src/permissions/glob';
import { difference, sideOf, whenAllowed } from '../../src/permissions/side';
import {
  allowsBare,
  type BareRequest,
  holdsBare,
  listOf,
  statementsOf,
} from '../../test/support/permissions/bare-request';
import {
  managedPolicies,
  type PolicyDocument,
  type PolicyVersion,
} from '../../test/support/permissions/managed-policies';
import { sampled } from '../../test/support/runs';

const REQUESTS = 60;

interface Step {
  readonly policy: string;
  readonly before: PolicyVersion;
  readonly after: PolicyVersion;
}

/** Texts that a pattern matches, or nearly: each wildcard is a short text, a policy variable stays. */
function texts(patterns: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...patterns),
      fc.array(fc.constantFrom('', 'x', 'Get', 'a/b:c'), { minLength: 4, maxLength: 4 }),
    )
    .map(([pattern, fills]) => fills.reduce((text, fill) => text.replace(/[*?]/, fill), pattern).replaceAll('*', 'x'));
}

function requestsFor(documents: readonly PolicyDocument[]): fc.Arbitrary<BareRequest> {
  const statements = documents.flatMap(statementsOf);
  const actions = statements.flatMap((one) => [...listOf(one.Action), ...listOf(one.NotAction)]);
  const resources = statements.flatMap((one) => [...listOf(one.Resource), ...listOf(one.NotResource)]);
  return fc
    .record({ action: texts(actions), resource: texts([...new Set([...resources, '*', 'arn:aws:s3:::other'])]) })
    .filter(({ action }) => action.includes(':'));
}

/** Requests that a change of a policy gives or takes, and that the library's difference has not, or the other way round. */
function wrongRequests({ before, after }: Step, seed: number): readonly BareRequest[] {
  const side = ({ document, id }: PolicyVersion) => sideOf({ identity: parsePolicy(document, id) });
  const [gained, lost] = [difference(side(before), side(after)), difference(side(after), side(before))];
  const requests = sampled(requestsFor([before.document, after.document]), REQUESTS, seed);
  return requests.filter((request) => {
    const [had, has] = [allowsBare(before.document, request), allowsBare(after.document, request)];
    const holds = (boxes: typeof gained): boolean => assume(whenAllowed(boxes, request), holdsBare).length > 0;
    return holds(gained) !== (has && !had) || holds(lost) !== (had && !has);
  });
}

/**
 * Compares versions of AWS managed policies, one after the other, with IAM's rule: `history.ts COUNT [SEED]`. Prints the requests
 * that differ, and then exits with 1.
 */
function main(count: number, seed: number): void {
  const all: readonly Step[] = managedPolicies().flatMap(({ name: policy, versions }) =>
    versions.slice(1).flatMap((after, index) => {
      const before = versions[index];
      return before === undefined ? [] : [{ policy, before, after }];
    }),
  );
  const start = performance.now();
  const steps = count < all.length ? sampled(fc.constantFrom(...all), count, seed) : all;
  const beyond: string[] = [];
  const differing = steps.flatMap((step) => {
    try {
      const wrong = wrongRequests(step, seed);
      return wrong.length === 0 ? [] : [{ policy: step.policy, version: step.after.id, wrong }];
    } catch (error) {
      if (!(error instanceof TooComplexError)) throw error;
      beyond.push(`${step.policy} ${step.after.id}`);
      return [];
    }
  });
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ count: steps.length, of: all.length, seed, seconds, beyond, differing }));
  process.exitCode = differing.length > 0 ? 1 : 0;
}

const [count = 'Infinity', seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2);
main(Number(count), Number(seed));
