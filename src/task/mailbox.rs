//! The mailbox: the channel through which a worker hears from other threads, and the end of it.
//!
//! # Who may touch what
//! Handles, wakers and leaves on other threads only send; the worker alone receives.
//!
//! # Invariants
//! * **B1 nothing lost** What a handle sends is sent under the lock that also guards `end`, and the
//!   worker, before it ends, sets `handles_refused` there and then empties the channel: a message
//!   is either acted upon, or its sender is told that the worker has gone.
//! * **B2 done before gone** When `handles_refused` is set, no task lives: who is refused finds the
//!   outcome in the header.
//! * **B3 orphans** The slots of ended tasks with handles outlive the worker in `end`; the last
//!   such handle frees them. While there are any, one count of the mailbox is theirs.
//! * **B4 no missed look** `asleep` is set before the worker looks around for the last time, and
//!   read after what it looks for was changed, both sequentially consistent.

use std::collections::HashMap;
use std::sync::Arc as Count;
use std::task::Waker;

use super::completion::Callback;
use super::guest::{Asked, HowEnded, Move, Request};
use super::id::TaskId;
use super::slab::Slab;
use super::task_ref::TaskRef;
use super::unjoined::PanicHandler;
use super::waker::Remote;
use crate::blocking::Pool;
use crate::primitives::{
    Arc, AtomicBool, AtomicU64, AtomicUsize, Lock, Ordering, Receiver, Sender, Weak, fence, global,
    thread, unbounded,
};
use crate::time::TimerKey;

