import { compareAbilities } from '../../../src/preview/access/abilities';
import { actionsIn } from '../../../src/permissions/actions';
import { bounded, exactly, globOf, step, TooComplexError } from '../../../src/permissions/glob';
import { parsePolicy } from '../../../src/permissions/policy';
import { anyOf } from '../../../src/permissions/region';
import { allowedBy, can, difference, sideOf } from '../../../src/permissions/side';
import { waysUp } from '../../../src/permissions/ways-up';
import { planOf } from '../../support/estate-files';
import { Places } from '../../../src/preview/compared-side';

const count = (steps: number): void => {
  for (let done = 0; done < steps; done += 1) step();
};

test('a question ends with its steps, and one within another has no more than are left', () => {
  expect(() => {
    bounded(() => {
      count(100);
    }, 100);
  }).not.toThrow();
  expect(() => {
    bounded(() => {
      count(101);
    }, 100);
  }).toThrow(TooComplexError);
  const within = (steps: number) => () => {
    bounded(() => {
      bounded(() => {
        count(60);
      }, 1000);
      bounded(() => {
        count(steps);
      }, 1000);
    }, 100);
  };
  expect(within(40)).not.toThrow();
  expect(within(41)).toThrow(TooComplexError);
});

test('a question after one that was given up has all its steps again', () => {
  const long = (): void => {
    bounded(() => {
      count(11);
    }, 10);
  };
  expect(exactly(long)).toBeUndefined();
  expect(
    bounded(() => {
      count(10);
      return 'done';
    }, 10),
  ).toBe('done');
});

/** Fewer steps than a question has, so that the test is short. */
const few = <T>(answer: () => T): T => bounded(answer, 50_000);

/** Patterns that overlap everywhere: what is left of one beside the others is cut into ever more pieces. */
const tangled = (salt: string) => ({
  Version: '2012-10-17',
  Statement: Array.from({ length: 40 }, (_, index) => ({
    Effect: index % 3 === 2 ? 'Deny' : 'Allow',
    NotAction: ['a', 'b', 'c'].map(
      (char) => `s:*${char}*${salt}${'abcd'[index % 4] ?? ''}?*${'dcba'[index % 4] ?? ''}`,
    ),
    NotResource: ['a', 'b', 'c'].map((char) => `arn:*${char}${salt}*${'abcdefg'[index % 7] ?? ''}*`),
    Condition: { StringLike: { [`k${index % 9}`]: `${salt}${index}*` } },
  })),
});
const sideWith = (salt: string) => sideOf({ identity: parsePolicy(tangled(salt), 'p') });

test('a tangled policy is given up by its steps, wherever it is asked about', () => {
  const [x, y] = [sideWith('x'), sideWith('y')];
  expect(() => few(() => difference(x, y))).toThrow(TooComplexError);
  expect(() => few(() => allowedBy(x))).toThrow(TooComplexError);
  expect(few(() => can(x, {}))).toMatchObject({ verdict: 'unknown', beyond: expect.any(String) as string });
  expect(new Set(few(() => waysUp(x)).map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
});

test('a changed set that is tangled is one unknown in the preview', () => {
  const sideAt = (salt: string) => {
    const plan = planOf(
      JSON.stringify({
        access: {
          permissionSets: [{ name: 'Tangled', inlinePolicy: tangled(salt) }],
          grants: [{ group: 'Developers', permissionSets: ['Tangled'], accounts: { include: [{ name: 'app' }] } }],
        },
      }),
      { accounts: [{ id: '100000000001', name: 'app' }], groups: ['Developers'] },
    );
    return { estate: plan.estate, access: plan.access, places: new Places({ plan, files: [] }) };
  };
  const [before, after] = [sideAt('x'), sideAt('y')];
  const compared = few(() => compareAbilities(before, after));
  expect(compared?.abilities.map(({ beyond }) => typeof beyond)).toEqual(['string']);
});

test('a question that was asked before is charged the same steps again', () => {
  const region = anyOf([globOf('s3:get*'), globOf('iam:*role*')]);
  expect(actionsIn(region)).toContainEqual(expect.objectContaining({ id: 'iam:passrole' }));
  expect(() => bounded(() => actionsIn(region), 10)).toThrow(TooComplexError);
});

test('what is charged again is what the question took, whatever was counted before it', () => {
  const region = anyOf([globOf('sqs:get*'), globOf('sns:get*')]);
  count(100_000);
  const found = few(() => actionsIn(region));
  expect(few(() => actionsIn(region))).toEqual(found);
});
