#!/bin/bash
# Runs gpshell of Debian 13, fetched on first use (Debian 12 has none): ./run gpshell SCRIPT
# Exit status 77: it cannot be had here.
set -u
mirror=${CARTOUCHE_DEBIAN:-http://deb.debian.org/debian}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cartouche/gpshell
folder=usr/lib/x86_64-linux-gnu

give_up() {
    echo "gpshell: $1" >&2
    exit 77
}

# Its libraries ask for nothing that Debian 12 does not have.
fetch() {
    local work package path sum
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    curl -fsS "$mirror/dists/trixie/main/binary-amd64/Packages.xz" | xz -dc >"$work/index" || return 1
    for package in gpshell libglobalplatform7 libgppcscconnectionplugin1 libminizip1t64; do
        read -r path sum < <(awk -v package="$package" '/^Package: / {ours = $2 == package}
            ours && /^Filename: / {path = $2} ours && /^SHA256: / {print path, $2; exit}' "$work/index")
        [[ -n $path ]] || return 1
        curl -fsS -o "$work/package.deb" "$mirror/$path" || return 1
        echo "$sum  $work/package.deb" | sha256sum --check --quiet || return 1
        dpkg-deb -x "$work/package.deb" "$work/root" || return 1
    done
    mkdir -p "$(dirname "$cache")" && mv -T "$work/root" "$cache"
}

[[ $(uname -m) == x86_64 ]] || give_up "made for x86_64 only"
if [[ ! -x $cache/usr/bin/gpshell ]]; then
    command -v curl >/dev/null && command -v xz >/dev/null || give_up "curl or xz is not installed"
    fetch >&2 || give_up "gpshell of Debian 13 is not to be had from $mirror"
fi
LD_LIBRARY_PATH=$cache/$folder exec "$cache/usr/bin/gpshell" "$@"
