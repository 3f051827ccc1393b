import 'reflect-metadata';
import { createRequire } from 'node:module';
import type { IRunExecutionDataAll, Logger } from 'n8n-workflow';

/** A class the container can make, whatever its constructor takes. */
type Service<T> = abstract new (...args: never[]) => T;

interface ServiceContainer {
	get<T>(service: Service<T>): T;
	set<T>(service: Service<T>, instance: T): void;
	reset(): void;
}

// n8n-core keeps its services in its own copy of @n8n/di: another copy, even of the same version,
// is an empty container. So its inner packages are asked for from where n8n-core stands.
const corePath = createRequire(import.meta.url).resolve('n8n-core');
const requireFromCore = createRequire(corePath);
const requireFromCommon = createRequire(requireFromCore.resolve('@n8n/backend-common'));

const di: { Container: ServiceContainer } = requireFromCore('@n8n/di');
const common: { Logger: Service<Logger> } = requireFromCore('@n8n/backend-common');
const flatted: { parse(text: string): IRunExecutionDataAll; stringify(value: unknown): string } =
	requireFromCommon('flatted');

/** n8n-core's service container. */
export const { Container } = di;

/** The class under which nodes find their logger. */
export const { Logger: LoggerService } = common;

/** The text form in which n8n's database keeps an execution's data. */
export const { parse: parseFlatted, stringify: stringifyFlatted } = flatted;

/** Whether n8n's default expression engine runs on this version of Node. */
export function hasIsolatedVm(): boolean {
	try {
		createRequire(requireFromCore.resolve('n8n-workflow'))('isolated-vm');
		return true;
	} catch {
		return false;
	}
}
