import { stripVTControlCharacters } from 'node:util';
import { renderJson, renderMarkdown, renderTerminal } from '../../../../src/doctor/report/render';
import { renderJunit } from '../../../../src/doctor/report/render-junit';
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
  expect(JSON.parse(renderJson(EXAMINATION))).toEqual(EXAMINATION);
});
