//! One spawned coroutine, or any other future, and its handles.
//!
//! ```text
//!   spawn ──► cell: header + frame ──► run queue ──► resume ──► yielded, sleeping, parked, joined
//!                                                      │
//!                                                      └─► output in the frame's place ──► handle
//! ```
//! The invariant of the layer: a task is resumed by its own worker alone, never after its end, and
//! its frame, output and arguments are dropped exactly once. `ARCHITECTURE.md` has the protocol.

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

pub use builder::Builder;
pub use id::TaskId;
pub use idle::{Idle, idle};
pub use interval::{Interval, MissedTicks, Tick, interval, interval_at};
pub use join::JoinHandle;
pub use join_error::JoinError;
pub use local_key::{AccessError, LocalKey, WithLocal};
pub(crate) use mailbox::{Mailbox, Outside};
pub(crate) use numbers::DEFAULT_SEED;
pub(crate) use owned_core::OwnedCore;
pub use park::{Park, Unparker, park};
pub(crate) use resume::Turn;
pub use running_task::{Task, current, try_current};
pub use sleep::{Sleep, sleep, sleep_until};
pub(crate) use spawn::{RunTask, Spawn};
pub(crate) use state::Waits;
pub(crate) use task_ref::TaskRef;
pub(crate) use this_thread::with_core;
pub use timeout::{Elapsed, Timeout, timeout, timeout_at};
pub(crate) use unjoined::PanicHandler;
pub use unjoined::PanickedTask;
pub(crate) use worker_core::WorkerCore;
pub use yield_now::{YieldNow, yield_now};
