import { readdirSync, readFileSync } from 'node:fs';

/** Ids of this process's children whose command line contains a text. Linux only; empty elsewhere. */
export function childrenOf(parent: number, text: string): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((id) => parentOf(id) === parent && commandOf(id).includes(text));
  } catch {
    return [];
  }
}

/** Whether a process runs. */
export function isAlive(id: number): boolean {
  return parentOf(id) !== undefined;
}

function parentOf(id: number): number | undefined {
  try {
    // Behind the name in parentheses: state, then the parent. A zombie runs no more.
    const [state, parent] = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function commandOf(id: number): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
