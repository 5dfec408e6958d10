//! Instructions an operation: the difference of two runs under callgrind with different counts.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use crate::measuring::{One, count_in_child};

/// Whether there is a valgrind to count with.
pub(crate) fn can_be_counted() -> bool {
    let mut valgrind = Command::new("valgrind");
    let valgrind = valgrind.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    valgrind.status().is_ok_and(|status| status.success())
}

/// Counts with both counts at the same time.
pub(crate) fn count(
    executable: &Path,
    row: usize,
    runtime: usize,
    (few, many): (usize, usize),
) -> Result<f64, String> {
    let run = |count| count_in_child(executable, One { row, runtime, count });
    let (less, more) = thread::scope(|scope| {
        let less = scope.spawn(|| run(few));
        (less.join(), run(many))
    });
    let less = less.map_err(|_| "a count panicked".to_owned())??;
    Ok(more?.saturating_sub(less) as f64 / (many - few) as f64)
}
