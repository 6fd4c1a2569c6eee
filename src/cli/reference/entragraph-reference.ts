import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const INTRODUCTION = `# The provider \`entragraph\`

Resources for what azuread lacks, over Microsoft Graph. Generated from the classes in \`constructs/graph/\` by \`npm run reference\`: edit those, not this file. Why there is a provider of our own: [ADR 5](adr/0005-entragraph-provider.md); how the estate uses it: [the Entra half](entra-guide.md).
`;

/** The reference of the provider's classes, in Markdown, from their docstrings in a folder. */
export function entragraphReference(folder: string): string {
  const sections = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .flatMap((file) => sectionsOf(parse(join(folder, file))));
  return [INTRODUCTION, ...sections].join('\n');
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

/** A class comes first in its file's section, then what its arguments and outputs consist of. */
function sectionsOf(source: ts.SourceFile): readonly string[] {
  const interfaces = source.statements.filter(ts.isInterfaceDeclaration).filter(isExported);
  return source.statements.filter(ts.isClassDeclaration).flatMap((declaration) => {
    const name = declaration.name?.text ?? '';
    const own = interfaces.find((each) => each.name.text === `${name}Args`);
    const others = interfaces.filter((each) => each !== own);
    const outputs = declaration.members.filter(ts.isPropertyDeclaration);
    return [
      `## ${name}\n`,
      `${describe(declaration).text}\n`,
      ...(own === undefined ? [] : table('Argument', own.members.filter(ts.isPropertySignature))),
      ...(outputs.length === 0 ? [] : table('Output', outputs)),
      ...others.flatMap((each) => [
        `### ${each.name.text}\n`,
        ...descriptionOf(each),
        ...table('Key', each.members.filter(ts.isPropertySignature)),
      ]),
    ];
  });
}

function isExported(declaration: ts.InterfaceDeclaration): boolean {
  return declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function descriptionOf(node: ts.Node): readonly string[] {
  const { text } = describe(node);
  return text === '' ? [] : [`${text}\n`];
}

type Member = ts.PropertySignature | ts.PropertyDeclaration;

/** Arguments without a default must be given, unless they are optional: those say what they do without. */
function table(kind: 'Argument' | 'Output' | 'Key', members: readonly Member[]): readonly string[] {
  const hasDefaults = members.some(({ questionToken }) => questionToken !== undefined);
  const head = [kind, 'Type', ...(hasDefaults ? ['Default'] : []), 'Meaning'];
  const rows = members.map((member) => {
    const { text, fallback } = describe(member);
    const given = member.questionToken === undefined ? 'required' : (fallback ?? 'none');
    return [`\`${member.name.getText()}\``, typeOf(member), ...(hasDefaults ? [given] : []), oneLine(text)];
  });
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [`${lines.join('\n')}\n`];
}

/** Type as a person writes it: without the wrappers that let it be another resource's output, and with its choices. */
function typeOf(member: Member): string {
  const written = plain(textOf(member.type));
  const alias = member
    .getSourceFile()
    .statements.filter(ts.isTypeAliasDeclaration)
    .find(({ name }) => name.text === written);
  return `\`${(alias === undefined ? written : textOf(alias.type)).replaceAll('|', '\\|')}\``;
}

function textOf(type: ts.TypeNode | undefined): string {
  return (type?.getText() ?? '').replaceAll(/\s+/g, ' ').replace(/^\| /, '');
}

function plain(type: string): string {
  const inner = /\bpulumi\.(?:Input|Output)<([^<>]*(?:<[^<>]*>)?[^<>]*)>/;
  const next = type.replace(inner, '$1').replace(/\breadonly /g, '');
  return next === type ? type : plain(next);
}

interface Description {
  readonly text: string;
  /** Text of `@default`. */
  readonly fallback?: string;
}

function describe(node: ts.Node): Description {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '').join('\n\n');
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === 'default');
  const fallback = tag === undefined ? undefined : ts.getTextOfJSDocComment(tag.comment);
  return { text, ...(fallback !== undefined && { fallback: oneLine(fallback) }) };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}
