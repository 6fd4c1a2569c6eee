import { oneLine, type Choice, type Declaration, type Member } from './entragraph-declarations';

const INTRODUCTION = `# The provider \`entragraph\`

Resources for what azuread lacks, over Microsoft Graph, and functions that look up what is there. Generated from the classes and functions in \`constructs/graph/\` by \`npm run reference\`: edit those, not this file. The same declarations are the package's schema, from which \`pulumi package add\` makes an SDK for another language: [the provider alone](entragraph-alone.md). Why there is a provider of our own: [ADR 5](adr/0005-entragraph-provider.md); how the estate uses it: [the Entra half](entra-guide.md).
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

/** Arguments without a default must be given, unless they are optional: those say what they do without. */
function list(kind: keyof typeof TITLES, members: readonly Member[], choices: readonly Choice[]): readonly string[] {
  const hasDefaults = members.some(({ isOptional }) => isOptional);
  const lines = members.map(({ name, type, isOptional, text, fallback }) => {
    const written = choices.find((choice) => choice.name === type)?.type ?? type;
    const given = isOptional ? `; default ${fallback ?? 'none'}` : hasDefaults ? '; required' : '';
    return `- \`${name}\` (\`${written}\`${given}): ${oneLine(text)}`;
  });
  const title = TITLES[kind];
  return [...(title === '' ? [] : [`${title}:\n`]), `${lines.join('\n')}\n`];
}
