/** The escapes of `$'…'`, and of strings in most languages. */
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** A text of a program without one level of its backslashes. */
export function unescapeBackslashes(text: string): string {
	return text.replace(
		/\\(?:u([\da-f]{4})|x([\da-f]{2})|(\r?\n|[\s\S]))/gi,
		(_all, unicode?: string, hexadecimal?: string, sign = '') =>
			unicode === undefined && hexadecimal === undefined
				? /^\s+$/.test(sign)
					? ''
					: (controls[sign] ?? sign)
				: String.fromCharCode(Number.parseInt(unicode ?? hexadecimal ?? '', 16)),
	);
}
