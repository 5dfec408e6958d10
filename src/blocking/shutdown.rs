//! The end of a pool.
//!
//! The tasks have ended by then, so what is queued is no more than what jobs have left to be dropped.
//! What runs cannot be interrupted: it is waited for, or told.

use std::io::Write;
use std::panic::Location;
use std::time::Duration;
use std::{fmt, mem};

use super::pool::Pool;
use crate::primitives::discard;

/// What a scheduler that ends does about [blocking jobs](crate::spawn_blocking) that run; set by
/// [`Builder::blocking_shutdown`](crate::Builder::blocking_shutdown).
///
/// Their tasks have been cancelled by then, and what is queued has been dropped. A job cannot be
/// interrupted, but it may be told, by what it shares with tasks whose frames are gone: a channel
/// without senders, a flag.
///
/// # Examples
///
/// ```
/// use coweave::{BlockingShutdown, Scheduler};
/// use std::time::Duration;
///
/// let limit = BlockingShutdown::WaitFor(Duration::from_secs(5));
/// let scheduler = Scheduler::builder().blocking_shutdown(limit).build()?;
/// drop(scheduler); // at once, for no job runs
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum BlockingShutdown {
    /// It waits until they have ended, and their threads with them. If that takes longer than
    /// [`Builder::stall_report`](crate::Builder::stall_report) allows, it says so on standard error,
    /// once, and goes on waiting. This is the default: what a job has begun is not torn apart by the
    /// end of the process, and nothing of it is left when the scheduler is gone.
    #[default]
    Wait,
    /// It waits for so long, by the system's clock, and then leaves to itself what still runs, as
    /// [`Report`](Self::Report) does.
    WaitFor(Duration),
    /// It does not wait: which jobs still run is written to standard error, with the place at which
    /// each was spawned. They go on; their outputs are dropped on their threads.
    Report,
}

impl Pool {
    /// Refuses new jobs, and waits for what runs, or says that it runs.
    pub(crate) fn shut_down(&self, how: BlockingShutdown, stall_report: Option<Duration>) {
        self.state.lock().has_ended = true;
        self.queued.notify_all();
        match how {
            BlockingShutdown::Wait => {
                if let Some(left) = stall_report.and_then(|limit| self.left_after(limit)) {
                    left.report("the scheduler ends, and waits for");
                }
                self.join_all();
            }
            BlockingShutdown::WaitFor(limit) => self.leave_after(limit),
            BlockingShutdown::Report => self.leave_after(Duration::ZERO),
        }
    }

    /// Leaves what then runs to itself.
    fn leave_after(&self, limit: Duration) {
        let Some(left) = self.left_after(limit) else { return self.join_all() };
        left.report("the scheduler has ended, but not");
        let detached = mem::take(&mut self.state.lock().threads);
        drop(detached);
    }

    /// What runs when so much time has passed; `None` if there is nothing left to run before.
    fn left_after(&self, limit: Duration) -> Option<StillRunning> {
        let state = self.state.lock();
        let state = self.ended.wait_timeout_while(state, limit, |state| state.has_work());
        let running = state.running.iter().map(|(number, at)| (*number, *at)).collect();
        state.has_work().then_some(StillRunning(running))
    }

    fn join_all(&self) {
        let threads = mem::take(&mut self.state.lock().threads);
        for thread in threads.into_values() {
            if let Err(payload) = thread.join() {
                discard(payload);
            }
        }
    }
}

/// The jobs that run, by the numbers of their threads.
struct StillRunning(Vec<(u64, &'static Location<'static>)>);

impl StillRunning {
    fn report(&self, what: &str) {
        if !self.0.is_empty() {
            // A report that cannot be written is no reason to end the process.
            writeln!(std::io::stderr(), "coweave: {what} {self}").unwrap_or(());
        }
    }
}

impl fmt::Display for StillRunning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        write!(f, "{count} blocking job{}:", if count == 1 { "" } else { "s" })?;
        self.0.iter().try_for_each(|(thread, at)| {
            write!(f, "\n  blocking job at {at}, on coweave-blocking-{thread}")
        })
    }
}
