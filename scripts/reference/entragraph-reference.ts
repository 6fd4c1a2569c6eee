import { oneLine, type Choice, type Declaration, type Member } from './entragraph-declarations';

const INTRODUCTION = `# The provider \`entragraph\`

Resources for what azuread lacks, over Microsoft Graph, and functions that look up what is there. Written by \`npm run reference\` from the classes and functions in \`constructs/graph/\`, as is the package's schema, from which \`pulumi package add\` makes an SDK for another language: [the provider alone](entragraph-alone.md). [Why there is a provider](adr/0005-entragraph-provider.md); [how the estate uses it](entra-guide.md). An argument is required unless it is optional or has a default, and a string unless a type is named.
`;

/** The reference of the provider's classes and functions, in Markdown, from their docstrings. */
export function entragraphReference(declarations: readonly Declaration[]): string {
  const choices = declarations.flatMap((one) => one.choices);
  return [INTRODUCTION, ...declarations.flatMap((one) => sectionOf(one, choices))].join('\n');
}

/** A class or function comes first, then what its arguments and outputs consist of. */
function sectionOf(
  { kind, name, text, args, outputs, shapes }: Declaration,
  choices: readonly Choice[],
): readonly string[] {
  const others = shapes.flatMap((each) => [
    `### ${each.name}\n`,
    ...(each.text === '' ? [] : [`${each.text}\n`]),
    ...list('Key', each.members, choices),
  ]);
  return [
    `## ${name}\n`,
    `${text}\n`,
    ...(args === undefined ? [] : list('Argument', args.members, choices)),
    ...(outputs.length === 0 ? [] : list(kind === 'class' ? 'Output' : 'Result', outputs, choices)),
    ...others,
  ];
}

const TITLES = { Argument: 'Arguments', Output: 'Outputs', Result: 'Results', Key: '' } as const;

/** Optional arguments say what they do without. */
function list(kind: keyof typeof TITLES, members: readonly Member[], choices: readonly Choice[]): readonly string[] {
  const lines = members.map(({ name, type, isOptional, text, fallback }) => {
    const written = choices.find((choice) => choice.name === type)?.type ?? type;
    const facts = [...(written === 'string' ? [] : [`\`${written}\``]), ...(isOptional ? [defaultOf(fallback)] : [])];
    return `- \`${name}\`${facts.length === 0 ? '' : ` (${facts.join('; ')})`}: ${oneLine(text)}`;
  });
  const title = TITLES[kind];
  return [...(title === '' ? [] : [`${title}:\n`]), `${lines.join('\n')}\n`];
}

function defaultOf(fallback = 'none'): string {
  return fallback === 'none' ? 'optional' : `default ${fallback}`;
}
