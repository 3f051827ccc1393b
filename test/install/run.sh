#!/usr/bin/env bash
# Tries again what has gone wrong on machines of strangers, each as it was found, in clones of the last commit.
#
#   test/install/run.sh            all of it
#   test/install/run.sh b e        some of it
#
# a  npm test on a busy machine: beside four busy loops, three times in a row
# b  the first npm start in a path with spaces and letters outside ASCII, where sqlite3 must be compiled
# c  npm settings, or NODE_ENV, that leave out what the build needs
# d  npm settings that refuse whatever is made for another Node
# e  a disk that is full, or becomes so; it mounts a small one, as root or by sudo
set -uo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
loops=()
end() {
	[ ${#loops[@]} = 0 ] || kill "${loops[@]}"
	as_root umount "$work/e/.sandbox" 2>/dev/null
	rm -rf "$work"
}
trap end EXIT

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

clone() {
	git clone --quiet "$repository" "$1"
	cd "$1"
}

# What a stranger has in ~/.npmrc.
npm_settings() {
	printf '%s\n' "$@" >"$work/npmrc"
	export npm_config_userconfig=$work/npmrc
}

# README's two commands, which end in a picture.
picture() {
	npm ci
	npm start -- --once | tee "$work/output"
	grep -q '^/.*\.png$' "$work/output"
}

a() {
	clone "$work/a"
	npm ci
	for _ in 1 2 3 4; do
		while :; do :; done &
		loops+=($!)
	done
	trap 'kill "${loops[@]}"' EXIT
	for _ in 1 2 3; do npm test; done
}

b() {
	export npm_config_build_from_source=true
	clone "$work/with spaces, größer, 画"
	picture
}

c() {
	for setting in omit[]=dev omit[]=optional production=true; do
		echo "-- $setting"
		(npm_settings "$setting" && clone "$work/c $setting" && npm ci && npm run build) || return 1
		rm -rf "$work/c $setting"
	done
	echo '-- NODE_ENV=production, and all of them'
	npm_settings omit[]=dev omit[]=optional production=true
	export NODE_ENV=production
	clone "$work/c"
	picture
}

d() {
	npm_settings engine-strict=true
	clone "$work/d"
	picture
}

e() {
	clone "$work/e"
	npm ci
	mkdir .sandbox
	as_root mount -t tmpfs -o "size=500m,mode=1777" instasd-small .sandbox
	refused 'n8n needs about 2.4 GB in .*\.sandbox, 0.5 GB are free'
	echo '-- the disk becomes full on the way'
	mkdir .sandbox/pnpm-store
	refused 'n8n needs about 2.4 GB in .*\.sandbox, 0..* are free'
	as_root umount .sandbox
}

# npm start fails, says why, and gives no advice about anything else.
refused() {
	if npm start -- --once >"$work/output" 2>&1; then return 1; fi
	cat "$work/output"
	grep -q "$1" "$work/output"
	! grep -qi 'compile\|connection' "$work/output"
}

echo "Node $(node --version), npm $(npm --version), $(uname -sm)"
failed=0
for row in ${*:-a b c d e}; do
	SECONDS=0
	printf '\n== %s\n' "$row"
	(
		set -e
		"$row"
	)
	result=$?
	[ $result = 0 ] || failed=1
	printf '== %s: %s (%s s)\n' "$row" "$([ $result = 0 ] && echo holds || echo FAILS)" "$SECONDS"
done
exit $failed
