#!/bin/sh
# Finds a Python that works and hands over to run.py. The newest comes first; run.py knows whether it will do.
cd "$(dirname "$0")" || exit 1
PATH="$PATH:/usr/local/bin:/opt/homebrew/bin"
for folder in /Library/Frameworks/Python.framework/Versions/3.*/bin; do
    PATH="$PATH:$folder"
done
export PATH PYTHONUTF8=1

say() { printf '%s\n' "$@"; }

# Apple's own python3 only opens a window that offers developer tools, unless these are installed.
is_stub() {
    [ "$(uname)" = Darwin ] && [ "$(command -v "$1")" = "/usr/bin/$1" ] && ! xcode-select -p >/dev/null 2>&1
}

find_python() {
    minor=30
    while [ "$minor" -gt 0 ]; do
        will_do "python3.$minor" && return
        minor=$((minor - 1))
    done
    will_do python3 || will_do python
}

will_do() {
    command -v "$1" >/dev/null 2>&1 && ! is_stub "$1" && "$1" run.py probe >/dev/null 2>&1 && python=$1
}

use_uv() {
    [ -x ./uv ] || return 1
    say "Šajā datorā nav derīga Python. Rīks to lejupielādē tikai savām vajadzībām; tas var ilgt dažas minūtes." \
        "No Python that would do was found; fetching one for this tool alone."
    if ./uv run --quiet --no-project --managed-python run.py probe; then
        ./uv run --quiet --no-project --managed-python run.py menu
        exit
    fi
    say "Python neizdevās lejupielādēt: to neļauj dators vai tīkls, vai nav interneta savienojuma." \
        "Python could not be fetched: the computer or the network does not allow it, or there is no connection."
    return 1
}

if [ ! -f run.py ] || [ ! -f pyproject.toml ]; then
    say "Vispirms atarhivējiet ZIP datni un palaidiet run.command no jaunās mapes." "Unpack the ZIP file first."
    exit 2
fi
until find_python; do
    use_uv
    say "Šajā datorā nav derīga Python. Uzstādiet jaunāko no https://www.python.org/downloads/" \
        "Install the newest Python from python.org." \
        "Kad tas izdarīts, nospiediet Enter; lai beigtu, ierakstiet n un nospiediet Enter."
    [ "$(uname)" = Darwin ] && open https://www.python.org/downloads/
    read -r answer || exit 2
    case $answer in [nN]*) exit 2 ;; esac
done
"$python" run.py menu
