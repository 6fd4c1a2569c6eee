import { extentText } from '../../preview/access/extent';
import { accessCountsText } from '../../preview/labels';
import type { Outcome } from './outcome';
import type { ComparedPreview } from './preview-file';

/** Lists what a change destroys, in words: by the offline preview, and by what the engines say of what is deployed. */
export function destructionOf(preview: ComparedPreview, outcomes: readonly Outcome[]): readonly string[] {
  return [
    ...offline(preview),
    ...outcomes.flatMap(({ step, destroyed }) => destroyed.map((what) => `deployed ${step}: ${what}`)),
  ];
}

/** The preview's headline: who gains and who loses, pending access included. Undefined where nothing was compared. */
export function headlineOf({ changes: { counts } }: ComparedPreview): string | undefined {
  return counts && accessCountsText(counts);
}

/** Parts of a change of access that are larger than the estate's limits, in words. */
export function massChangesOf({ changes }: ComparedPreview): readonly string[] {
  return changes.extent.filter(({ isExceeded }) => isExceeded).map(extentText);
}

function offline({ estate, changes }: ComparedPreview): readonly string[] {
  const { notCompared, replacements, operations, entra } = changes;
  const unknown = [notCompared, entra?.notCompared].filter((reason) => reason !== undefined);
  const access = new Set([`${estate}-access`, `${estate}-access-management`]);
  return [
    ...unknown.map((reason) => `what changes is unknown: ${reason}`),
    ...replacements.map(({ kind, subject }) => `${kind}: ${subject}`),
    // Lost access is told first of all, and is not destruction.
    ...operations
      .filter(({ stack, deleted }) => deleted > 0 && !access.has(stack))
      .map(({ stack, deleted }) => `${stack}: deletes resources (${deleted})`),
    ...(entra?.abandoned ?? []),
    ...(entra?.resources ?? [])
      .filter(({ action }) => action === 'delete' || action === 'replace')
      .map(({ action, what, label }) => `${action} ${what} ${label}`),
  ];
}
