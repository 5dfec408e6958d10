#!/usr/bin/env bash
# Random programs on two and on four workers, a minute in all: nothing is lost, and nothing happens twice. COWEAVE_STRESS_SECONDS=600 looks longer.
set -euo pipefail
cd "$(dirname "$0")/.."

export COWEAVE_STRESS_SECONDS=${COWEAVE_STRESS_SECONDS:-30}
# With other programs each time, which a failure names.
export COWEAVE_STRESS_SEED=${COWEAVE_STRESS_SEED:-$(date +%s)000}
cargo test --release --test workers -- stress:: --nocapture --test-threads=1
