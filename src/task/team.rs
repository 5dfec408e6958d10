//! The workers of one scheduler, where there are several: what each shows to the others.
//!
//! A worker is inside its turnstile, but for the time in which it resumes a task or sleeps; and what a
//! task asks of it meanwhile takes it inside again for that long. So whoever has work to do for all
//! may take what is behind the turnstile of a worker that is held up, or asleep, and use its core as if
//! it were that worker: to take its ready tasks, or to look what is left.
//!
//! # Invariants
//! * **Y1 seated** `core` is null, or names a core that lives: it is set once its core is in its place,
//!   and cleared inside the turnstile before that is freed.
//! * **Y2 by turns** A core is used by its own thread inside the turnstile, or by who has taken what is
//!   behind it; but for what the running task does with its own header, which nobody else touches.
//! * **Y3 on its own thread** Who has taken a core resumes none of its tasks, and drops no frame or
//!   output of them.
#![expect(unsafe_code, reason = "names the other workers' cores by address")]

use std::hint::cold_path;
use std::ptr::NonNull;
use std::time::Duration;

use super::id::TaskId;
use super::mailbox::{Mail, Mailbox};
use super::this_thread::{Hidden, Outside};
use super::worker_core::WorkerCore;
use crate::primitives::{
    Arc, AtomicBool, AtomicPtr, AtomicU8, AtomicUsize, Ordering, Turnstile, fence, wait_for_mail,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Team {
    seats: Box<[Seat]>,
    /// Workers that sleep until they are woken.
    sleepers: AtomicUsize,
    /// The first worker wants to know when another falls asleep.
    is_watched: AtomicBool,
    is_closing: AtomicBool,
    /// Workers of which no task lives any more, as the scheduler ends.
    emptied: AtomicUsize,
    next: AtomicUsize,
}

/// It runs tasks.
pub(super) const AWAKE: u8 = 0;
/// It has none, and looks around, or naps.
pub(super) const RESTING: u8 = 1;
/// It sleeps until it is woken; taken back by who wakes it.
pub(super) const ASLEEP: u8 = 2;
/// It runs nothing: the thread of the scheduler's owner does something else.
pub(super) const GONE: u8 = 3;

/// What one worker shows.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Seat {
    pub(super) turnstile: Turnstile,
    pub(super) core: AtomicPtr<WorkerCore>,
    /// Ready tasks, when the worker was last inside.
    pub(super) ready: AtomicUsize,
    /// Resumes that have begun: while this stands still, the worker is held up, or asleep.
    pub(super) resumes: AtomicUsize,
    /// `AWAKE`, `RESTING`, `ASLEEP` or `GONE`.
    pub(super) rest: AtomicU8,
    pub(super) mailbox: Arc<Mailbox>,
}

/// A worker's place among the others.
#[derive(Debug)]
pub(crate) struct Membership {
    team: Arc<Team>,
    place: usize,
    /// One of the team's, which lives as long as that.
    seat: NonNull<Seat>,
}

// SAFETY: a seat is `Sync`, and lives as long as the team, which is kept.
unsafe impl Send for Membership {}
// SAFETY: as above.
unsafe impl Sync for Membership {}

impl Team {
    pub(crate) fn new(mailboxes: impl IntoIterator<Item = Arc<Mailbox>>) -> Arc<Self> {
        let seats = mailboxes.into_iter().map(Seat::new).collect();
        Arc::new(Self {
            seats,
            sleepers: AtomicUsize::new(0),
            is_watched: AtomicBool::new(false),
            is_closing: AtomicBool::new(false),
            emptied: AtomicUsize::new(0),
            next: AtomicUsize::new(0),
        })
    }

    pub(crate) fn join(self: &Arc<Self>, place: usize) -> Membership {
        Membership { team: self.clone(), place, seat: NonNull::from(&self.seats[place]) }
    }

    /// From now on the workers end.
    pub(crate) fn close(&self) {
        self.is_closing.store(true, Ordering::Release);
        self.nudge_all();
    }

