#!/usr/bin/env bash
# A few hundred random bodies do as coroutines what they do as plain functions, and the comparison
# finds the bugs that are planted in the macro.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo run -p coweave-bodies --release -- --count 300 --plants 20 --seed 1
