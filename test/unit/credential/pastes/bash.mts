import { spawnSync } from 'node:child_process';

import type { Body } from './bodies.mts';

/** Prints what the commands would send. */
const prelude = `
X='a "dog"'
curl() {
	local body=
	while [ $# -gt 0 ]; do
		case "$1" in
			-d | --data | --data-raw | --data-binary | --json | --post-data | --body-data) shift; body=$1 ;;
			--data=* | --json=* | --post-data=* | --body-data=*) body=\${1#*=} ;;
			-d*) body=\${1#-d} ;;
		esac
		shift
	done
	if [ "$body" = @- ]; then cat; else printf %s "$body"; fi
}
wget() { curl "$@"; }
/usr/bin/curl() { curl "$@"; }
http() { cat; }
jq() { cat; }
`;

/** What bash prints when it runs a script for each text, which is its `$value`. */
function inBash(script: string, texts: string[]): string[] {
	const loop = `${prelude}while IFS= read -r -d '' value; do ( ${script} ) </dev/null 2>/dev/null; printf '\\0'; done`;
	const { stdout } = spawnSync('bash', ['-c', loop], {
		encoding: 'utf8',
		input: texts.map((text) => `${text}\0`).join(''),
		env: { ...process.env, LC_ALL: 'C.UTF-8' },
		maxBuffer: 100_000_000,
	});
	return stdout.split('\0').slice(0, -1);
}

/** The bodies that commands send; null where one is not JSON, or the command fails. */
export function sentByBash(commands: string[]): unknown[] {
	return inBash('eval "$value"; wait', commands).map((sent) => {
		try {
			return JSON.parse(sent);
		} catch {
			return null;
		}
	});
}

const single = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const mixed = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;
const double = (text: string): string => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
/** As a browser copies it. */
const ansi = (text: string): string =>
	`$'${text
		.replace(/[\\']/g, '\\$&')
		.replaceAll('\n', '\\n')
		.replace(
			/[^\x20-\x7e]/g,
			(sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
		)}'`;
/** Each body as commands. */
export function bashSpellings(bodies: Body[]): Array<Record<string, string>> {
	const quoted = inBash(
		'printf %q "$value"',
		bodies.map((body) => JSON.stringify(body)),
	);
	const expanded = inBash(
		'printf %s "${value@Q}"',
		bodies.map((body) => JSON.stringify(body, null, 2)),
	);
	return bodies.map((body, at) => spellingsOf(body, quoted[at] ?? '', expanded[at] ?? ''));
}

/** @param byBash the body as bash itself writes it as a word, in two ways */
function spellingsOf(body: Body, ...byBash: [quoted: string, expanded: string]) {
	const json = JSON.stringify(body);
	const pretty = JSON.stringify(body, null, 2);
	const curl = (word: string, after = '') =>
		`curl -X POST https://a.b/run_task -H 'Authorization: Bearer x' -d ${word}${after}`;
	const oneLine = (word: string) => `curl -X POST https://a.b/run_task -d ${word}`;
	return {
		apostrophes: curl(single(json)),
		'apostrophes, pretty': curl(single(pretty)),
		lines: `curl --location 'https://a.b/run_task' \\\n  --header 'Authorization: Bearer x' \\\n  --data ${single(pretty)}`,
		'mixed quotes': curl(mixed(json)),
		'double quotes': curl(double(json)),
		'double quotes alone': oneLine(double(json)),
		'double quotes as they are': curl(`"${json.replaceAll('"', '\\"')}"`),
		"$'…'": curl(ansi(json)),
		'printf %q': curl(byBash[0]),
		'value@Q': curl(byBash[1]),
		'--data=': `curl --data=${single(json)} https://a.b`,
		'-d without a space': `curl https://a.b -d${single(json)}`,
		'--json': `curl --json ${single(json)} https://a.b --compressed`,
		semicolon: curl(single(json), '; true'),
		ampersand: curl(single(json), '&'),
		and: curl(single(json), '&& true'),
		pipe: curl(single(json), '|jq'),
		subshell: `(${curl(single(json))})`,
		path: `/usr/bin/curl https://a.b -d ${single(json)}`,
		wget: `wget --header='Authorization: Bearer x' --post-data=${single(json)} https://a.b`,
		'wget --body-data': `wget --method POST --body-data ${single(json)} https://a.b`,
		echo: `echo ${single(json)} | curl https://a.b -d @-`,
		printf: `printf ${single(json)} | http POST https://a.b`,
		'printf %s': `printf '%s' ${single(json)} | http POST https://a.b`,
		variable: `BODY=${single(json)}\n${curl('"$BODY"')}`,
		'variable in quotes': curl(double(json).replaceAll('cat', '$X')),
		'variable between quotes': curl(`${single(json).replaceAll('cat', `'"$X"'`)}`),
		'variable in a command': oneLine(
			`"{\\"inputs\\": {\\"a\\": {\\"title\\": \\"A\\", \\"value\\": $(echo 7)}}}"`,
		),
		"here-document, 'EOF'": `curl https://a.b -d @- <<'EOF'\n${pretty}\nEOF`,
		'here-document': `curl https://a.b -d @- <<EOF\n${pretty}\nEOF`,
		'here-document of cat': `cat <<'EOF' | curl https://a.b -d @-\n${json}\nEOF`,
		comment: `# it's {"inputs": {}}\n${curl(single(json))} # don't`,
		twice: `curl https://c.d -d '{"inputs":{"y":{"title":"Y","value":1}}}' >/dev/null\n${curl(single(json))}`,
	};
}
