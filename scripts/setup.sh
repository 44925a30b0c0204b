#!/bin/sh
# Makes this checkout ready to run: system packages, a virtual environment, the package.
#   scripts/setup.sh        what the program needs
#   scripts/setup.sh test   what the tests need as well
# Safe to run again: what is there already is left alone, and a second run takes a moment.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "v1z3r needs Python 3.11 or later; '$python' is $("$python" --version 2>&1). Set PYTHON=/path/to/python3.11" >&2
    exit 1
}

# Debian and Ubuntu packages: OpenGL with a software fallback, and the sound library.
packages="libegl1 libgl1 libopengl0 libgl1-mesa-dri libportaudio2"
extras=""
if [ "$purpose" = test ]; then
    # A display, a sound server and an independent decoder for the tests to talk to.
    packages="$packages xvfb xauth xdotool openbox x11-utils pulseaudio pulseaudio-utils libasound2-plugins ffmpeg"
    # What Qt's own wheel expects of the system.
    packages="$packages libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxcb-render-util0 libxcb-image0"
    extras="[dev,examples]"
fi
"$python" -c 'import ensurepip, venv' 2>/dev/null || packages="$packages python3-venv"

if command -v dpkg-query >/dev/null 2>&1; then
    missing=""
    for package in $packages; do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || missing="$missing $package"
    done
    if [ -n "$missing" ]; then
        line="apt-get install -y --no-install-recommends$missing"
        if [ "$(id -u)" = 0 ]; then
            as_root=""
        elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            as_root="sudo"
        else
            echo "Some system packages are missing. Run this as root, then try again:" >&2
            echo "  apt-get update && $line" >&2
            exit 1
        fi
        echo "installing system packages:$missing"
        $as_root apt-get update -qq
        # shellcheck disable=SC2086  # the line is a list of words
        DEBIAN_FRONTEND=noninteractive $as_root $line >/dev/null
    fi
else
    echo "not a Debian system: install the counterparts of these yourself: $packages" >&2
fi

# The stamp names everything the environment was made from; any change makes it anew.
stamp=".venv/.made-for-$purpose"
made_from="$("$python" -c 'import sys; print(sys.version)') $(cksum pyproject.toml) $PWD"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$made_from" ]; then
    exit 0
fi
# An interrupted first run leaves an environment without pip: begin it again.
.venv/bin/python -m pip --version >/dev/null 2>&1 || { rm -rf .venv; "$python" -m venv .venv; }
echo "installing v1z3r and its Python packages into .venv"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".$extras"
echo "compiling the analysis for this machine"
V1Z3R_KERNELS=native .venv/bin/python -c 'from v1z3r_core.kernels.backend import kernels; kernels()' ||
    echo "it could not be compiled; without a compiler it works too, but slower" >&2
printf '%s' "$made_from" >"$stamp"
