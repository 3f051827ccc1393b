// What does not ship (sandbox, tests) is .mts: the node linter's rules for published code do not
// apply to it, these do.
import js from '@eslint/js';
import typescript from 'typescript-eslint';

export default typescript.config({
	files: ['**/*.mts'],
	extends: [js.configs.recommended, typescript.configs.recommended],
});
