//! Faults: steps of the protocol that a model may leave out, to show that it notices.

use std::cell::Cell;

/// A step that the primitives do wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The stage of a task, or the turn of two ends, is stored without Release.
    RelaxedStage,
    /// The same is loaded without Acquire.
    RelaxedStageLoad,
    /// The same is compared and exchanged without Acquire.
    RelaxedExchange,
    /// The same is compared, and exchanged in a second step.
    ExchangedInTwo,
    /// The owner stores `queued` instead of swapping it.
    QueuedStored,
    /// A waker loads `queued` and then stores it, instead of swapping it.
    QueuedLoaded,
    /// There are no sequentially consistent fences.
    NoFence,
    /// There are no Acquire fences.
    NoAcquireFence,
    /// What is outside is counted without Release.
    RelaxedCount,
    /// Messages are sent after the lock is released under which they should be.
    SentAfterUnlock,
    /// The worker never finds mail by looking whether there is any.
    NotDrained,
    /// A handle forgets that it has spoken by mail.
    MailForgotten,
    /// Who revokes a bias has the owner execute no fence.
    NoBarrier,
    /// The owner of a biased lock does not wait for its store to be seen.
    NoHalfBarrier,
    /// The owner of a biased lock leaves it without Release.
    RelaxedLeave,
    /// Who revokes a bias sees without Acquire that the owner has left.
    RelaxedLeft,
    /// Nobody who waits at a condition variable is notified.
    NotNotified,
    /// The last of what is counted gives up nothing.
    LastCountKept,
}

thread_local! {
    // The threads of a model are coroutines on one thread of the system.
    static PRESENT: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// Runs `f`, which checks a model, with a fault in it.
pub fn with_fault(fault: Fault, f: impl FnOnce()) {
    PRESENT.set(Some(fault));
    f();
    PRESENT.set(None);
}

impl Fault {
    pub(super) fn is_present(self) -> bool {
        PRESENT.get() == Some(self)
    }
}
