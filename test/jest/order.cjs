const { createHash } = require('node:crypto');
const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** The slowest files first, as jest does; with TEST_ORDER, an order that the text in it decides. */
module.exports = class Order extends Sequencer {
	sort(tests) {
		const seed = process.env.TEST_ORDER;
		if (!seed) return super.sort(tests);
		process.stderr.write(`The order of the test files (again: TEST_ORDER=${seed} npm test)\n`);
		const place = ({ path, context }) =>
			createHash('sha256')
				.update(`${seed} ${relative(context.config.rootDir, path)}`)
				.digest('hex');
		const places = new Map(tests.map((test) => [test, place(test)]));
		return [...tests].sort((one, other) => (places.get(one) < places.get(other) ? -1 : 1));
	}
};
