#!/usr/bin/env bash
# Installs what is missing: Debian packages, the virtual environment, npm packages, compiled messages.
# Each part is left alone while what it comes from has not changed, so that running it again takes a moment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

say() { echo "setup: $*" >&2; }

digest() { cat -- "$@" | sha256sum | cut -d' ' -f1; }

# Whether the stamp file $1 holds the digest of the files after it.
fresh() {
    local stamp=$1
    shift
    [[ -f $stamp && $(<"$stamp") == "$(digest "$@")" ]]
}

wanted_packages() {
    sed 's/#.*//' deploy/packages.txt | tr -s ' \t' '\n' | sed '/^$/d'
    # npm also comes with other people's packages of Node.js.
    command -v npm >/dev/null || echo npm
}

missing_packages() {
    local package
    for package in $(wanted_packages); do
        dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || echo "$package"
    done
}

# Debian starts the servers that we just installed, on their own ports and some on every interface. We run our own;
# servers that were there before are left as they are.
quiet_services() {
    local unit
    [[ -d /run/systemd/system ]] || return 0
    for unit in postgresql redis-server janus haproxy coturn; do
        if [[ " $* " == *" $unit "* ]]; then "${root[@]}" systemctl disable --now --quiet "$unit" >&2 || true; fi
    done
}

install_packages() {
    local missing root=()
    missing=$(missing_packages)
    [[ -z $missing ]] && return
    say "missing Debian packages:" $missing
    if [[ $EUID -ne 0 ]]; then
        # Without a terminal sudo must not wait for a password.
        if [[ -t 0 ]]; then root=(sudo); else root=(sudo -n); fi
        if ! command -v sudo >/dev/null || ! "${root[@]}" true; then
            say "not root, and sudo is missing or asks for a password: run  sudo apt-get install" $missing
            exit 1
        fi
    fi
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >&2
    quiet_services $missing
}

install_python() {
    local stamp=.venv/requirements.sha256
    # A virtual environment that was moved or copied points to where it was made.
    if ! .venv/bin/python -c '' 2>/dev/null; then
        say "making the virtual environment"
        rm -rf .venv
        /usr/bin/python3 -m venv .venv
    fi
    fresh "$stamp" requirements.txt requirements-dev.txt && return
    say "installing Python packages"
    .venv/bin/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt >&2
    digest requirements.txt requirements-dev.txt >"$stamp"
}

install_browser_files() {
    local stamp=node_modules/package.sha256 sources=(package.json deploy/web/icons.mjs)
    [[ -f package.json ]] || return 0
    [[ -f package-lock.json ]] && sources+=(package-lock.json)
    [[ -d static/vendor ]] && fresh "$stamp" "${sources[@]}" && return
    say "installing npm packages"
    if [[ -f package-lock.json ]]; then
        npm ci --no-audit --no-fund --loglevel=error >&2
    else
        npm install --no-audit --no-fund --loglevel=error >&2
    fi
    npm run --silent --if-present vendor >&2
    mkdir -p node_modules
    digest "${sources[@]}" >"$stamp"
}

compile_messages() {
    local po
    while IFS= read -r po; do
        [[ ${po%.po}.mo -nt $po ]] || msgfmt --check-format -o "${po%.po}.mo" "$po"
    done < <(find . -path ./node_modules -prune -o -path ./.venv -prune -o -name '*.po' -print)
}

mkdir -p .data
# Two commands started at once (a demo and the tests) must not install into each other.
exec 9>.data/setup.lock
flock 9
install_packages
install_python
install_browser_files
compile_messages
