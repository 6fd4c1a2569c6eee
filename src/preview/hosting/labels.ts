import { count, formatNumber } from '../blocks/text';
import type { HostingChange, HostingReport, ReportService, ReportTable } from './report-types';
import { readableId } from './templates';

export const PLATFORM_WORDS: Readonly<Record<HostingReport['platform'], string>> = {
  'app-runner': 'App Runner',
  'ecs-express': 'ECS Express Mode',
};

export const ADDRESS_WORDS: Readonly<Record<HostingReport['address']['kind'], string>> = {
  domain: 'a domain of its own',
  named: 'named by the estate',
  pending: 'none yet',
};

/** `0.25 vCPU, 512 MiB` */
export function sizeText({ cpu, memory }: ReportService): string {
  return `${cpu / 1024} vCPU, ${formatNumber(memory)} MiB`;
}

/** `1 to 2 instances, 80 requests at once each` */
export function scalingText({ minInstances, maxInstances, concurrency }: ReportService): string {
  const instances =
    minInstances === maxInstances ? count(minInstances, 'instance') : `${minInstances} to ${maxInstances} instances`;
  return concurrency === undefined ? instances : `${instances}, ${count(concurrency, 'request')} at once each`;
}

/** `items expire by expiresAt, point-in-time recovery, protected, stays` */
export function tableText(table: ReportTable): string {
  return [
    ...(table.expiresBy === undefined ? [] : [`items expire by ${table.expiresBy}`]),
    ...(table.hasPointInTimeRecovery ? ['point-in-time recovery'] : []),
    ...(table.hasDeletionProtection ? ['protected from deletion'] : []),
    table.isKept ? 'stays when its stack is deleted' : 'is deleted with its stack',
  ].join(', ');
}

export const HOSTING_ACTION_WORDS: Readonly<Record<HostingChange['action'], string>> = {
  create: 'is created',
  update: 'is updated',
  replace: 'is replaced',
  delete: 'is deleted',
};

/** `AppRunner::Service Servicesweb` */
export function resourceText({ type, logicalId }: HostingChange): string {
  return `${type.replace(/^AWS::/, '')} ${readableId(logicalId)}`;
}
