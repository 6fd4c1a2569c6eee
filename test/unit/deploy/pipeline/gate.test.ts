import { judge } from '../../../../src/deploy/pipeline/gate';
import type { Outcome } from '../../../../src/deploy/pipeline/outcome';

const NOTHING = { replacements: [], operations: [] };
const preview = (changes: object = {}, findings: readonly object[] = []): string =>
  JSON.stringify({ estate: 'acme', findings, changes: { ...NOTHING, ...changes } });
const answer = (change: Partial<Outcome>): Outcome => ({
  ...{ step: 'hosting', command: 'cdk diff acme-hosting', state: 'unchanged', destroyed: [], text: '' },
  ...change,
});
const error = {
  ...{ severity: 'error', code: 'unknown-group', file: 'estates/acme/estate.yaml', line: 41, column: 14 },
  ...{ path: 'access.grants[2].group', value: '"finnance"', problem: 'is not a known group', related: [] },
};

describe('the gate', () => {
  test('lets a change pass that destroys nothing, of which every engine that was asked has answered', () => {
    const outcomes = [
      answer({}),
      answer({ step: 'workforce', state: 'not-asked', text: 'a reviewer has to allow it' }),
    ];
    expect(judge(preview(), outcomes)).toEqual({
      headline: undefined,
      faults: [],
      needed: [],
      destroysNothing: true,
    });
  });

  test.each<[string, Partial<Outcome>, string]>([
    ['Pulumi failed', { step: 'customers', text: '\nerror: no access\nmore' }, 'acme-customers: error: no access'],
    [
      'the CDK gave no answer',
      { text: 'There is no answer: the job ended' },
      'acme-hosting: There is no answer: the job ended',
    ],
    [
      'Pulumi warned before it failed',
      {
        step: 'customers',
        text: 'create a\nwarning: using a plug-in\nerror: 1 error occurred:\n  * no token\nwarning: using a plug-in',
      },
      'acme-customers: error: 1 error occurred: * no token',
    ],
    ['an engine failed without a word', { text: ' \n' }, "acme-hosting: 'cdk diff acme-hosting' failed without a word"],
  ])('stays shut where %s, and no label opens it', (_what, change, reason) => {
    const { faults, needed, destroysNothing } = judge(preview(), [answer({ ...change, state: 'failed' })]);
    expect(faults.map(({ reasons }) => reasons)).toEqual([[reason]]);
    expect(needed).toEqual([]);
    expect(destroysNothing).toBe(false);
  });

  test('asks for the label all the same where an engine failed and another one destroys', () => {
    const outcomes = [answer({ step: 'customers', state: 'failed' }), answer({ destroyed: ['a table'] })];
    const { faults, needed } = judge(preview(), outcomes);
    expect(faults).toHaveLength(1);
    expect(needed.map(({ label, reasons }) => [label, reasons])).toEqual([
      ['allow-destructive', ['deployed hosting: a table']],
    ]);
  });

  test('of an estate with errors tells them, and asks for no label, which could not help', () => {
    const notCompared = 'The estate has errors: who gains and who loses is compared once they are fixed.';
    const { faults, needed, headline, destroysNothing } = judge(preview({ notCompared }, [error]), []);
    expect(faults.map(({ reasons }) => reasons)).toEqual([
      ['estates/acme/estate.yaml:41:14 access.grants[2].group: "finnance" is not a known group (unknown-group)'],
    ]);
    expect([needed, headline, destroysNothing]).toEqual([[], undefined, false]);
  });

  test('asks for the label where the base can not be compared, since a person can judge that', () => {
    const { needed } = judge(preview({ notCompared: 'the base has errors' }, [{ ...error, severity: 'warning' }]), []);
    expect(needed.map(({ label }) => label)).toEqual(['allow-destructive']);
  });
});
