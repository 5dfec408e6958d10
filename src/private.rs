//! The only paths that macro output may name, and what models and benches measure. Nothing here is
//! public API.

pub use crate::channel::operations::{Channel, Receiving, Reserving, Sending};
pub use crate::coroutine::delegation::{Delegated, Inner, IntoSource, Iterated, Source};
pub use crate::coroutine::frame_size::{BoxedFrame, check_frame};
pub use crate::coroutine::{
    CoroutineFuture, GeneratorFrame, ItemFrame, Lowered, ResumeArg, Returned, Site, Step,
    Suspended, UnusedArgument, generator, no_generator, no_streaming, resumed_with, streaming,
    suspended, task,
};
pub use crate::group::operations::{JoiningAll, JoiningNext, Spawning, WaitingForRoom};
#[cfg(coweave_loom)]
pub use crate::primitives::{Fault, with_fault};
pub use crate::scheduler::test;
pub use crate::sync::mode::{Counted, Exclusive, Once, Parts, SharedCell};
pub use crate::sync::mutex::Locking;
pub use crate::sync::permits::{Closed, Permits, Take};
pub use crate::task::awaiting::{Awaited, IntoLeaf, Leaf, Polled, resumed, step, step_stream};
pub use crate::task::forwarding::{Call, Forward, forward};
pub use crate::task::leaves::{
    AdvanceLeaf, IdleLeaf, JoinLeaf, ParkLeaf, SleepLeaf, TickLeaf, TimeoutLeaf, YieldLeaf,
};
pub use crate::task::wait::{Answer, Kind, Operation, OperationLeaf};
pub use crate::task::waiter::{Asker, Wait, WaitingTask};
pub use crate::time_layer::{Due, Look, TimerKey, TimerWheel};
