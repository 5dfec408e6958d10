//! What a worker has of its own: its tasks and their memory, its run queue, timers and clock.
//!
//! Everything here is used by the worker's thread alone; other threads speak by mail. How tasks
//! are resumed is in `resume`, how they end in `ending`.
//!
//! # Invariants
//! * **K1 own tasks** A `TaskRef` in the core's structures, or handed to its methods, is a slot of
//!   its own slab or of its mailbox's, both of which it outlives or keeps: the header may be looked
//!   at as long as the core lives.
//! * **K2 no borrow over foreign code** No `RefCell` is borrowed, and no reference into the slab is
//!   held, while a waker, a destructor or a task runs.
//! * **K3 in place** A core is never moved, nor borrowed exclusively, once it lends its waker, whose
//!   data is its address (see `owned_core`).
#![expect(unsafe_code, reason = "looks at headers, builds tasks in slots")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::Location;
use std::task::Waker;

use super::cell::{self, Cell as TaskCell, kind};
use super::guest::{Guest, Trip};
use super::header::{Header, ParkedSince};
use super::id::TaskId;
use super::idle::IdleQueue;
use super::join::MAILED;
use super::mailbox::{Mail, Mailbox};
use super::numbers::{DEFAULT_SEED, Numbers};
use super::run_queue::RunQueue;
use super::slab::{Origin, Slab};
use super::task_ref::TaskRef;
use super::team::Membership;
use super::this_thread::{self, Entered};
use super::timers::{Age, Timers};
use super::waker::{self, Remote};
use crate::primitives::{Arc, Cell, Receiver, quietly};
use crate::time::{Instant, TimerKey, WorkerClock};

/// See the module. Aligned, so that two workers' cores share no line of memory, nor two that the
/// processor fetches together.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct WorkerCore {
    own_waker: Waker,
    running: Cell<Option<TaskRef>>,
    pub(super) ready: RunQueue,
    pub(super) slab: Slab,
    /// The mailbox's slab, once it was taken over at the end.
    pub(super) outside_slab: RefCell<Option<Slab>>,
    /// Which branch of a `select!` goes first, and which ready task if these are shuffled.
    pub(super) numbers: Numbers,
    /// Whether a seed gives the order of ready tasks.
    is_shuffled: bool,
    /// Names this worker among all that ever were.
    pub(super) serial: u64,
    /// Ids that were given, which counts the tasks that were spawned here.
    ids: Cell<u64>,
    /// By how many the tasks that have not ended are more, or fewer, than `ids`.
    live_beyond_ids: Cell<i64>,
    /// By how many the handles whose slots are not given back are more, or fewer, than `ids`.
    handles_beyond_ids: Cell<i64>,
    /// Tasks that have not ended, and that nobody waits for.
    pub(super) background_count: Cell<usize>,
    /// The instant of this turn: never after the clock's present.
    pub(super) now: Cell<Instant>,
    /// The same as `ParkedSince`, if `now_age` says so.
    pub(super) waits_since: Cell<ParkedSince>,
    pub(super) now_age: Cell<Age>,
    pub(super) timers: RefCell<Timers>,
    pub(super) idle: IdleQueue,
    /// How far `advance` lets a virtual clock go that does not go by itself, as long as the timer is set.
    pub(super) advances: RefCell<Vec<(TimerKey, Instant)>>,
    pub(crate) clock: WorkerClock,
    /// Mail that was put off by who took this worker's tasks.
    pub(super) postponed: RefCell<VecDeque<Mail>>,
    /// Its place among several workers.
    pub(super) membership: Option<Membership>,
    /// Live tasks that another worker runs.
    pub(super) away_count: Cell<usize>,
    /// The last time that a task of this worker was taken.
    pub(super) last_trip: Cell<Trip>,
    /// Goes before the mailbox: so the channel is freed with its sender, behind all who had one.
    mail: Receiver<Mail>,
    mailbox: Arc<Mailbox>,
    /// What handles at home compare with theirs.
    home: *mut Mailbox,
    /// The same, and no handle's if this worker has others beside it.
    home_alone: *mut Mailbox,
    /// The future that `run` was given has ended.
    pub(super) run_ended: Cell<bool>,
    /// Spawns are refused: the scheduler is being dropped.
    is_closing: Cell<bool>,
}

/// A handle's mailbox has no such address: it is aligned, or null, or `REFUSED`.
const NOBODYS_HOME: *mut Mailbox = std::ptr::without_provenance_mut(usize::MAX - MAILED);

