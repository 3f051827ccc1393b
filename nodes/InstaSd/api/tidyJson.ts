type Container = unknown[] | Record<string, unknown>;

/** No reply of a service is nested so deeply; what n8n does with an item would overflow the stack. */
const deepest = 100;

/**
 * Cleans a value that was parsed from JSON, in place: each text and key of it. What is nested too deeply for n8n is
 * replaced by a word.
 * @param clean gives back the same text where there is nothing to clean
 */
export function tidyJson(value: unknown, clean: (text: string) => string): unknown {
	const holder: unknown[] = [value];
	let level: Container[] = [holder];
	for (let depth = 0; level.length > 0; depth++) {
		const below: Container[] = [];
		const tidy = (one: unknown): unknown => {
			if (typeof one === 'string') return clean(one);
			if (!isContainer(one)) return one;
			if (depth > deepest) return '(nested too deeply)';
			below.push(one);
			return one;
		};
		for (const container of level) {
			if (Array.isArray(container)) tidyList(container, tidy);
			else tidyFields(container, tidy, clean);
		}
		level = below;
	}
	return holder[0];
}

function tidyList(list: unknown[], tidy: (one: unknown) => unknown): void {
	for (let index = 0; index < list.length; index++) {
		const tidied = tidy(list[index]);
		if (tidied !== list[index]) list[index] = tidied;
	}
}

function tidyFields(
	fields: Record<string, unknown>,
	tidy: (one: unknown) => unknown,
	clean: (text: string) => string,
): void {
	for (const [key, value] of Object.entries(fields)) {
		const name = clean(key);
		const tidied = tidy(value);
		if (name !== key) delete fields[key];
		if (name !== key || tidied !== value) fields[name] = tidied;
	}
	// Whoever copies the fields would make it their prototype.
	if (Object.hasOwn(fields, '__proto__')) delete fields.__proto__;
}

function isContainer(value: unknown): value is Container {
	return typeof value === 'object' && value !== null;
}
