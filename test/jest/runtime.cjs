const { sep } = require('node:path');
const { default: Runtime } = require('jest-runtime');

const packages = `${sep}node_modules${sep}`;
/** A package is asked for by its name; what a package asks for is its own, or another package. */
const isOfPackage = (from, name) =>
	from.includes(packages) || (name !== undefined && /^[^./]/.test(name));

let ofPackages;

/**
 * Loads what is in node_modules once in a process: n8n-core takes longer than most test files. Our own code, and what it
 * remembers, begins anew in each test file.
 */
module.exports = class SharingRuntime extends Runtime {
	constructor(...given) {
		super(...given);
		// Never torn down, because packages load some of their parts late.
		ofPackages ??= new Runtime(...given);
	}

	requireModule(from, name, options, isActual) {
		// Only jest's own modules come with options: each file has its own.
		return options === undefined && isOfPackage(from, name)
			? ofPackages.requireModule(from, name, options, isActual)
			: super.requireModule(from, name, options, isActual);
	}
};
