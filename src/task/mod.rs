//! One spawned coroutine, or any other future, and its handles.
//!
//! ```text
//!   spawn ──► cell: header + frame ──► run queue ──► resume ──► yielded, sleeping, parked, joined
//!                                                      │
//!                                                      └─► output in the frame's place ──► handle
//! ```
//! The invariant of the layer: a task is resumed by its own worker alone, never after its end, and
//! its frame, output and arguments are dropped exactly once. `ARCHITECTURE.md` has the protocol.
//!
//! # Cancellation
//!
//! A task is cancelled by its handle ([`cancel`](JoinHandle::cancel)), by its
//! [group](crate::TaskGroup), also when that is dropped, or by the end of its scheduler. To cancel
//! a task is to drop its frame where it is suspended. A future that loses a
//! [`select!`](crate::select), or whose [`timeout`](crate::timeout) has elapsed, is dropped in the
//! same way, within a task that goes on; what it held and waited for is passed on as below.
//!
//! **When.** Where the task suspends, and never between two such points: what stands between them is
//! not interrupted. An `.await` that need not wait is no such point. A task that is suspended ends
//! when its turn comes, behind those that are ready, never within the call that cancels it. One
//! that has not started never does. One that is running, because it cancels itself, goes on to
//! its next suspension point, and if there is none, it completes.
//!
//! **A task cannot ignore it.** Nothing of its code runs any more but destructors: no handler of a
//! `select!`, nothing behind a `timeout` or a `catch_unwind`, no further round of a loop.
//! Destructors run as the task's; they may spawn, wake and send without waiting, but cannot
//! suspend. If one panics, the rest is dropped all the same, and the task has ended by that panic.
//!
//! **What is dropped, in which order.** What is awaited goes first, the innermost call before the
//! one that awaits it; then the locals, the last one first; then the arguments: as when a function
//! returns there. Each is dropped once, on the thread of the task's worker. After that whoever
//! joins the task is told [that it was cancelled](JoinError::is_cancelled); whom a destructor has
//! woken comes before.
//!
//! **What others notice.**
//!
//! | the task | then |
//! | --- | --- |
//! | holds a lock, a permit, room in a channel | the guard is dropped with the frame, and the next who waits has it |
//! | waits in a queue, amid others | it leaves; those behind keep their order, and go on if they waited only for it |
//! | was given a lock, a permit, a notification or a value, but was not resumed since | the next who waits has it; else it is there as before. A notification to all who wait, and one of a [`Condvar`](crate::sync::Condvar) for which nobody else waits, is gone |
//! | waits to send | the value is dropped; if it was sent meanwhile, it was sent |
//! | waits to receive | nothing is lost; see [`channel`](crate::channel#cancellation) |
//! | waits for another task's end | that task goes on: a [`JoinHandle`] that is dropped detaches |
//! | owns children in a [`TaskGroup`](crate::TaskGroup) | they are cancelled when the group is dropped, in the order in which they were spawned |
//! | is inside `select!` | all futures of its branches are dropped, in their order |
//! | is inside [`join!`](crate::join) | in their order, the futures that are not ready, and the outputs of the others |
//! | is inside a `timeout` or a [`sleep`](fn@crate::sleep) | the future is dropped; the deadline is forgotten |
//!
//! The end comes after the last value. Several wait at a channel, or at a group, whose last value
//! comes together with its end: the first is given the value, and the others are told the end once it
//! has been resumed with it. If it is cancelled instead, the next has the value.
//!
//! Whoever must not be torn apart runs in a task of its own, which is awaited: cancelling the one
//! that waits detaches it.
//!
//! ```
//! use coweave::{sleep, spawn};
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! struct Guard(Arc<coweave::sync::Event>);
//!
//! impl Drop for Guard {
//!     fn drop(&mut self) {
//!         self.0.set();
//!     }
//! }
//!
//! let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
//! scheduler.run(async {
//!     let is_cleaned_up = Arc::new(coweave::sync::Event::new());
//!     let guard = Guard(is_cleaned_up.clone());
//!     let task = spawn(async move {
//!         sleep(Duration::from_secs(3600)).await;
//!         drop(guard);
//!         unreachable!("it is cancelled");
//!     });
//!     sleep(Duration::from_secs(1)).await;
//!     task.cancel();
//!     assert!(!is_cleaned_up.is_set(), "its turn has not come");
//!     assert!(task.await.unwrap_err().is_cancelled());
//!     assert!(is_cleaned_up.is_set());
//! });
//! # Ok::<(), coweave::BuildError>(())
//! ```

mod id;
mod site_ref;
mod state;
mod task_ref;
mod vtable;
mod extra;
mod header;
mod slab;
mod cell;
mod mailbox;
mod waker;
mod run_queue;
mod team;
mod guest;
mod appetite;
mod taking;
mod live_tasks;
mod this_thread;
pub(crate) mod numbers;
mod worker_core;
mod owned_core;
mod timers;
mod idle;
mod resume;
mod ending;
mod unjoined;
mod background;
mod locals;
mod spawn;
pub(crate) mod awaiting;
pub(crate) mod forwarding;
pub(crate) mod chain;
pub(crate) mod select;
pub(crate) mod join_futures;
mod yield_now;
mod sleep;
mod timeout;
mod interval;
pub(crate) mod advance;
mod spawn_after;
mod blocking_job;
mod now;
mod park;
mod join;
mod join_elsewhere;
mod completion;
pub(crate) mod leaves;
mod join_error;
mod running_task;
pub(crate) mod wait_place;
pub(crate) mod waiter;
pub(crate) mod wait;
mod builder;
mod local_key;

pub(crate) use appetite::Appetite;
pub use builder::Builder;
pub(crate) use id::MOST_WORKERS;
pub use id::TaskId;
pub use idle::{Idle, idle};
pub use interval::{Interval, MissedTicks, Tick, interval, interval_at};
pub use join::JoinHandle;
pub use join_error::JoinError;
pub use local_key::{AccessError, LocalKey, WithLocal};
pub(crate) use mailbox::{Mail, Mailbox, Outside};
pub(crate) use owned_core::OwnedCore;
pub use park::{Park, Unparker, park};
pub(crate) use resume::Turn;
pub use running_task::{Task, current, try_current};
pub use sleep::{Sleep, sleep, sleep_until};
pub(crate) use spawn::{Errand, RunTask, Spawn};
pub(crate) use state::Waits;
pub(crate) use taking::Sight;
pub(crate) use task_ref::TaskRef;
pub(crate) use team::{Membership, Team};
pub(crate) use this_thread::with_any_core;
pub use timeout::{Elapsed, Timeout, timeout, timeout_at};
pub use unjoined::PanickedTask;
pub(crate) use unjoined::{FirstPanic, PanicHandler};
pub(crate) use worker_core::WorkerCore;
pub use yield_now::{YieldNow, yield_now};
