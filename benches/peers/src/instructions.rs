//! Instructions an operation: the difference of two runs under callgrind with different counts.

use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::measuring::{One, count_in_child};
use crate::program::ROWS;
use crate::progress::Progress;

/// What is to be counted: places in `ROWS` and `RUNTIMES`, and the two counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) row: usize,
    pub(crate) runtime: usize,
    pub(crate) counts: (usize, usize),
}

/// Whether there is a valgrind to count with.
pub(crate) fn can_be_counted() -> bool {
    let mut valgrind = Command::new("valgrind");
    let valgrind = valgrind.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    valgrind.status().is_ok_and(|status| status.success())
}

/// Counts all, in their order, on all processors at once: what runs beside it changes no count.
pub(crate) fn count_all(
    executable: &Path,
    wanted: &[Wanted],
    progress: &Progress,
) -> Vec<Result<f64, String>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut counted = Vec::new();
        loop {
            // Relaxed: only that no place is taken twice matters, and the threads are joined.
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = wanted.get(place) else { return counted };
            if place == 0 || wanted[place - 1].row != one.row {
                progress.say(format_args!("counting instructions: {}", ROWS[one.row].name));
            }
            counted.push((place, count(executable, one)));
        }
    };
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let mut counted: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..processors).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no count panics")).collect()
    });
    counted.sort_unstable_by_key(|(place, _)| *place);
    counted.into_iter().map(|(_, count)| count).collect()
}

fn count(executable: &Path, wanted: &Wanted) -> Result<f64, String> {
    let Wanted { row, runtime, counts: (few, many) } = *wanted;
    let run = |count| count_in_child(executable, One { row, runtime, count });
    let (less, more) = (run(few)?, run(many)?);
    Ok(more.saturating_sub(less) as f64 / (many - few) as f64)
}
