import { parseObject } from '../../../../../apps/emulator/graph/json';
import { evaluate } from '../../../../../apps/emulator/graph/resources/synchronization/cycle/expressions';
import { mappingsOf, passesScope } from '../../../../../apps/emulator/graph/resources/synchronization/cycle/mapping';
import { parseExpression } from '../../../../../apps/emulator/graph/resources/synchronization/schema';

const ATTRIBUTES = { givenName: 'Ada', surname: 'Lovelace', IsSoftDeleted: 'True', department: 'Claims' };

function valueOf(expression: string): string | undefined {
  const source = parseExpression(expression);
  if (source === undefined) throw new Error(`not an expression: ${expression}`);
  return evaluate(source, ATTRIBUTES);
}

test.each([
  ['[givenName]', 'Ada'],
  ['[mail]', undefined],
  ['"fixed"', 'fixed'],
  ['Switch([IsSoftDeleted], , "False", "True", "True", "False")', 'False'],
  ['Switch([department], "other", "Sales", "s")', 'other'],
  ['Switch([department], , "Sales", "s")', undefined],
  ['Join(" ", [givenName], [mail], [surname])', 'Ada Lovelace'],
  ['Coalesce([mail], [surname])', 'Lovelace'],
  ['ToLower(Append([givenName], "@X"))', 'ada@x'],
])('%s is %s', (expression, value) => {
  expect(valueOf(expression)).toBe(value);
});

test('a function that is not emulated is a fault', () => {
  expect(() => valueOf('constructor([mail])')).toThrow('The function constructor is not emulated');
});

test.each([
  [[['department', 'EQUALS', ['Claims']]], true],
  [[['department', 'NOT EQUALS', ['Claims']]], false],
  [
    [
      ['department', 'EQUALS', ['Claims']],
      ['givenName', 'EQUALS', ['Bob']],
    ],
    false,
  ],
  [[['mail', 'IS NULL', []]], true],
  [[['surname', 'REGEX MATCH', ['L.*e']]], true],
  [[['surname', 'REGEX MATCH', ['L(']]], false],
  [[['IsSoftDeleted', 'IS FALSE', []]], false],
  [[['department', 'SOUNDS LIKE', ['Claims']]], false],
])('a scoping filter %j lets somebody in: %s', (clauses, isIn) => {
  const scope = {
    groups: [
      {
        clauses: clauses.map(([sourceOperandName, operatorName, values]) => ({
          sourceOperandName,
          operatorName,
          targetOperand: { values },
        })),
      },
    ],
  };
  const json = parseObject(JSON.stringify({ enabled: true, sourceObjectName: 'User', scope })) ?? {};
  const mapping = mappingsOf({ synchronizationRules: [{ objectMappings: [json] }] }).get('User');
  expect(mapping && passesScope(mapping, ATTRIBUTES)).toBe(isIn);
});
