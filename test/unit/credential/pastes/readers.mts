import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';

/** What a text sends; undefined where it cannot be run, or sends nothing. */
export type Sent = string | undefined;

/** Where it is JSON, as JavaScript writes it. */
function normalized(text: string | null | undefined): Sent {
	if (!text) return undefined;
	try {
		return JSON.stringify(JSON.parse(text));
	} catch {
		return text;
	}
}

function run(program: string, args: string[], input: string): string {
	const { stdout, status, error } = spawnSync(program, args, {
		cwd: mkdtempSync(path.join(tmpdir(), 'pastes-')),
		encoding: 'utf8',
		input,
		env: { LC_ALL: 'C.UTF-8', PATH: program === '/bin/bash' ? '' : process.env.PATH },
		maxBuffer: 1_000_000_000,
		stdio: ['pipe', 'pipe', 'ignore'],
	});
	if (error !== undefined || status !== 0) {
		throw new Error(`A real ${program} is needed, but is missing or fails`, { cause: error });
	}
	return stdout;
}

export function byJson(texts: string[]): Sent[] {
	return texts.map((text) => {
		try {
			return JSON.stringify(JSON.parse(text.trim()));
		} catch {
			return undefined;
		}
	});
}

/** What programs send by fetch; of a text without it, what it says as an expression. */
export function byJavaScript(texts: string[]): Sent[] {
	return texts.map((text) => {
		const sent: string[] = [];
		const fetch = (_url: string, { body }: { body: string }) => sent.push(body);
		const program = /\bfetch\(/.test(text)
			? text
			: `fetch(url, { body: JSON.stringify(${text}\n) })`;
		try {
			const names = { fetch, x: 'X', url: 'https://a.b', __proto__: null };
			runInContext(program, createContext(names), { timeout: 1_000 });
		} catch {
			return undefined;
		}
		return normalized(sent[0]);
	});
}

const python = `
import json, sys, types
sent = []
def post(url, data=None, json=None, **more):
    sent.append(codec.dumps(json) if json is not None else data)
codec = json
def sent_by(text):
    sent.clear()
    program = text if "requests." in text else "requests.post(url, json=(%s\\n))" % text
    names = {"requests": types.SimpleNamespace(post=post), "x": "X", "url": "https://a.b", "__builtins__": {}}
    try:
        exec(program, names)
        return sent[0] if isinstance(sent[0], str) else None
    except Exception:
        return None
print(json.dumps([sent_by(text) for text in json.load(sys.stdin)]))
`;

/** What programs send by requests; of a text without it, what it says as an expression. */
export function byPython(texts: string[]): Sent[] {
	const sent: Array<string | null> = JSON.parse(
		run('python3', ['-W', 'ignore', '-c', python], JSON.stringify(texts)),
	);
	return sent.map(normalized);
}

/** Restricted, without any other program. */
const bash = `
x=X
curl() {
	local body= more= arg=
	while [ $# -gt 0 ]; do
		case "$1" in
			-d | --data | --data-raw | --data-binary | --json) shift; arg=$1 ;;
			-d*) arg=\${1#-d} ;;
			*) shift; continue ;;
		esac
		[ "$arg" = @- ] && IFS= read -r -d '' arg
		body=$body$more$arg
		more='&'
		shift
	done
	printf %s "$body"
}
while IFS= read -r -d '' value; do ( eval "$value"; wait ) </dev/null; printf '\\0'; done
true`;

/** What curl commands send. */
export function byBash(texts: string[]): Sent[] {
	const input = texts.map((text) => `${text.replaceAll('\0', '')}\0`).join('');
	return run('/bin/bash', ['-r', '-c', bash], input).split('\0').slice(0, -1).map(normalized);
}
