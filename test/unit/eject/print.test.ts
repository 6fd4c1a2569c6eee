import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Code, print, type Printable, template, VariableNames } from '../../../src/eject/print';
import { runs } from '../../support/runs';

/** What a text of TypeScript stands for. */
const read = (text: string): unknown => JSON.parse(String(runInNewContext(`JSON.stringify(${text})`))) as unknown;

test('a value that is printed is the value', () => {
  const values = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Printable);
  fc.assert(
    fc.property(values, (value) => {
      // A key `__proto__` sets what an object inherits from.
      fc.pre(!JSON.stringify(value).includes('__proto__'));
      expect(read(print(value))).toEqual(value);
    }),
    runs(100),
  );
});

test.each(['`', '${x}', '\\', "it's", 'a\nb', '\u2028'])('a template literal with %j is that text', (text) => {
  expect(read(template([text, new Code('1 + 1')]).text)).toBe(`${text}2`);
});

test('code stands as it is, and a name like its value is said once', () => {
  expect(print({ graph: new Code('graph'), parent: new Code('aws.id') })).toBe('{ graph, parent: aws.id }');
});

test('names of variables are identifiers, each once, and none is reserved', () => {
  const names = new VariableNames();
  expect(['aws sp', 'aws-sp', '2nd', 'default', 'config'].map((one) => names.of(one))).toEqual([
    'awsSp',
    'awsSp2',
    '_2nd',
    '_default',
    '_config',
  ]);
});
