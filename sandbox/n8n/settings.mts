import path from 'node:path';
import type { N8nInstallation } from './install.mts';

export interface N8nPlace {
	/** n8n keeps everything in `.n8n` below it. */
	userFolder: string;
	port: number;
	/** Where the task runners meet n8n; each n8n process on the machine needs its own. */
	brokerPort: number;
}

/**
 * The environment of a sandboxed n8n: local, quiet and offline, without the dialogs that cover the
 * editor on a first visit. n8n settings of the surrounding shell do not reach it.
 */
export function n8nEnv(
	{ runtime }: N8nInstallation,
	{ userFolder, port, brokerPort }: N8nPlace,
	extra: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
	const foreign =
		/^(N8N|DB|EXECUTIONS|QUEUE|WORKFLOWS|WEBHOOK|CREDENTIALS|GENERIC|npm)_|^NODE_OPTIONS$/;
	const surrounding = Object.entries(process.env).filter(([name]) => !foreign.test(name));
	return {
		...Object.fromEntries(surrounding),
		PATH: [path.dirname(runtime.node), process.env.PATH].join(path.delimiter),
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_SECURE_COOKIE: 'false',
		N8N_LOG_LEVEL: 'info',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_ONBOARDING_FLOW_DISABLED: 'true',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		...extra,
	};
}
