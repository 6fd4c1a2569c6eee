import { drawSequence } from '../../../src/cli/reference/sequence-diagram';

const SOURCE = `sequenceDiagram
title Greeting
participant A as Ada
participant B as Bob
A->>B: How are you all & yours today?
Note over B: thinks
B-->>A: well
`;

test('draws who takes part, what goes between them, and what one does alone', () => {
  const svg = drawSequence(SOURCE);
  expect(svg).toContain('aria-label="Greeting"');
  const texts = [...svg.matchAll(/<tspan[^>]*>([^<]*)</g)].map(([, text]) => text);
  expect(texts).toEqual(['Ada', 'Bob', 'How are you all &amp; yours', 'today?', 'thinks', 'well']);
  expect(svg.match(/class="line"/g)).toHaveLength(1);
  expect(svg.match(/class="line reply"/g)).toHaveLength(1);
});

test.each([
  ['A->B: half an arrow', 'no line of a sequence diagram: A->B: half an arrow'],
  ['A->>C: nobody', 'no participant C'],
])('refuses %s', (line, message) => {
  expect(() => drawSequence(`${SOURCE}${line}\n`)).toThrow(message);
});
