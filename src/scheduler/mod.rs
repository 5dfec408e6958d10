//! Who runs next: the scheduler, its builder and handles, and the loop that resumes ready tasks,
//! takes in mail, fires timers and waits.
//!
//! The invariant of the layer: on a worker ready tasks run first in first out, or as a seed has it, and neither
//! mail nor a due timer waits longer than 61 resumes.

mod build_error;
mod builder;
#[expect(clippy::module_inception, reason = "the file is named after its type")]
mod scheduler;
mod handle;
mod scoped_task;
mod scope;
mod spawn;
mod run;
mod run_loop;
mod idle;
mod beside_others;
mod workers;
mod deadlock;
mod suspended_task;
mod report;
mod explore_error;
mod explore;

pub use build_error::BuildError;
pub use builder::Builder;
pub use deadlock::{Deadlock, WaitsFor};
pub use explore::{explore, test_with_seed, try_explore};
pub use explore_error::ExploreError;
pub use handle::{External, SchedulerHandle, SpawnError};
pub use run::{run, run_with_workers, test, try_run};
pub use scheduler::Scheduler;
pub use scope::{Scope, ScopedJoinHandle};
pub use spawn::{spawn, spawn_after, spawn_blocking, spawn_local};
pub use suspended_task::SuspendedTask;
