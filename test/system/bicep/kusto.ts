import { createRequire } from 'node:module';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/repository';

const SCRIPTS = ['bridge.min.js', 'Kusto.Language.Bridge.min.js'];

/** The part of Microsoft's parser that a test needs: it is made from C#, and puts itself into the global object. */
interface KustoLibrary {
  readonly Language: {
    readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
    readonly KustoCode: { ParseAndAnalyze(text: string, globals: unknown): { GetDiagnostics(): Diagnostics } };
    readonly Symbols: {
      readonly TableSymbol: { From(schema: string): { WithName(name: string): unknown } };
      readonly DatabaseSymbol: { readonly ctor: new (name: string, tables: readonly unknown[]) => unknown };
    };
  };
}

interface Diagnostics {
  readonly Count: number;
  getItem(index: number): { readonly Message: string };
}

/** Columns that the queries use, with the types of the Azure Monitor Logs reference. */
const TABLES: Readonly<Record<string, string>> = {
  AuditLogs:
    '(TimeGenerated: datetime, OperationName: string, Result: string, Identity: string, InitiatedBy: dynamic, TargetResources: dynamic)',
  AADProvisioningLogs:
    '(TimeGenerated: datetime, ProvisioningAction: string, ResultType: string, ResultSignature: string, ResultDescription: string, ServicePrincipal: string, SourceIdentity: string)',
  SigninLogs:
    '(TimeGenerated: datetime, AppDisplayName: string, ResultType: string, AuthenticationRequirement: string, ConditionalAccessPolicies: dynamic, UserPrincipalName: string, IPAddress: string, Location: string, ClientAppUsed: string)',
};

/** Faults that the parser finds in a query: syntax, and names that no table, column or function has. */
export function faultsOfQuery(text: string): readonly string[] {
  // `npm ci --prefix .ci/system` brings them.
  const load = createRequire(join(REPOSITORY, '.ci/system/package.json'));
  for (const script of SCRIPTS) load(`@kusto/language-service-next/${script}`);
  const { Language } = (globalThis as unknown as { readonly Kusto: KustoLibrary }).Kusto;
  const { TableSymbol, DatabaseSymbol } = Language.Symbols;
  const tables = Object.entries(TABLES).map(([name, schema]) => TableSymbol.From(schema).WithName(name));
  const globals = Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.ctor('logs', tables));
  const diagnostics = Language.KustoCode.ParseAndAnalyze(text, globals).GetDiagnostics();
  return Array.from({ length: diagnostics.Count }, (_, index) => diagnostics.getItem(index).Message);
}