/// What other threads tell a worker.
#[derive(Debug)]
pub(crate) enum Mail {
    /// A task was spawned in a slot of the mailbox's slab.
    Spawn(TaskRef),
    Wake(Arc<Remote>),
    /// From a handle: cancel its task.
    Cancel(TaskRef),
    /// From a handle: wake this waker when the task has ended.
    Watch(TaskRef, Waker),
    /// From a handle: call this when the task has ended.
    CallAtEnd(TaskRef, Callback),
    /// From a group: cancel the task, if it is still this one.
    CancelIf(TaskRef, TaskId),
    /// From a handle: nobody will ask for the outcome.
    Detach(TaskRef),
    /// From a handle: it has taken the outcome.
    Release(TaskRef),
    /// From a sleep that was dropped on another thread.
    CancelTimer(TimerKey),
    /// From an `idle` that was dropped on another thread.
    CancelIdle(u64),
    /// From a primitive in which a task waits: it has got what it waits for.
    Unpark(TaskRef, TaskId),
    /// Something is asked of a guest, or of a task whose guest it was.
    Ask(Asked, Request),
    /// A guest has moved to another worker.
    Moved(Box<Move>),
    /// A guest has ended.
    Ended(TaskRef, HowEnded),
    /// Look again whether anything is left to wait for.
    Nudge,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Mailbox {
    /// Names the worker among all that ever were.
    serial: u64,
    sender: Sender<Mail>,
    end: Lock<End>,
    /// Slots for tasks that are spawned from other threads; `None` once spawns are refused.
    slab: Lock<Option<Slab>>,
    spawned: AtomicU64,
    /// What is outside and may wake a task: handles of the scheduler, guards, wakers that were
    /// cloned on other threads.
    outside: AtomicUsize,
    /// Guards alone: they also hold the virtual clock.
    guards: AtomicUsize,
    asleep: AtomicBool,
    on_panic: Option<PanicHandler>,
    /// Threads for what blocks.
    blocking: Count<Pool>,
    /// The worker's thread.
    home: Lock<thread::ThreadId>,
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
const fn low_half(number: u64) -> u32 {
    number as u32
}

/// How far a mailbox is from its end.
#[derive(Debug, Default)]
struct End {
    handles_refused: bool,
    /// Ended tasks whose handles are left, less those that went before they were counted.
    orphans: isize,
    slabs: Option<[Slab; 2]>,
}

global! {
    static MAILBOXES: Lock<Option<HashMap<u32, Weak<Mailbox>>>> = Lock::new(None);
}

/// What a mailbox's id never is: for sleeps that no worker knows.
pub(super) const NO_MAILBOX: [u32; 2] = [0, u32::MAX];

impl Mailbox {
    /// A mailbox, and what its worker receives from.
    pub(crate) fn new(
        on_panic: Option<PanicHandler>,
        blocking: Count<Pool>,
        place: usize,
    ) -> (Arc<Self>, Receiver<Mail>) {
        global! {
            static NEXT: AtomicU64 = AtomicU64::new(1);
        }
        let (sender, receiver) = unbounded();
        let mut mailboxes = MAILBOXES.lock();
        let all = mailboxes.get_or_insert_default();
        let serial = loop {
            // An id comes again after 2^32 others, but never that of a worker which still lives.
            let serial = NEXT.fetch_add(1, Ordering::Relaxed);
            let id = low_half(serial);
            if !NO_MAILBOX.contains(&id) && !all.contains_key(&id) {
                break serial;
            }
        };
        let mailbox = Arc::new(Self {
            serial,
            sender,
            end: Lock::new(End::default()),
            slab: Lock::new(Some(Slab::new())),
            spawned: AtomicU64::new(TaskId::first_of_worker(place) + 1),
            outside: AtomicUsize::new(0),
            guards: AtomicUsize::new(0),
            asleep: AtomicBool::new(false),
            on_panic,
            blocking,
            home: Lock::new(thread::current().id()),
        });
        all.insert(mailbox.id(), Arc::downgrade(&mailbox));
        drop(mailboxes);
        (mailbox, receiver)
    }

    /// The mailbox of a worker that has not ended.
    pub(super) fn of(id: u32) -> Option<Arc<Self>> {
        MAILBOXES.lock().as_ref()?.get(&id)?.upgrade()
    }

    /// The mailbox of a worker that has not ended, by its serial number.
    pub(super) fn of_serial(serial: u64) -> Option<Arc<Self>> {
        Self::of(low_half(serial)).filter(|mailbox| mailbox.serial == serial)
    }

    /// Whether this thread is the worker's, also between two runs.
    pub(crate) fn is_of_this_thread(&self) -> bool {
        *self.home.lock() == thread::current().id()
    }

    /// This thread is the worker's.
    pub(super) fn belongs_to_this_thread(&self) {
        *self.home.lock() = thread::current().id();
    }

    /// Names the worker.
    pub(crate) fn id(&self) -> u32 {
        low_half(self.serial)
    }

    /// Names the worker among all that ever were.
    pub(super) fn serial(&self) -> u64 {
        self.serial
    }

    /// Sends what need not arrive: after the worker's end it is dropped.
    pub(super) fn send(&self, mail: Mail) {
        // The error gives the message back, whose destructors do no more than give up counts.
        drop(self.sender.send(mail));
    }

    /// Sends what a handle has to say, and returns false if the worker has gone (B1).
    pub(super) fn send_from_handle(&self, mail: Mail) -> bool {
        self.try_send_from_handle(mail).is_ok()
    }

    /// The same, and gives back what is refused.
    pub(super) fn try_send_from_handle(&self, mail: Mail) -> Result<(), Mail> {
        let end = self.end.lock();
        if end.handles_refused {
            drop(end);
            return Err(mail);
        }
        self.send(mail);
        drop(end);
        Ok(())
    }

    /// What is told of panics that nobody joins.
    pub(super) fn panic_handler(&self) -> Option<&PanicHandler> {
        self.on_panic.as_ref()
    }

    /// Threads for what blocks.
    pub(crate) fn blocking(&self) -> &Count<Pool> {
        &self.blocking
    }

    /// Builds a task in a slot for spawns from other threads, and has the worker run it.
    ///
    /// Returns `None`, without having called `build`, once spawns are refused.
    pub(super) fn spawn(&self, build: impl FnOnce(&Slab, TaskId) -> TaskRef) -> Option<TaskRef> {
        let id = TaskId::from_outside(self.spawned.fetch_add(1, Ordering::Relaxed));
        let slab = self.slab.lock();
        let task = build(slab.as_ref()?, id);
        // Sent under the lock: after `refuse_spawns` no spawn is under way.
        self.send(Mail::Spawn(task));
        Some(task)
    }

    /// Looks at the slab for spawns from other threads.
    pub(super) fn with_slab<R>(&self, f: impl FnOnce(&Slab) -> R) -> Option<R> {
        self.slab.lock().as_ref().map(f)
    }

    /// From now on `spawn` refuses; gives back the slab, whose slots stay where they are.
    pub(super) fn refuse_spawns(&self) -> Option<Slab> {
        self.slab.lock().take()
    }

    /// From now on handles are told that the worker has gone (B2).
    pub(super) fn refuse_handles(&self) {
        self.end.lock().handles_refused = true;
        if let Some(all) = MAILBOXES.lock().as_mut() {
            all.remove(&self.id());
        }
    }

    /// Leaves the slots of ended tasks to the handles that are left; returns whether there are any.
    pub(super) fn bequeath(&self, slabs: [Slab; 2], handles: usize) -> bool {
        let mut end = self.end.lock();
        end.orphans += isize::try_from(handles).expect("handles are fewer than bytes");
        let has_orphans = end.orphans > 0;
        if has_orphans {
            end.slabs = Some(slabs);
        }
        drop(end);
        has_orphans
    }

    /// A handle has done with its slot after the worker's end; returns whether it was the last, so
    /// that the orphans' count of the mailbox must be given up (B3).
    pub(super) fn release_orphan(&self) -> bool {
        let mut end = self.end.lock();
        end.orphans -= 1;
        let freed = if end.orphans == 0 { end.slabs.take() } else { None };
        drop(end);
        freed.is_some()
    }

    /// Whether something outside holds what may wake a task.
    pub(crate) fn has_outside(&self) -> bool {
        // Acquire: pairs with the Release of whoever was the last; what it sent is then visible.
        self.outside.load(Ordering::Acquire) > 0
    }

    /// Whether a guard says that a foreign thread will wake a task.
    pub(crate) fn has_guards(&self) -> bool {
        // Acquire: as above.
        self.guards.load(Ordering::Acquire) > 0
    }

    /// Has a sleeping worker look again.
    pub(super) fn nudge(&self) {
        // SeqCst: pairs with the fence in `set_asleep` (B4); what was changed comes before it.
        fence(Ordering::SeqCst);
        if self.asleep.load(Ordering::Relaxed) {
            self.send(Mail::Nudge);
        }
    }

    /// Says that the worker is about to sleep, or that it is awake again (B4).
    pub(crate) fn set_asleep(&self, asleep: bool) {
        self.asleep.store(asleep, Ordering::Relaxed);
        // SeqCst: the worker looks around after this; who changes what it looks for reads the flag
        // after the change and a fence of its own.
        fence(Ordering::SeqCst);
    }
}

/// Counts as something outside that may wake tasks, as long as it lives.
#[derive(Debug)]
pub(crate) struct Outside {
    mailbox: Arc<Mailbox>,
    is_guard: bool,
}

impl Outside {
    pub(crate) fn new(mailbox: &Arc<Mailbox>) -> Self {
        mailbox.outside.fetch_add(1, Ordering::Relaxed);
        Self { mailbox: mailbox.clone(), is_guard: false }
    }

    /// One that also holds the virtual clock.
    pub(crate) fn guard(mailbox: &Arc<Mailbox>) -> Self {
        mailbox.guards.fetch_add(1, Ordering::Relaxed);
        let mut guard = Self::new(mailbox);
        guard.is_guard = true;
        guard
    }

    pub(crate) fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }
}

impl Clone for Outside {
    fn clone(&self) -> Self {
        if self.is_guard { Self::guard(&self.mailbox) } else { Self::new(&self.mailbox) }
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        // Release: pairs with `has_guards` and `has_outside`.
        if self.is_guard {
            self.mailbox.guards.fetch_sub(1, Ordering::Release);
        }
        self.mailbox.outside.fetch_sub(1, Ordering::Release);
        self.mailbox.nudge();
    }
}