    fn nudge_all(&self) {
        self.seats.iter().for_each(|seat| seat.mailbox.send(Mail::Nudge));
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Acquire)
    }

    /// A worker to spawn on, by turns.
    pub(crate) fn next_mailbox(&self) -> &Arc<Mailbox> {
        let count = self.seats.len();
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let places = (0..count).map(|after| &self.seats[next.wrapping_add(after) % count]);
        // While the owner's thread does something else, its worker takes none.
        let is_there = |seat: &&Seat| seat.rest.load(Ordering::Relaxed) != GONE;
        let seat = places.clone().find(is_there).or_else(|| places.clone().next());
        &seat.expect("a team has workers").mailbox
    }

    /// How many workers there are.
    pub(crate) fn len(&self) -> usize {
        self.seats.len()
    }

    /// The worker of this place, and those behind it, were not started.
    pub(crate) fn never_sit_down(&self, place: usize) {
        self.emptied.fetch_add(self.seats.len() - place, Ordering::AcqRel);
    }

    pub(crate) fn mailboxes(&self) -> impl Iterator<Item = &Arc<Mailbox>> {
        self.seats.iter().map(|seat| &seat.mailbox)
    }

    /// The worker of this seat goes out, and leaves so many ready tasks behind.
    #[inline(always)]
    pub(super) fn leave(&self, seat: &Seat, ready: usize) {
        seat.ready.store(ready, Ordering::Relaxed);
        seat.turnstile.leave();
        if ready > 0 && self.sleepers.load(Ordering::Relaxed) > 0 {
            cold_path();
            self.wake_one();
        }
    }

    /// Wakes one worker that sleeps, if there is one: there is work for it.
    #[cold]
    #[inline(never)]
    fn wake_one(&self) {
        for seat in &self.seats {
            if seat.rest.load(Ordering::Relaxed) == ASLEEP && self.wakes(seat) {
                return seat.mailbox.send(Mail::Nudge);
            }
        }
    }

    /// Takes back that a worker sleeps; returns whether that was said until now.
    fn wakes(&self, seat: &Seat) -> bool {
        // Not a swap: it may have woken since, and be at work, or gone.
        let (slept, rests) = (Ordering::AcqRel, Ordering::Relaxed);
        let slept = seat.rest.compare_exchange(ASLEEP, RESTING, slept, rests).is_ok();
        if slept {
            self.sleepers.fetch_sub(1, Ordering::Relaxed);
        }
        slept
    }

    /// Whether the first worker wants to know when another falls asleep.
    pub(crate) fn watch(&self, on: bool) {
        self.is_watched.store(on, Ordering::Relaxed);
        // SeqCst: pairs with the fence in `falls_asleep`.
        fence(Ordering::SeqCst);
    }
}

impl Seat {
    fn new(mailbox: Arc<Mailbox>) -> Self {
        Self {
            turnstile: Turnstile::new(),
            core: AtomicPtr::new(std::ptr::null_mut()),
            ready: AtomicUsize::new(0),
            resumes: AtomicUsize::new(0),
            rest: AtomicU8::new(GONE),
            mailbox,
        }
    }

    pub(super) fn sit_down(&self, core: NonNull<WorkerCore>) {
        self.core.store(core.as_ptr(), Ordering::Release);
    }

    pub(super) fn stand_up(&self) {
        self.turnstile.enter();
        self.core.store(std::ptr::null_mut(), Ordering::Release);
        self.turnstile.leave();
    }
}

impl Membership {
    pub(super) fn place(&self) -> usize {
        self.place
    }

    pub(crate) fn team(&self) -> &Arc<Team> {
        &self.team
    }

    #[inline(always)]
    pub(crate) fn seat(&self) -> &Seat {
        // SAFETY: the team's seats stay where they are as long as it lives, and it is kept.
        unsafe { self.seat.as_ref() }
    }

    #[inline(always)]
    pub(super) fn enter(&self) {
        self.seat().turnstile.enter();
    }

    /// The worker goes out, and leaves so many ready tasks behind.
    #[inline(always)]
    pub(super) fn leave(&self, ready: usize) {
        self.team.leave(self.seat(), ready);
    }

    /// This worker, which is not gone any more, has nothing to do for now.
    pub(crate) fn rests(&self) {
        self.seat().rest.store(RESTING, Ordering::Release);
    }

    /// This worker is about to run tasks.
    #[inline(always)]
    pub(super) fn works(&self) {
        if self.seat().rest.load(Ordering::Relaxed) == RESTING {
            self.goes_to_work();
        }
    }

    /// It was at rest. If all others sleep, one is woken: somebody must look whether this one is held up.
    #[cold]
    #[inline(never)]
    fn goes_to_work(&self) {
        self.seat().rest.store(AWAKE, Ordering::Release);
        // SeqCst: pairs with the fence in `falls_asleep`: who falls asleep now sees that this one is
        // awake, or is seen here.
        fence(Ordering::SeqCst);
        let is_up = |seat: &Seat| matches!(seat.rest.load(Ordering::Relaxed), AWAKE | RESTING);
        if !self.others().any(|(_, seat)| is_up(seat)) {
            self.team.wake_one();
        }
    }