impl WorkerCore {
    /// A core that lends no waker yet: `OwnedCore` gives it its place first.
    pub(super) fn new(
        clock: WorkerClock,
        seed: Option<u64>,
        (mailbox, mail): (Arc<Mailbox>, Receiver<Mail>),
        membership: Option<Membership>,
    ) -> Self {
        let home = Arc::as_ptr(&mailbox).cast_mut();
        let place = membership.as_ref().map_or(0, Membership::place);
        let first_id = TaskId::first_of_worker(place);
        // No id has been given, though counting begins there.
        let beyond_ids = 0_i64.wrapping_sub_unsigned(first_id);
        let now = clock.now();
        Self {
            own_waker: Waker::noop().clone(),
            running: Cell::new(None),
            ready: RunQueue::new(),
            slab: Slab::new(),
            outside_slab: RefCell::new(None),
            numbers: Numbers::new(seed.unwrap_or(DEFAULT_SEED)),
            is_shuffled: seed.is_some(),
            serial: mailbox.serial(),
            ids: Cell::new(first_id),
            live_beyond_ids: Cell::new(beyond_ids),
            handles_beyond_ids: Cell::new(beyond_ids),
            background_count: Cell::new(0),
            now: Cell::new(now),
            waits_since: Cell::new(ParkedSince::new(now)),
            now_age: Cell::new(Age::Read),
            timers: RefCell::new(Timers::new()),
            idle: IdleQueue::new(),
            advances: RefCell::new(Vec::new()),
            clock,
            postponed: RefCell::new(VecDeque::new()),
            away_count: Cell::new(0),
            last_trip: Cell::new(Trip::default()),
            home,
            home_alone: if membership.is_none() { home } else { NOBODYS_HOME },
            membership,
            mailbox,
            mail,
            run_ended: Cell::new(false),
            is_closing: Cell::new(false),
        }
    }

    /// Sets the waker that this core lends.
    pub(super) fn set_own_waker(&mut self, waker: Waker) {
        self.own_waker = waker;
    }

    /// Makes this the thread's worker while `f` runs.
    pub(crate) fn within<R>(&self, f: impl FnOnce() -> R) -> R {
        // SAFETY: dropped at the end of this function, in order.
        let _entered: Entered<'_> = unsafe { this_thread::enter(self) };
        f()
    }

    pub(super) fn own_waker(&self) -> &Waker {
        &self.own_waker
    }

    /// The header of one of this worker's tasks.
    #[inline(always)]
    pub(crate) fn header(&self, task: TaskRef) -> &Header {
        // SAFETY: one of our own, which live as long as we do (K1); this is the owner's thread.
        unsafe { task.header() }
    }

    /// The id of the task that has the slot now; all that may be asked of a stale reference.
    #[inline(always)]
    pub(super) fn id(&self, task: TaskRef) -> TaskId {
        // SAFETY: one of our own slots, which live as long as we do (K1).
        unsafe { task.id() }
    }

    pub(crate) fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    pub(crate) fn mail(&self) -> &Receiver<Mail> {
        &self.mail
    }

    /// The mailbox's address, by which a handle knows that it is at home.
    #[inline(always)]
    pub(super) fn home(&self) -> *mut Mailbox {
        self.home
    }

    /// The same where a resume is inside: where this worker is alone.
    #[inline(always)]
    pub(super) fn home_alone(&self) -> *mut Mailbox {
        self.home_alone
    }

    #[inline(always)]
    pub(super) fn is_home_of(&self, mailbox: &Arc<Mailbox>) -> bool {
        Arc::ptr_eq(&self.mailbox, mailbox)
    }

    /// The task being resumed.
    #[inline(always)]
    pub(crate) fn running(&self) -> Option<TaskRef> {
        self.running.get()
    }

    #[inline(always)]
    pub(super) fn set_running(&self, task: Option<TaskRef>) {
        self.running.set(task);
    }

    /// Tasks that have not ended.
    pub(crate) fn live_count(&self) -> usize {
        self.beyond_ids(&self.live_beyond_ids)
    }

    /// Tasks that have not ended, and are run here.
    pub(crate) fn task_count(&self) -> usize {
        self.live_count() - self.away_count.get()
    }

    /// Handles whose slots are not given back.
    pub(super) fn handle_count(&self) -> usize {
        self.beyond_ids(&self.handles_beyond_ids)
    }

    fn beyond_ids(&self, count: &Cell<i64>) -> usize {
        let count = self.ids.get().checked_add_signed(count.get());
        count.and_then(|count| usize::try_from(count).ok()).expect("what ended had begun")
    }

    /// A task has ended, or has come by mail; those spawned here are counted by their ids.
    #[inline(always)]
    pub(super) fn count_live(&self, change: i64) {
        self.live_beyond_ids.set(self.live_beyond_ids.get().wrapping_add(change));
    }

    /// A handle has gone, or has come by mail, or a task was spawned here without one.
    #[inline(always)]
    pub(super) fn count_handles(&self, change: i64) {
        self.handles_beyond_ids.set(self.handles_beyond_ids.get().wrapping_add(change));
    }

    /// Whether [`resume_shuffled`](Self::resume_shuffled) resumes its tasks.
    pub(crate) fn is_shuffled(&self) -> bool {
        self.is_shuffled
    }

