//! What the tasks of all runtimes compute.

use std::hint::black_box;

/// Into so many tasks work is forked.
pub(super) const CHUNKS: usize = 64;

/// So many steps of a xorshift generator (Marsaglia's 13, 7, 17), each of which needs the one before
/// and cannot be folded into it.
pub(super) fn compute(chunk: usize, steps: usize) -> u64 {
    let mut state = black_box(chunk as u64 + 1);
    for _ in 0..steps {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    state
}

/// How deep a tree is in which each of so many tasks but the last spawns ten.
pub(super) fn depth_of(tasks: usize) -> u32 {
    tasks.ilog10()
}

/// The leaves give the numbers from zero on.
pub(super) fn check_sum(depth: u32, sum: u64) {
    let leaves = 10_u64.pow(depth);
    assert_eq!(sum, leaves * (leaves - 1) / 2, "every leaf is added up once");
}
