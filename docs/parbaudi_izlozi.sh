#!/bin/sh
# Lietojums: sh parbaudi_izlozi.sh saraksts.txt SKAITLIS – izdrukā secību; vajag tikai sha256sum, sort un awk.
export LC_ALL=C; call=$(head -n 1 "$1")
tail -n +4 "$1" | grep -v '^#' | while IFS=';' read -r id tier group points; do
  ticket=$(printf '%s' "$2|$call|$id" | sha256sum | cut -d ' ' -f 1)
  echo "$points" | awk -F/ -v rest="$ticket $id" -v key="$tier $group" '{ printf "%s %.9f %s\n", key, $1 / ($2 ? $2 : 1), rest }'
done | sort -k1,1nr -k2,2 -k3,3nr -k4,4 |
awk '{ print $1, ++place[$1 " " $2], $4, $5 }' | sort -k1,1nr -k2,2n -k3,3 |
awk '{ print NR, $4, $3 }'
