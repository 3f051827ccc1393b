const privateHost =
	/^(localhost|.+\.local|.+\.internal|[^.:]+|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+|\[::1\]|\[f[cd][\da-f]{2}:[\da-f:]*\])$/i;

/** Whether a host, as `URL.hostname` gives it, is one that only this machine or its own network reaches. */
export function isPrivateHost(hostname: string): boolean {
	return privateHost.test(hostname);
}
