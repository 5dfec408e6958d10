#!/usr/bin/env bash
# The local paths execute as many instructions as benches/local_paths/instructions.txt says, and no
# atomic read-modify-write, nor a full fence.
#
# Counted, not read from the code: callgrind says how often each instruction was executed, the
# disassembler which of them are `lock`ed, exchange with memory, or fence. Each path runs with two
# numbers of rounds; what the larger executes more belongs to the rounds. So nothing need be said of
# which functions are reached, or of what is rare.
#
# The counts are those of the tested compiler, and the same in every run but where there are two
# workers, of which the other takes its looks when it comes to. A path may take 3 % more or fewer, with
# two workers 10 %. What takes fewer fails as well, or what was won could be lost again unseen:
# `UPDATE=1 .ci/instructions.sh` writes the file anew, and the rows of PERFORMANCE.md.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in valgrind objdump; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool here"; exit 0; }
done
[[ $(uname -m) == x86_64 ]] || { echo "skipped: the counts are those of x86-64"; exit 0; }

few=1000 many=5000
kept=benches/local_paths/instructions.txt
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
program=$(cargo bench --bench local_paths --no-run --message-format json 2>/dev/null |
    sed -n 's/.*"name":"local_paths".*"executable":"\([^"]*\)".*/\1/p')

# Prints how many instructions the thread of the rounds executed in them, and how many of the wanted
# ones. Each thread has a file of its own; this is the first.
count() {
    valgrind --tool=callgrind --dump-instr=yes --compress-pos=no --compress-strings=no \
        --separate-threads=yes --toggle-collect='*in_rounds*' \
        --callgrind-out-file="$tmp/out" "$program" "$1" "$2" 2>"$tmp/log" || { cat "$tmp/log"; exit 1; }
    # Address and cost of every instruction, by the file that it is from; not the cost of calls,
    # which stands behind each `calls=`.
    awk '/^ob=/ { file = substr($0, 4) } /^calls=/ { getline; next }
         /^0x/ { cost[file " " $1] += $3 }
         END { for (at in cost) print at, cost[at] }' "$tmp/out-01" >"$tmp/executed"
    cut -d' ' -f1 "$tmp/executed" | sort -u | while read -r file; do
        [[ -r $file ]] || continue
        list=$tmp/$(basename "$file").rmw
        [[ -e $list ]] || objdump -d --no-show-raw-insn "$file" 2>/dev/null |
            grep -E '	(lock |xchg .*\(|mfence)' | sed -E 's/^ *([0-9a-f]+):.*/0x\1/' >"$list" || true
        sed "s|^|$file |" "$list"
    done >"$tmp/wanted"
    awk 'NR == FNR { wanted[$1 " " $2]; next }
         { all += $3 } ($1 " " $2) in wanted { found += $3 }
         END { print all + 0, found + 0 }' "$tmp/wanted" "$tmp/executed"
}

failed=0
fails() {
    printf '%s: %s\n' "$1" "$2"
    failed=1
}

# Compares with the count that is kept of a path.
compare() {
    local path=$1 now=$2 before tolerance_percent=3
    [[ $path == workers2_* ]] && tolerance_percent=10
    before=$(awk -v path="$path" '$1 == path { print $2 }' "$kept")
    if [[ -z $before ]]; then
        fails "$path" "no count is kept of it: UPDATE=1 .ci/instructions.sh"
    elif ((now * 100 > before * (100 + tolerance_percent))); then
        fails "$path" "$now instructions a round, $before before: what has made it slower?"
    elif ((now * 100 < before * (100 - tolerance_percent))); then
        fails "$path" "$now instructions a round, $before before: keep that with UPDATE=1 .ci/instructions.sh"
    fi
}

# On one worker there is no read-modify-write, but for a shared oneshot. With several there is at most one a
# resume; so many resumes these have in a round.
declare -A allowed=(['shared_oneshot']=2 ['shared_oneshot_sent']=1
    ['workers2_yield_now']=2 ['workers2_spawn+join']=4 ['workers2_park+unpark']=2)
paths=(yield_now spawn+join spawn+detach spawn+cancel sleep sleep+drop timeout interval spawn_after
    idle park+unpark spawn_by_mail)
for mode in local shared; do
    for path in lock lock_contended semaphore event ping_pong many_senders oneshot oneshot_sent select join; do
        paths+=("${mode}_$path")
    done
done
paths+=('workers2_yield_now' 'workers2_spawn+join' 'workers2_park+unpark')

for path in "${paths[@]}"; do
    read -r all_few found_few <<<"$(count "$path" $few)"
    read -r all_many found_many <<<"$(count "$path" $many)"
    rounds=$((many - few))
    found=$((found_many - found_few))
    instructions=$(((all_many - all_few + rounds / 2) / rounds))
    printf '%-21s %5d instructions a round, %d atomic read-modify-writes in %d rounds\n' \
        "$path" $instructions "$found" $rounds
    printf '%-21s %5d\n' "$path" $instructions >>"$tmp/counted"
    # What crosses threads must be seen to have some, or nothing was shown. And of the ends of a shared
    # oneshot each takes its turn while the other is there: once if what was sent is there already.
    if [[ $path == spawn_by_mail || $path == shared_oneshot* ]]; then
        ((found >= rounds)) || fails "$path" "read-modify-writes are not seen"
    fi
    if [[ $path != spawn_by_mail ]]; then
        ((found <= rounds * ${allowed[$path]:-0})) || fails "$path" "too many read-modify-writes"
    fi
    [[ ${UPDATE:-} ]] || compare "$path" $instructions
done

if [[ ${UPDATE:-} ]]; then
    cp "$tmp/counted" "$kept"
    while read -r path count; do
        sed -i "s/^\(| \`$path\` | \)[0-9]* /\1$count /" PERFORMANCE.md
    done <"$kept"
elif ! diff <(cut -d' ' -f1 "$kept") <(cut -d' ' -f1 "$tmp/counted") >"$tmp/log"; then
    cat "$tmp/log"
    fails "$kept" "its paths are others, or in another order: UPDATE=1 .ci/instructions.sh"
fi
exit $failed