    /// This worker is about to sleep until it is woken.
    pub(crate) fn falls_asleep(&self) {
        // Counted first, so that who wakes it takes nothing away that is not there yet.
        self.team.sleepers.fetch_add(1, Ordering::Relaxed);
        self.seat().rest.store(ASLEEP, Ordering::Release);
        // SeqCst: pairs with the fence in `watch`, so that the first worker looks after this, or is told;
        // and with the one in `goes_to_work`.
        fence(Ordering::SeqCst);
        if self.place > 0 && self.team.is_watched.load(Ordering::Relaxed) {
            self.team.seats[0].mailbox.send(Mail::Nudge);
        }
    }

    pub(crate) fn has_woken(&self) {
        self.team.wakes(self.seat());
    }

    /// This worker, which does not sleep, runs no tasks from now on.
    pub(crate) fn is_gone(&self) {
        self.seat().rest.store(GONE, Ordering::Release);
    }

    /// Whether another worker runs tasks.
    pub(crate) fn others_are_awake(&self) -> bool {
        self.others().any(|(_, seat)| seat.rest.load(Ordering::Relaxed) == AWAKE)
    }

    /// The mailbox of the worker among them that has this serial number.
    pub(super) fn mailbox_of_serial(&self, serial: u64) -> Option<&Arc<Mailbox>> {
        self.team.mailboxes().find(|mailbox| mailbox.serial() == serial)
    }

    /// The other seats, beginning behind this one.
    pub(super) fn others(&self) -> impl Iterator<Item = (usize, &Seat)> {
        let count = self.team.seats.len();
        (1..count).map(move |after| {
            let place = (self.place + after) % count;
            (place, &self.team.seats[place])
        })
    }

    /// Calls `f` with all other cores, none of which runs a task, while nobody else can use any; `None`
    /// if one is in use.
    pub(crate) fn with_all_others<R>(&self, f: impl FnOnce(&[&WorkerCore]) -> R) -> Option<R> {
        // Asked once it can do nothing: it may be running a task.
        self.with_taken_others(|seat| seat.rest.load(Ordering::Acquire) != AWAKE, f)
    }

    /// The same, though some may be running a task each.
    pub(crate) fn with_others_as_they_are<R>(
        &self,
        f: impl FnOnce(&[&WorkerCore]) -> R,
    ) -> Option<R> {
        self.with_taken_others(|_| true, f)
    }

    fn with_taken_others<R>(
        &self,
        is_fit: impl Fn(&Seat) -> bool,
        f: impl FnOnce(&[&WorkerCore]) -> R,
    ) -> Option<R> {
        let mut cores = Vec::new();
        let mut taken = Vec::new();
        for (_, seat) in self.others() {
            taken.push(seat.turnstile.try_take()?);
            if !is_fit(seat) {
                return None;
            }
            // One that has not sat down yet may have mail.
            // SAFETY: it lives (Y1), as long as its turnstile is taken, which is until `f` has returned.
            cores.push(unsafe { seat.core.load(Ordering::Acquire).as_ref() }?);
        }
        let answer = f(&cores);
        drop(taken);
        Some(answer)
    }

    /// No task of this worker lives any more.
    pub(super) fn is_empty_now(&self) {
        let emptied = self.team.emptied.fetch_add(1, Ordering::AcqRel) + 1;
        if emptied == self.team.seats.len() {
            self.team.nudge_all();
        }
    }

    pub(super) fn all_are_empty(&self) -> bool {
        self.team.emptied.load(Ordering::Acquire) == self.team.seats.len()
    }
}

impl WorkerCore {
    pub(crate) fn membership(&self) -> Option<&Membership> {
        self.membership.as_ref()
    }

    /// The mailbox of the worker that counted this id.
    pub(super) fn mailbox_of_team(&self, id: TaskId) -> Option<&Arc<Mailbox>> {
        let team = &self.membership()?.team;
        team.seats.get(id.worker()).map(|seat| &seat.mailbox)
    }

    /// Outside its turnstile, waits until there is mail; returns whether there is.
    pub(crate) fn wait_outside(&self, longest: Option<Duration>) -> bool {
        let Some(membership) = self.membership() else { unreachable!("it has others beside it") };
        let _hidden = Hidden::hide(self);
        membership.leave(self.ready_count());
        let _outside = Outside::of(membership.seat());
        wait_for_mail(self.mail(), longest)
    }
}
