import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../../../../apps/emulator/graph/json';
import { isList, isObject } from '../../../../../apps/emulator/graph/json';

/** A request that azuread 6.9.1 sent under the real engine, and what a stand-in answered. */
export interface Recorded {
  readonly seq: number;
  readonly phase: string;
  readonly srv: 'tls' | 'graph';
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: JsonObject;
  readonly resp?: JsonObject;
  /** Answers that repeat an earlier one name it. */
  readonly respSameAs?: number;
}

export function readRecording(): readonly Recorded[] {
  const file = join(__dirname, '..', 'fixtures', 'azuread-requests.jsonl');
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Recorded);
}

export function expectedAnswer(recording: readonly Recorded[], entry: Recorded): JsonObject | undefined {
  if (entry.respSameAs === undefined) return entry.resp;
  return recording.find(({ seq }) => seq === entry.respSameAs)?.resp;
}

/** Values that differ from run to run, or that the recording has masked or made up. */
const FREE_VALUES =
  /(^|\.)(@odata\.\w+|\w*DateTime|date|securityIdentifier|hint|secretText|access_token|key|thumbprint|message|request-id|client-request-id)$/;

/** Texts of the gallery that the recording's stand-in made up, and its poorer copies of Microsoft's objects. */
const FREE_IN = [
  /oauth2PermissionScopes\.\d+\.userConsent(Description|DisplayName)$/,
  /(^|\.)(homepage|homePageUrl)$/,
  /^value\.\d+\.signInAudience$/,
  // That stand-in kept the name from the creation; documented is "the display name exposed by the application".
  /^appDisplayName$/,
];

/** Lists of Microsoft Graph's own service principal, of which the recording had two entries. */
const FREE_LISTS = /(^|\.)(appRoles|oauth2PermissionScopes)$/;

/** What that stand-in answered and Microsoft's types of that version don't have. */
const NOT_IN_TYPES =
  /(^|\.)(createdDateTime|oauth2PermissionScopes|resourceSpecificApplicationPermissions|applicationTemplateId|addIns|times|deviceStates|partialEnablementStrategy)$/;

const MICROSOFT_GRAPH = '00000003-0000-0000-c000-000000000000';

/** Ids of the recording and what they are here; learnt from the answers. */
export class IdMap {
  private readonly ids = new Map<string, string>();

  constructor(known: Readonly<Record<string, string>>) {
    for (const [recorded, own] of Object.entries(known)) this.ids.set(recorded, own);
  }

  translate(text: string): string {
    return [...this.ids].reduce((result, [recorded, own]) => result.replaceAll(recorded, own), text);
  }

  translateJson(value: JsonObject): JsonObject {
    return JSON.parse(this.translate(JSON.stringify(value))) as JsonObject;
  }

  /** Differences between a recorded answer and ours, as paths with both values. */
  compare(recorded: Json, own: Json | undefined): readonly string[] {
    const isGraph = JSON.stringify(recorded).includes(`"appId":"${MICROSOFT_GRAPH}"`);
    return this.differences('', { recorded, own, isGraph });
  }

  private differences(path: string, { recorded, own, isGraph }: Pair): readonly string[] {
    if (isGraph && FREE_LISTS.test(path)) return [];
    if (isObject(recorded) && isObject(own)) return this.memberDifferences(path, { recorded, own, isGraph });
    if (isList(recorded) && isList(own) && recorded.length === own.length) {
      return recorded.flatMap((item, index) =>
        this.differences(join2(path, index), { recorded: item, own: own[index], isGraph }),
      );
    }
    if (own !== undefined && isFree(path)) return [];
    return this.isSame(path, recorded, own) ? [] : [`${path}: ${JSON.stringify(recorded)} != ${JSON.stringify(own)}`];
  }

  private memberDifferences(
    path: string,
    { recorded, own, isGraph }: { recorded: JsonObject; own: JsonObject; isGraph: boolean },
  ): readonly string[] {
    const names = new Set([...Object.keys(recorded), ...Object.keys(own)]);
    return [...names].flatMap((name) => {
      const place = join2(path, name);
      const expected = recorded[name];
      // The recording has fewer of the properties that Microsoft describes; azuread reads past what is empty.
      if (expected === undefined) return isEmpty(own[name]) ? [] : [`${place}: not in the recording`];
      if (!(name in own)) return NOT_IN_TYPES.test(place) ? [] : [`${place}: missing`];
      return this.differences(place, { recorded: expected, own: own[name], isGraph });
    });
  }

  private isSame(path: string, recorded: Json, own: Json | undefined): boolean {
    if (typeof recorded !== 'string' || typeof own !== 'string')
      return JSON.stringify(recorded) === JSON.stringify(own);
    if (this.translate(recorded) === own) return true;
    if (this.ids.has(recorded) || !/(^|\.)(id|\w*Id|\w*Identifier|\d+)$/.test(path)) return false;
    this.ids.set(recorded, own);
    return true;
  }
}

interface Pair {
  readonly recorded: Json;
  readonly own: Json | undefined;
  readonly isGraph: boolean;
}

function isFree(path: string): boolean {
  return FREE_VALUES.test(path) || FREE_IN.some((pattern) => pattern.test(path));
}

function join2(path: string, name: string | number): string {
  return path === '' ? String(name) : `${path}.${name}`;
}

function isEmpty(value: Json | undefined): boolean {
  return value === null || value === false || (isList(value) && value.length === 0);
}
