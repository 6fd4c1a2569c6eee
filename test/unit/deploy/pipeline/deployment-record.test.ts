import type { Update } from '../../../../src/clouds/pulumi/read-made';
import { lastOf, withBegun, withEnded } from '../../../../src/deploy/pipeline/deployment-record';
import type { Deployment, LastDeployment } from '../../../../src/deploy/pipeline/deployed-base';

const at = (commit: string): Deployment => ({ commit: commit.repeat(40), url: `https://forge.example/${commit}` });
const NOTHING: LastDeployment = { unfinished: [] };

describe('the record of deployments', () => {
  test('has what was deployed last, once a deployment has ended well', () => {
    const begun = withBegun(NOTHING, at('a'));
    expect(begun).toEqual({ unfinished: [at('a')] });
    expect(withEnded(begun, at('a'))).toEqual({ last: at('a'), unfinished: [] });
  });

  test('keeps one that died half-way until the next has ended well, and one that runs again once', () => {
    const deployed = withEnded(NOTHING, at('a'));
    const died = withBegun(withBegun(deployed, at('b')), at('b'));
    expect(died).toEqual({ last: at('a'), unfinished: [at('b')] });
    const again = withBegun(died, at('c'));
    expect(again).toEqual({ last: at('a'), unfinished: [at('b'), at('c')] });
    expect(withEnded(again, at('c'))).toEqual({ last: at('c'), unfinished: [] });
  });

  test('keeps one that began while another ended, or took its place', () => {
    const both = withBegun(withBegun(NOTHING, at('a')), at('b'));
    expect(withEnded(both, at('a'))).toEqual({ last: at('a'), unfinished: [at('b')] });
    expect(withEnded({ unfinished: [at('b')] }, at('a'))).toEqual({ last: at('a'), unfinished: [at('b')] });
  });

  test('stays within what a parameter holds, however often a deployment fails', () => {
    const long = (number: number): Deployment => ({
      commit: String(number % 10).repeat(64),
      url: `https://dev.azure.com/${'o'.repeat(50)}/${'p'.repeat(64)}/_build/results?buildId=${number}`,
    });
    const runs = Array.from({ length: 40 }, (_, index) => long(index));
    const { unfinished } = runs.reduce(withBegun, withEnded(NOTHING, at('a')));
    expect(unfinished.at(-1)).toEqual(runs.at(-1));
    expect(JSON.stringify({ last: long(1), unfinished }).length).toBeLessThan(4096);
  });
});

describe("what Pulumi's updates say was deployed last", () => {
  const update = (commit: string, end: number, isDone = true): Update => ({
    ...{ commit: commit.repeat(40), at: end, isDone, message: at(commit).url ?? '' },
  });

  /** The branch lacks one commit: a person deployed it before it was merged as another one. */
  const isHere = (commit: string): boolean => commit !== 'f'.repeat(40);

  test('is what all programs have', () => {
    expect(lastOf([[update('b', 3), update('a', 1)], [update('b', 4)]], isHere)).toEqual({
      last: at('b'),
      unfinished: [],
    });
  });

  test.each([
    ['failed in one', [[update('b', 3, false), update('a', 1)], [update('a', 2)]]],
    ['never came to one', [[update('b', 3), update('a', 1)], [update('a', 2)]]],
  ])('is the one before where a deployment %s', (_, programs) => {
    expect(lastOf(programs, isHere)).toEqual({ last: at('a'), unfinished: [at('b')] });
  });

  test('is nothing where a program has deployed nothing, though another began', () => {
    expect(lastOf([[], []], isHere)).toEqual(NOTHING);
    expect(lastOf([], isHere)).toEqual(NOTHING);
    expect(lastOf([[update('b', 3), update('a', 1)], []], isHere)).toEqual({ unfinished: [at('b')] });
  });

  test('is unfinished too where it was run again, and failed then', () => {
    expect(lastOf([[update('b', 5, false), update('b', 3)], [update('b', 4)]], isHere)).toEqual({
      last: at('b'),
      unfinished: [at('b')],
    });
    expect(lastOf([[update('b', 5), update('b', 3, false)], [update('b', 6)]], isHere)).toEqual({
      last: at('b'),
      unfinished: [],
    });
  });

  test('may be of a person, whose update has words for a message', () => {
    expect(lastOf([[{ ...update('a', 1), message: 'Give the auditors read access' }]], isHere)).toEqual({
      last: { commit: 'a'.repeat(40) },
      unfinished: [],
    });
  });

  test('is not what a person deployed of a commit that the branch lacks; of a run it is, which then says so', () => {
    const byHand = { ...update('f', 3), message: 'Try it' };
    expect(lastOf([[byHand, update('a', 1)]], isHere)).toEqual({
      last: at('a'),
      unfinished: [{ commit: 'f'.repeat(40) }],
    });
    expect(lastOf([[update('f', 3), update('a', 1)]], isHere)).toEqual({ last: at('f'), unfinished: [] });
  });
});
