//! Setting up a scheduler.

use std::fmt;
use std::time::Duration;

use super::scheduler::Scheduler;
use crate::time::Clock;

/// How long an open world stands still before it says so.
const STALL: Duration = Duration::from_secs(10);

/// Sets up a [`Scheduler`]; made by [`Scheduler::builder`].
///
/// # Examples
///
/// ```
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// assert_eq!(scheduler.run(async { 1 + 1 }), 2);
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder {
    worker_count: usize,
    virtual_time: bool,
    stall_report: Option<Duration>,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self { worker_count: 1, virtual_time: false, stall_report: Some(STALL) }
    }

    /// How many threads run tasks; this version knows one, the thread that calls `run`.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(coweave::Scheduler::builder().workers(1).build().is_ok());
    /// assert!(coweave::Scheduler::builder().workers(0).build().is_err());
    /// ```
    pub fn workers(mut self, count: usize) -> Self {
        self.worker_count = count;
        self
    }

    /// A clock of its own, which starts at zero and stands still while anything is ready: when
    /// nothing is, it jumps to the next deadline. Sleeps then cost nothing, and one program has one
    /// order of events.
    ///
    /// While an [`External`](super::External) guard is held, the clock waits for mail instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
    /// scheduler.run(coweave::sleep(Duration::from_secs(86_400))); // returns at once
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn virtual_time(mut self) -> Self {
        self.virtual_time = true;
        self
    }

    /// After how long of standing still — nothing is ready, nothing sleeps — a report of all
    /// suspended tasks is written to standard error, once; `None`: never. The default is 10 s.
    ///
    /// # Examples
    ///
    /// ```
    /// let builder = coweave::Scheduler::builder().stall_report(None);
    /// # drop(builder);
    /// ```
    pub fn stall_report(mut self, after: Option<Duration>) -> Self {
        self.stall_report = after;
        self
    }

    /// Makes the scheduler.
    ///
    /// # Errors
    /// [`BuildError`] says what in the set-up cannot be.
    ///
    /// # Examples
    ///
    /// ```
    /// let scheduler = coweave::Scheduler::builder().build()?;
    /// # drop(scheduler);
    /// # Ok::<(), coweave::BuildError>(())
    /// ```
    pub fn build(self) -> Result<Scheduler, BuildError> {
        match self.worker_count {
            1 => {}
            0 => return Err(BuildError::NoWorkers),
            count => return Err(BuildError::TooManyWorkers { asked: count, most: 1 }),
        }
        let clock = if self.virtual_time { Clock::virtual_time() } else { Clock::system() };
        Ok(Scheduler::new(clock, self.stall_report))
    }
}

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
    /// More workers than this version knows.
    TooManyWorkers {
        /// How many were asked for.
        asked: usize,
        /// How many there can be.
        most: usize,
    },
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
                    "this version runs at most {most} worker, but workers({asked}) was asked for"
                )
            }
        }
    }
}

impl std::error::Error for BuildError {}
