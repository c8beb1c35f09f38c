#!/bin/sh
cd "$(dirname "$0")" || exit 1
for python in python3.13 python3.12 python3.11 python3; do
    if "$python" -c pass >/dev/null 2>&1; then
        "$python" run.py menu
        exit
    fi
done
echo "Python nav atrasts. Uzstādiet Python 3.13 no https://www.python.org/downloads/ un mēģiniet vēlreiz."
read -r _
