//! The only paths that macro output may name, and what models and benches measure. Nothing here is
//! public API.

pub use coweave_macros::{__join, __race, __select, __try_join};

pub use crate::channel::broadcast::receiver::Receiving as ReceivingAll;
pub use crate::channel::oneshot::receiver::Taking;
pub use crate::channel::oneshot::sender::Closing as ClosingOneshot;
pub use crate::channel::operations::{Channel, Receiving, Reserving, Sending};
pub use crate::channel::watch::waiting::{Changing, Closing as ClosingWatch, Satisfying};
pub use crate::coroutine::delegation::{Delegated, Inner, IntoSource, Iterated, Source};
pub use crate::coroutine::frame_size::{BoxedFrame, check_frame};
pub use crate::coroutine::{
    CoroutineFuture, GeneratorFrame, Item, ItemFrame, Lowered, ResumeArg, Returned, Site, Step,
    Suspended, UnusedArgument, generator, item, no_generator, no_streaming, resumed_with,
    streaming, suspended, task,
};
pub use crate::group::operations::{JoiningAll, JoiningNext, Spawning, WaitingForRoom};
pub use crate::primitives::{
    BiasedLock, Held, Inside, LocalTurn, SharedTurn, Taken, Turn, Turnstile,
};
#[cfg(coweave_loom)]
pub use crate::primitives::{Fault, with_fault};
pub use crate::scheduler::{run_with_workers, test, test_with_seed};
pub use crate::sync::barrier::BarrierState;
pub use crate::sync::condvar::CondvarState;
pub use crate::sync::condvar_wait::{Waiting, WaitingWhile};
pub use crate::sync::event::EventState;
pub use crate::sync::gate::{Entering, Entry, Gate, Gated};
pub use crate::sync::mode::{Counted, Exclusive, Once, Parts, SharedCell};
pub use crate::sync::mutex::Locking;
pub use crate::sync::notification::Notification;
pub use crate::sync::notify::{AwaitingNotify, NotifyState};
pub use crate::sync::permits::Permits;
pub use crate::sync::promise::{AwaitingPromise, PromiseState};
pub use crate::sync::rw_lock_guards::{Reading, Writing};
pub use crate::sync::semaphore_permit::{Acquiring, AcquiringOwned};
pub use crate::sync::wait_group::WaitGroupState;
pub use crate::sync::wait_queue::WaitQueue;
pub use crate::task::awaiting::{
    Awaited, IntoLeaf, Leaf, Nested, Polled, at_once, resumed, step, step_stream,
};
pub use crate::task::chain::{Chain, End};
pub use crate::task::forwarding::{Call, Forward, forward};
pub use crate::task::join_futures::{
    Join, Joining, Joins, TryJoin, TryJoins, join, joining, try_join, try_joining,
};
pub use crate::task::leaves::{
    AdvanceLeaf, IdleLeaf, JoinLeaf, ParkLeaf, SleepLeaf, TickLeaf, TimeoutLeaf, YieldLeaf,
};
pub use crate::task::numbers::number_below;
pub use crate::task::select::{
    Branch, Branches, Nowhere, Select, Won, all_disabled, branch, does_not_match, given_by,
    no_branch, select,
};
pub use crate::task::wait::{Answer, Kind, Operation, OperationLeaf};
pub use crate::task::wait_place::PlaceNumber;
pub use crate::task::waiter::{Asker, Wait, WaitingTask, Wakes};
pub use crate::time_layer::{Due, Look, TimerKey, TimerWheel};
