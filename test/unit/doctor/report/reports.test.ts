import { stripVTControlCharacters } from 'node:util';
import { renderJson, renderJunit, renderMarkdown, renderTerminal } from '../../../../src/doctor/report/render';
import type { Examination } from '../../../../src/doctor/examination';
import { EXAMINATION } from '../examinations';

test('a terminal shows each check, what is wrong and what to do', () => {
  expect(renderTerminal(EXAMINATION, { colour: false })).toMatchSnapshot();
});

test('colours change no word', () => {
  const coloured = renderTerminal(EXAMINATION, { colour: true });
  expect(coloured).not.toBe(stripVTControlCharacters(coloured));
  expect(stripVTControlCharacters(coloured)).toBe(renderTerminal(EXAMINATION, { colour: false }));
});

test('Markdown shows names as text', () => {
  expect(renderMarkdown(EXAMINATION)).toMatchSnapshot();
});

test('JUnit has a test case for each check', () => {
  expect(renderJunit(EXAMINATION)).toMatchSnapshot();
});

test('JSON has everything', () => {
  expect(JSON.parse(renderJson(EXAMINATION))).toEqual({ version: 1, ...EXAMINATION });
});

describe('checks that one cause kept from being made', () => {
  const cause = { outcome: 'unknown', message: 'log in first', advice: 'run az login' } as const;
  const check = (id: string, ...more: Examination['checks'][number]['observations']) =>
    ({ id, area: 'saml', title: `Title of ${id}`, outcome: 'unknown', observations: [cause, cause, ...more] }) as const;
  const examination = {
    ...EXAMINATION,
    checks: [check('one'), check('two'), check('three', { outcome: 'unknown', message: 'another reason' })],
  };

  test.each([
    ['terminal', renderTerminal(examination, { colour: false })],
    ['Markdown', renderMarkdown(examination)],
  ])('stand together in the %s, below the cause; one with a reason of its own stands alone', (_, text) => {
    expect(text).toMatch(/log in first\n.*to do: run az login\n.*2 checks: one, two/);
    expect(text.match(/log in first/g)?.length).toBeLessThanOrEqual(3);
    expect(text).toContain('another reason');
  });

  test('are each in the JSON', () => {
    expect(JSON.parse(renderJson(examination))).toEqual({ version: 1, ...examination });
  });
});
