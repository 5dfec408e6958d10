#!/usr/bin/env bash
# The tests with threads under the thread sanitizer.
#
# The standard library is prebuilt, without the sanitizer; to build it anew needs its sources. Two
# things keep its part from being reported as races: what is inline or generic is compiled with the
# tests (hence the level of optimisation, and no generics shared with the library), and its slow paths
# are wrapped, to tell the sanitizer what they do (`tsan-std.c`). What is left is in `tsan.supp`; and
# the end of a `thread::scope` is not seen to wait, so that tests join the threads of theirs.
set -euo pipefail
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-gnu
library=$(rustc --print sysroot)/lib/rustlib/$target/lib
out=$(realpath -m "${CARGO_TARGET_DIR:-target}/tsan")
mkdir -p "$out"

# Name and kind of each slow path, as this toolchain mangles it.
symbols=$(nm "$library"/libstd-*.so | awk '{ print $3 }')
wrappers= wrap=
while read -r kind path; do
    name=$(grep -E "$path" <<<"$symbols" | sort -u || true)
    [[ -n $name && $(wc -l <<<"$name") == 1 ]] || { echo "no such path, or several: $path $name"; exit 1; }
    wrappers+="$kind($name) "
    wrap+=" -Clink-arg=-Wl,--wrap=$name"
done <<'PATHS'
LOCK 5mutex5futex.*5Mutex14lock_contended$
LOCK 6rwlock5futex.*6RwLock14read_contended$
LOCK 6rwlock5futex.*6RwLock15write_contended$
WAIT 7condvar5futex.*7Condvar4wait$
WAIT 7condvar5futex.*7Condvar12wait_timeout$
ONCE 4once5futex.*4Once4call$
PATHS
cc -c -O1 -fexceptions -DWRAPPERS="$wrappers" .ci/tsan-std.c -o "$out/tsan-std.o"

export CARGO_TARGET_DIR=$out
export CARGO_PROFILE_DEV_OPT_LEVEL=1
export RUSTFLAGS="-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer -Zshare-generics=n"
RUSTFLAGS+=" -Clink-arg=$out/tsan-std.o$wrap"
# A backtrace is printed by prebuilt code, under a lock of its own.
export RUST_BACKTRACE=0
export TSAN_OPTIONS=${TSAN_OPTIONS:-suppressions=$PWD/.ci/tsan.supp history_size=4}
tests=(attacks behavior sync channel groups selecting workers)
cargo test --target "$target" "${tests[@]/#/--test=}" "$@"
# Those that ask for a scheduler, and not for one worker, again on several.
tests=(behavior sync channel gevent groups)
for workers in 2 4; do
    COWEAVE_TEST_WORKERS=$workers cargo test --target "$target" "${tests[@]/#/--test=}" "$@"
done
