//! What cannot be set up.

use std::fmt;

/// Why a scheduler cannot be set up in this way.
///
/// # Examples
///
/// ```
/// let error = coweave::Scheduler::builder().workers(0).build().unwrap_err();
/// assert_eq!(error.to_string(), "a scheduler needs at least one worker, but workers(0) was asked for");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// `workers(0)`.
    NoWorkers,
    /// More workers than there can be.
    TooManyWorkers {
        /// How many were asked for.
        asked: usize,
        /// How many there can be.
        most: usize,
    },
    /// `virtual_time()` with several workers: what runs when would not be told by the program alone.
    VirtualTimeOfSeveralWorkers {
        /// How many were asked for.
        asked: usize,
    },
    /// `seed(…)` with several workers: what runs when would not be told by the seed alone.
    SeedOfSeveralWorkers {
        /// How many were asked for.
        asked: usize,
    },
    /// The system did not give a worker its thread.
    ThreadNotStarted {
        /// Which worker, of those beside the first.
        worker: usize,
        /// What the system said.
        kind: std::io::ErrorKind,
    },
    /// `auto_advance(false)` without `virtual_time()`: only a virtual clock can stand still.
    NoVirtualTime,
    /// `max_blocking_threads(0)`.
    NoBlockingThreads,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWorkers => {
                f.write_str("a scheduler needs at least one worker, but workers(0) was asked for")
            }
            Self::TooManyWorkers { asked, most } => {
                write!(
                    f,
                    "a scheduler has at most {most} workers, but workers({asked}) was asked for"
                )
            }
            Self::VirtualTimeOfSeveralWorkers { asked } => write!(
                f,
                "virtual_time() was asked for with workers({asked}); virtual time needs one worker"
            ),
            Self::SeedOfSeveralWorkers { asked } => write!(
                f,
                "a seed was given with workers({asked}); an order that can be had again needs one worker"
            ),
            Self::ThreadNotStarted { worker, kind } => {
                write!(f, "the thread of worker {worker} could not be started: {kind}")
            }
            Self::NoVirtualTime => f.write_str(
                "auto_advance(false) was asked for without virtual_time(); only a virtual clock can \
                 stand still",
            ),
            Self::NoBlockingThreads => f.write_str(
                "blocking jobs need at least one thread, but max_blocking_threads(0) was asked for",
            ),
        }
    }
}

impl std::error::Error for BuildError {}
