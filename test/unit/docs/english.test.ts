import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/repository';

/** Folders and files whose English was read line by line. */
const READ = [
  ...['README.md', 'CONTRIBUTING.md', 'docs', 'src', 'bicep', 'provider', 'lambda', 'constructs', 'stacks'],
  ...['apps/api', 'apps/emulator', 'apps/web', 'apps/service'],
];

/** Files that are rendered from a schema or a list of resources, where their words stand. */
const GENERATED =
  /(^|\/)(node_modules|images|(estate|entragraph|application)-reference\.md|deployment-steps\.md|estate\.schema\.json)/;

/** Turns that a reader stumbles over, with what to write instead. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [
    /(?<!\bt?here )\b(?:is|are) no (?!answer|longer|more\b|further|later|other|one\b)/i,
    'must be …, got …; or: is not a …',
  ],
  // A code of a finding never changes.
  [/(?<!covers-)\bnobody\b/i, 'no one; or: unknown'],
  [/\banew\b/i, 'again; or: restart, recreate'],
  [/\bas such\b/i, 'by itself'],
  [/\bthereby\b/i, 'by that'],
  [/\bmend(s|ed)?\b/i, 'fix'],
  // npx fetches and runs what is not installed, and anybody may publish under the program's name.
  [/\bnpx (?!--no )(?:entra-aws|cdk)\b/, 'npx --no …'],
  // A team's repository has the program in node_modules alone: a shell finds it by npx.
  [/(?:\b(?:run|then|begin with)|;|[a-z]:) entra-aws [a-z]/, 'npx --no entra-aws …'],
  [/\bof then\b|\bso far as\b/i, 'at that time; as far as'],
];

/** Openings of a doc comment that ask, or speak of the case before the thing. */
const OPENING = /\/\*\*[\s*]*(?:What|Who|Whose|Whom|Which|Where|Why|How|Whether|When|If|Not)\b.*/g;

function filesIn(path: string): readonly string[] {
  if (GENERATED.test(path)) return [];
  if (!statSync(join(REPOSITORY, path)).isDirectory()) return /\.(ts|md|bicep|eta|css)$/.test(path) ? [path] : [];
  return readdirSync(join(REPOSITORY, path)).flatMap((name) => filesIn(`${path}/${name}`));
}

test.each(READ)('%s has none of the banned turns', (place) => {
  const found = filesIn(place).flatMap((file) =>
    readFileSync(join(REPOSITORY, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        BANNED.filter(([turn]) => turn.test(line)).map(([turn, better]) => {
          const text = turn.exec(line)?.[0] ?? line;
          return `${file}:${index + 1}: '${text.trim()}'; write: ${better}`;
        }),
      ),
  );
  expect(found).toEqual([]);
});

test.each(READ)('%s opens its doc comments with a noun or a verb', (place) => {
  const found = filesIn(place).flatMap((file) =>
    [...readFileSync(join(REPOSITORY, file), 'utf8').matchAll(OPENING)].map(([text]) => `${file}: ${text}`),
  );
  expect(found).toEqual([]);
});