    pub(crate) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    pub(crate) fn ready_count(&self) -> usize {
        self.ready.len()
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing.get()
    }

    /// Spawns are refused from now on; also those from other threads.
    pub(super) fn close(&self) {
        self.is_closing.set(true);
        *self.outside_slab.borrow_mut() = self.mailbox.refuse_spawns();
    }

    /// Builds a task, which the caller then queues or parks.
    ///
    /// # Safety
    /// * `frame` is `'static`, or the caller ends the task before the frame's borrows end.
    /// * If its kind is `MOVES`, `frame` and its output are `Send`.
    #[inline(always)]
    pub(super) unsafe fn spawn<F: Future, const KIND: u8>(
        &self,
        frame: F,
        spawned_at: &'static Location<'static>,
    ) -> TaskRef {
        let count = self.ids.get() + 1;
        self.ids.set(count);
        let id = TaskId::from_worker(count);
        TaskCell::<F, KIND>::build(&self.slab, frame, id, Origin::worker, spawned_at)
    }

    /// Builds a guest, as the task that `home` is the header of.
    pub(super) fn build_guest(&self, guest: Guest, home: &Header) -> TaskRef {
        let (id, at) = (home.id(), Location::caller());
        let task =
            TaskCell::<Guest, { kind::GUEST }>::build(&self.slab, guest, id, Origin::worker, at);
        self.header(task).copy_origin(home);
        task
    }

    /// Gives back the slot of a task whose outcome has been taken or dropped.
    #[inline(always)]
    pub(super) fn free(&self, task: TaskRef) {
        let origin = self.header(task).origin;
        if let Some(class) = origin.class_of_worker() {
            // SAFETY: it came from this slab, as one of this class, and is empty.
            return unsafe { self.slab.free(task, class) };
        }
        self.free_outside(task, origin);
    }

    #[cold]
    #[inline(never)]
    fn free_outside(&self, task: TaskRef, origin: Origin) {
        let class = origin.class_outside().expect("it is of one slab or the other");
        // Once it is free, another thread may renew it (H4).
        self.header(task).clear_id();
        // SAFETY: it came from the mailbox's slab, as one of this class, and is empty.
        let free = |slab: &Slab| unsafe { slab.free(task, class) };
        if self.mailbox.with_slab(free).is_none() {
            self.outside_slab.borrow().as_ref().map(free);
        }
    }

    /// Makes a parked task ready, behind all that are.
    #[inline(always)]
    pub(crate) fn unpark(&self, task: TaskRef) {
        if self.header(task).state.unpark(self.running() == Some(task)) {
            self.ready.push(task);
        }
    }

    /// The same, if the slot still holds that task.
    pub(super) fn unpark_if(&self, task: TaskRef, is_same: impl FnOnce(TaskId) -> bool) {
        if is_same(self.id(task)) {
            self.unpark(task);
        }
    }

    /// What an `Unparker` does.
    pub(super) fn unpark_with_permit(&self, task: TaskRef) {
        let header = self.header(task);
        // What an ended task has left is its handle's, on whatever thread that is (E2).
        if !header.state.is_live() {
            return;
        }
        header.state.give_permit();
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        let waker = unsafe { header.extra() }.and_then(|extra| extra.park_waker.take());
        self.unpark(task);
        if let Some(waker) = waker {
            quietly(|| waker.wake());
        }
    }

    /// Keeps the foreign waker with which `park` was polled.
    pub(super) fn set_park_waker(&self, task: TaskRef, waker: &Waker) {
        let waker = waker.clone();
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        let old = unsafe { self.header(task).extra_or_new() }.park_waker.replace(waker);
        quietly(|| drop(old));
    }

    /// The task's real waker, made at the first call and lent from then on.
    #[cold]
    pub(super) fn kept_waker(&self, task: TaskRef) -> Waker {
        let header = self.header(task);
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        let extra = unsafe { header.extra_or_new() };
        let remote = extra.remote.get_or_insert_with(|| waker::remote(self, task)).clone();
        if let Some(lending) = header.vtable().lending {
            header.set_vtable(lending);
        }
        waker::into_waker(remote)
    }

    /// A new `Unparker`'s inside.
    pub(super) fn unparker(&self, task: TaskRef) -> Arc<Remote> {
        Remote::unparker(self, task)
    }

    /// Whether there is mail, also such as was put off.
    pub(crate) fn has_mail(&self) -> bool {
        !self.mail.is_empty() || !self.postponed.borrow().is_empty()
    }

    /// Names this worker among all that ever were.
    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }

    /// The slabs, for what is left of them after the worker's end.
    pub(super) fn take_slabs(&self) -> [Slab; 2] {
        let outside = self.outside_slab.take().unwrap_or(Slab::new());
        [self.slab.take(), outside]
    }
}

/// Whether `T` lies in a task's cell as it is.
pub(super) const fn fits<T>() -> bool {
    cell::fits::<T>()
}
