import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** An argument, an output or a key. */
export interface Member {
  readonly name: string;
  /** Type as a person writes it, without the wrappers that let it be another resource's output: `CollectedAttributeArgs[]`. */
  readonly type: string;
  readonly isOptional: boolean;
  /** Description, with its line breaks. */
  readonly text: string;
  /** Text of `@default`. */
  readonly fallback?: string;
}

/** An interface, such as the arguments of a resource. */
export interface Shape {
  readonly name: string;
  readonly text: string;
  readonly members: readonly Member[];
}

/** A type that is one of some texts. */
export interface Choice {
  readonly name: string;
  readonly text: string;
  /** As it is written: `'on' | 'off'`. */
  readonly type: string;
}

/** A class or a function of the provider, with what it takes and gives. */
export interface Declaration {
  readonly kind: 'class' | 'function';
  /** Name without `Output`, which a function has at its end. */
  readonly name: string;
  readonly text: string;
  readonly args: Shape | undefined;
  readonly outputs: readonly Member[];
  /** Shapes that arguments and outputs consist of. */
  readonly shapes: readonly Shape[];
  readonly choices: readonly Choice[];
}

/** Declarations of the files of a folder, by name. */
export function declarationsOf(folder: string): readonly Declaration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => declarationsIn(parse(join(folder, file))))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

function declarationsIn(source: ts.SourceFile): readonly Declaration[] {
  const shapes = source.statements.filter(ts.isInterfaceDeclaration).filter(isExported).map(shapeOf);
  const choices = source.statements.filter(ts.isTypeAliasDeclaration).map(choiceOf);
  const declare = (named: ts.ClassDeclaration | ts.FunctionDeclaration): Declaration => {
    const isClass = ts.isClassDeclaration(named);
    const name = (named.name?.text ?? '').replace(/Output$/, '');
    const capital = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    const args = shapes.find((each) => each.name === `${capital}Args`);
    const result = shapes.find((each) => each.name === `${capital}Result`);
    const outputs = isClass ? named.members.filter(ts.isPropertyDeclaration).map(memberOf) : (result?.members ?? []);
    const others = partsOf([...(args?.members ?? []), ...outputs], shapes);
    const kind = isClass ? 'class' : 'function';
    return { kind, name, text: describe(named).text, args, outputs, shapes: others, choices };
  };
  const functions = source.statements.filter(ts.isFunctionDeclaration).filter(isExported);
  return [...source.statements.filter(ts.isClassDeclaration), ...functions].map(declare);
}

/** Shapes that members consist of, and those that these consist of. */
function partsOf(members: readonly Member[], shapes: readonly Shape[]): readonly Shape[] {
  const names = new Set(members.flatMap(({ type }) => type.match(/\w+/g) ?? []));
  const parts = shapes.filter(({ name }) => names.has(name));
  const further = partsIn(parts, shapes);
  return shapes.filter((each) => parts.includes(each) || further.includes(each));
}

function partsIn(parts: readonly Shape[], shapes: readonly Shape[]): readonly Shape[] {
  const rest = shapes.filter((each) => !parts.includes(each));
  return parts.length === 0
    ? []
    : partsOf(
        parts.flatMap(({ members }) => members),
        rest,
      );
}

function isExported({ modifiers }: ts.InterfaceDeclaration | ts.FunctionDeclaration): boolean {
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function shapeOf(declaration: ts.InterfaceDeclaration): Shape {
  const members = declaration.members.filter(ts.isPropertySignature).map(memberOf);
  return { name: declaration.name.text, text: describe(declaration).text, members };
}

function choiceOf(declaration: ts.TypeAliasDeclaration): Choice {
  return { name: declaration.name.text, text: describe(declaration).text, type: textOf(declaration.type) };
}

function memberOf(member: ts.PropertySignature | ts.PropertyDeclaration): Member {
  const isOptional = member.questionToken !== undefined;
  return { name: member.name.getText(), type: plain(textOf(member.type)), isOptional, ...describe(member) };
}

function textOf(type: ts.TypeNode | undefined): string {
  return (type?.getText() ?? '').replaceAll(/\s+/g, ' ').replace(/^\| /, '');
}

function plain(type: string): string {
  const inner = /\bpulumi\.(?:Input|Output)<([^<>]*(?:<[^<>]*>)?[^<>]*)>/;
  const next = type.replace(inner, '$1').replace(/\breadonly /g, '');
  return next === type ? type : plain(next);
}

function describe(node: ts.Node): { readonly text: string; readonly fallback?: string } {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '').join('\n\n');
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === 'default');
  const fallback = tag === undefined ? undefined : ts.getTextOfJSDocComment(tag.comment);
  return { text, ...(fallback !== undefined && { fallback: oneLine(fallback) }) };
}

/** A text on one line. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
