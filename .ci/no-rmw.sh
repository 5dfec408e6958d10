#!/usr/bin/env bash
# The local paths execute no atomic read-modify-write, nor a full fence.
#
# Counted, not read from the code: callgrind says how often each instruction was executed, the
# disassembler which of them are `lock`ed, exchange with memory, or fence. Each path runs with two
# numbers of rounds; what the larger executes more belongs to the rounds. So nothing need be said of
# which functions are reached, or of what is rare.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in valgrind objdump; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool here"; exit 0; }
done

few=1000 many=5000
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
program=$(cargo bench --bench local_paths --no-run --message-format json 2>/dev/null |
    sed -n 's/.*"name":"local_paths".*"executable":"\([^"]*\)".*/\1/p')

# Prints how many instructions were executed, and how many of the wanted ones.
count() {
    valgrind --tool=callgrind --dump-instr=yes --compress-pos=no --compress-strings=no \
        --callgrind-out-file="$tmp/out" "$program" "$1" "$2" 2>"$tmp/log" || { cat "$tmp/log"; exit 1; }
    # Address and cost of every instruction, by the file that it is from; not the cost of calls,
    # which stands behind each `calls=`.
    awk '/^ob=/ { file = substr($0, 4) } /^calls=/ { getline; next }
         /^0x/ { cost[file " " $1] += $3 }
         END { for (at in cost) print at, cost[at] }' "$tmp/out" >"$tmp/executed"
    cut -d' ' -f1 "$tmp/executed" | sort -u | while read -r file; do
        [[ -r $file ]] || continue
        list=$tmp/$(basename "$file").rmw
        [[ -e $list ]] || objdump -d --no-show-raw-insn "$file" 2>/dev/null |
            grep -E '	(lock |xchg .*\(|mfence)' | sed -E 's/^ *([0-9a-f]+):.*/0x\1/' >"$list" || true
        sed "s|^|$file |" "$list"
    done >"$tmp/wanted"
    awk 'NR == FNR { wanted[$1 " " $2]; next }
         { all += $3 } ($1 " " $2) in wanted { found += $3 }
         END { print all, found + 0 }' "$tmp/wanted" "$tmp/executed"
}

failed=0
paths=(yield_now spawn+join sleep sleep+drop timeout interval spawn_after idle park+unpark spawn_by_mail)
for mode in local shared; do
    for path in lock lock_contended semaphore event ping_pong many_senders oneshot select join; do
        paths+=("${mode}_$path")
    done
done
for path in "${paths[@]}"; do
    read -r all_few found_few <<<"$(count "$path" $few)"
    read -r all_many found_many <<<"$(count "$path" $many)"
    found=$((found_many - found_few))
    printf '%-21s %5d instructions a round, %d atomic read-modify-writes in %d rounds\n' \
        "$path" $(((all_many - all_few) / (many - few))) "$found" $((many - few))
    # What crosses threads must be seen to have some, or nothing was shown. And a shared oneshot is made
    # each time: two ends are counted, and the first use of a lock makes it this thread's.
    if [[ $path == spawn_by_mail || $path == shared_oneshot ]]; then
        ((found >= many - few)) || failed=1
    else
        ((found == 0)) || failed=1
    fi
done
exit $failed
