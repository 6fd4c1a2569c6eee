import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportFile } from '../../../src/cli/deploy/repair/program/stack-commands';
import type { Command, CommandResult } from '../../../src/deploy/steps/command';

interface Deployment {
  readonly manifest: object;
  readonly resources: readonly object[];
  readonly pending_operations: readonly object[];
}

/** As the CLI 3.248 refuses what needs the lock of a stack in a folder. */
const LOCKED = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/1.json: created by ada@laptop (pid 7) at 2026-11-28T10:05:02Z
`;

/**
 * The Pulumi CLI on the stack `sandbox-workforce`, whose first run was killed with `kill -9` while it made eight things: the state
 * is what the real engine exported then, without what no one reads here.
 */
export class RecordedEngine {
  readonly ran: string[] = [];
  /** Files that were imported. */
  readonly imported: ImportFile[] = [];
  private deployment: Deployment;
  private isLocked = true;
  /** Names of what a refresh does not find. */
  private hidden: readonly string[] = [];

  constructor() {
    const text = readFileSync(join(__dirname, 'killed-workforce.json'), 'utf8');
    const { deployment } = JSON.parse(text) as { readonly deployment: Deployment };
    // It ended just now, when the directory's objects were made.
    this.deployment = { ...deployment, manifest: { ...deployment.manifest, time: new Date().toISOString() } };
  }

  /** A stack that another run has brought to its end. */
  add(...resources: readonly object[]): void {
    this.deployment = {
      ...this.deployment,
      resources: [...this.deployment.resources, ...resources],
      pending_operations: [],
    };
    this.isLocked = false;
  }

  /** Has a refresh take resources out of the state, as where a replica does not know them. */
  hide(...names: readonly string[]): void {
    this.hidden = names;
  }

  readonly read = ({ words }: Command): Promise<CommandResult> => {
    const [, verb = '', ...rest] = words;
    this.ran.push(verb);
    return Promise.resolve(this.answer(verb, rest));
  };

  private answer(verb: string, rest: readonly string[]): CommandResult {
    if (verb === 'stack') return { code: 0, stdout: JSON.stringify({ deployment: this.deployment }), stderr: '' };
    if (verb === 'cancel') this.isLocked = false;
    if (this.isLocked) return { code: 255, stdout: '', stderr: LOCKED };
    if (verb === 'refresh') {
      const isShown = (resource: object): boolean =>
        !this.hidden.some((name) => JSON.stringify(resource).includes(`::${name}"`));
      this.deployment = {
        ...this.deployment,
        resources: this.deployment.resources.filter(isShown),
        pending_operations: [],
      };
    }
    if (verb === 'import') this.import(rest.at(-1) ?? '');
    return { code: 0, stdout: '', stderr: '' };
  }

  private import(path: string): void {
    const file = JSON.parse(readFileSync(path, 'utf8')) as ImportFile;
    this.imported.push(file);
    this.add(
      ...file.resources.map(({ type, name, id }) => ({
        urn: `urn:pulumi:sandbox-workforce::entra-aws-identity::${type}::${name}`,
        ...{ type, id },
        outputs: { displayName: name.replace('workforce-', '') },
      })),
    );
  }
}
