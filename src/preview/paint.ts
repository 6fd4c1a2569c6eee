import type { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Styles a text for a terminal, or leaves it alone. */
export type Paint = (style: Style, text: string) => string;
