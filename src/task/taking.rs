//! Taking ready tasks from another worker, and giving them back.
//!
//! # Invariants
//! * **G1**, **G2**, **G3** of `guest`; **Y2**, **Y3** of `team`.
#![expect(unsafe_code, reason = "touches headers of two workers")]

use std::task::{Context, Waker};

use super::appetite::{Appetite, MOST_TAKEN};
use super::extra::Extra;
use super::guest::{Asked, Elsewhere, Guest, Home, Move, guest_of};
use super::header::Header;
use super::id::TaskId;
use super::mailbox::Mail;
use super::state::Outcome;
use super::task_ref::TaskRef;
use super::team::{AWAKE, GONE, Seat};
use super::worker_core::WorkerCore;
use crate::primitives::{Ordering, quietly};

/// What was seen of a worker, from one nap to the next.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sight {
    resumes: usize,
    /// Naps since that has changed.
    naps: u32,
    /// It was asked in vain since the last nap.
    has_none: bool,
}

impl Sight {
    /// Looks at a worker, perhaps for the first time since a nap.
    fn is_held_up(&mut self, seat: &Seat, has_napped: bool) -> bool {
        let resumes = seat.resumes.load(Ordering::Relaxed);
        if self.resumes != resumes {
            *self = Self { resumes, naps: 0, ..*self };
        }
        self.naps = self.naps.saturating_add(u32::from(has_napped));
        self.naps > HELD_UP
    }

    /// Whether it is worth asking again.
    fn may_have_some(&mut self, has_napped: bool) -> bool {
        self.has_none &= !has_napped;
        !self.has_none
    }
}

/// After so many naps during which a worker did not begin another resume it is held up.
const HELD_UP: u32 = if cfg!(coweave_loom) { 0 } else { 2 };

impl WorkerCore {
    /// Looks for ready tasks at the other workers, and takes half of what it finds; returns whether
    /// it has found any. `sights` is what was seen before, and perhaps this worker `has_napped` since.
    ///
    /// One ready task is left to its worker, which will soon come to it, unless that is held up; and all
    /// are if taking is not worth it.
    pub(crate) fn take_from_others(
        &self,
        sights: &mut [Sight],
        appetite: &mut Appetite,
        has_napped: bool,
    ) -> bool {
        let Some(membership) = self.membership() else { return false };
        membership.others().any(|(place, seat)| {
            let is_held_up = sights[place].is_held_up(seat, has_napped);
            if !sights[place].may_have_some(has_napped) {
                return false;
            }
            let ready = seat.ready.load(Ordering::Relaxed);
            // Of its mail and timers one knows nothing from here.
            let is_worth_it =
                ready > 1 && !appetite.is_sated || is_held_up && (ready > 0 || has_napped);
            if !is_worth_it {
                return false;
            }
            let count = self.take_from(seat, appetite.most, is_held_up);
            sights[place].has_none = count == 0;
            if count > 0 {
                appetite.has_taken(count);
            }
            count > 0
        })
    }

    /// The same of a worker that has work itself: it takes only what another cannot come to.
    pub(crate) fn take_from_held_up(&self, sights: &mut [Sight]) {
        let Some(membership) = self.membership() else { return };
        for (place, seat) in membership.others() {
            let is_awake = seat.rest.load(Ordering::Relaxed) == AWAKE;
            if sights[place].is_held_up(seat, true) && is_awake {
                self.take_from(seat, MOST_TAKEN, true);
            }
        }
    }

    fn take_from(&self, seat: &Seat, most: usize, is_held_up: bool) -> usize {
        // A clock of the user's is read, and foreign wakers are woken, while nothing is taken: they may
        // wait for a lock that a task of the other holds.
        let now = is_held_up.then(|| self.clock.now());
        let Some(taken) = seat.turnstile.try_take() else { return 0 };
        if self.membership().is_none_or(|membership| membership.team().is_closing()) {
            return 0;
        }
        // SAFETY: it lives (Y1), as long as its turnstile is taken.
        let Some(other) = (unsafe { seat.core.load(Ordering::Acquire).as_ref() }) else {
            return 0;
        };
        // A worker that rests is woken by its mail, which must then be there.
        let is_resting = other.running().is_none() && seat.rest.load(Ordering::Relaxed) != GONE;
        let mut wakers = Vec::new();
        if let Some(now) = now.filter(|_| !is_resting) {
            other.receive_wakes();
            wakers = other.fire_timers_on_its_behalf(now);
        }
        let most = other.ready.len().div_ceil(2).min(most);
        // SAFETY: the other's turnstile is taken, and this thread is inside its own.
        let count = unsafe { self.take_ready(other, most) };
        seat.ready.store(other.ready.len(), Ordering::Relaxed);
        drop(taken);
        for waker in wakers {
            quietly(|| waker.wake());
        }
        count
    }

    /// Receives, on behalf of this worker, which is held up, what only makes tasks ready; the rest it
    /// will receive itself.
    fn receive_wakes(&self) {
        for _ in 0..self.mail().len() {
            let Ok(mail) = self.mail().try_recv() else { return };
            if self.is_only_a_wake(&mail) {
                self.receive(mail);
            } else {
                self.postponed.borrow_mut().push_back(mail);
            }
        }
    }

    /// Whether a message makes a task ready, which is not the one that runs, and calls no foreign code.
    fn is_only_a_wake(&self, mail: &Mail) -> bool {
        let running = self.running();
        match mail {
            Mail::Spawn(_) => true,
            Mail::Wake(remote) => {
                let is_quiet =
                    remote.is_plain_wake() || self.has_no_park_waker(remote.task(), remote.id());
                is_quiet && Some(remote.task()) != running
            }
            Mail::Unpark(task, _) => Some(*task) != running,
            Mail::Ask(asked, request) => {
                let is_quiet = match asked {
                    Asked::Wake => true,
                    Asked::Permit => self.has_no_park_waker(request.task, request.id),
                    Asked::Cancel => false,
                };
                is_quiet && Some(request.task) != running
            }
            Mail::Cancel(_)
            | Mail::Watch(..)
            | Mail::CallAtEnd(..)
            | Mail::CancelIf(..)
            | Mail::Detach(_)
            | Mail::Release(_)
            | Mail::CancelTimer(_)
            | Mail::CancelIdle(_)
            | Mail::Moved(_)
            | Mail::Ended(..)
            | Mail::Nudge => false,
        }
    }

    /// Whether a permit for this task, if it is still there, wakes no foreign waker.
    fn has_no_park_waker(&self, task: TaskRef, id: TaskId) -> bool {
        if self.id(task) != id || Some(task) == self.running() || !self.header(task).state.is_live()
        {
            return true;
        }
        // SAFETY: its worker's turnstile is taken, and it is live and does not run; no other reference to
        // the rare things is in use.
        let extra = unsafe { self.header(task).extra() };
        extra.is_none_or(|extra| extra.park_waker.is_none())
    }

    /// Receives what was put off. On the worker's own thread.
    pub(super) fn receive_postponed(&self) {
        loop {
            let mail = self.postponed.borrow_mut().pop_front();
            let Some(mail) = mail else { return };
            self.receive(mail);
        }
    }

    /// Whether another worker may run this ready task, or forward what is asked of it.
    fn may_be_taken(&self, task: TaskRef) -> bool {
        let table = self.header(task).vtable();
        let is_guest = table.is_guest && table.cancelled.is_some();
        table.away.is_some() || is_guest || self.has_request(task)
    }

    /// Whether the task, which is ready, is away, and something is asked of it.
    fn has_request(&self, task: TaskRef) -> bool {
        // SAFETY: inside its worker's turnstile; no other reference to the rare things is in use.
        let extra = unsafe { self.header(task).extra() };
        let elsewhere = extra.and_then(|extra| extra.elsewhere.as_ref());
        matches!(elsewhere, Some(Elsewhere::Away { .. }))
    }

    /// Takes up to so many ready tasks of another worker, the first ones first; returns how many.
    ///
    /// In a row: tasks were often made one after another, and lie so. If each second one, or each second
    /// sixteen, were used by another processor, the two would fetch each other's memory.
    ///
    /// # Safety
    /// * This thread has taken what is behind the other's turnstile, and is inside its own.
    pub(super) unsafe fn take_ready(&self, other: &Self, most: usize) -> usize {
        let tasks = other.ready.take_front(most, |task| other.may_be_taken(task));
        for task in &tasks {
            // SAFETY: passed on to the caller; the task is ready, and in no queue any more.
            unsafe { self.take_one(other, *task) };
        }
        tasks.len()
    }

    /// # Safety
    /// * As for [`take_ready`](Self::take_ready); the task is `other`'s, ready, and in no queue.
    unsafe fn take_one(&self, other: &Self, task: TaskRef) {
        let table = other.header(task).vtable();
        if table.is_guest {
            // SAFETY: passed on to the caller.
            return unsafe { self.take_guest(other, task) };
        }
        if table.away.is_some() {
            // SAFETY: passed on to the caller.
            return unsafe { self.take_native(other, task) };
        }
        // SAFETY: it is away, so that it forwards what is asked of it, and touches nothing else.
        unsafe { (table.resume)(task, &mut Context::from_waker(Waker::noop())) };
        other.header(task).state.start_parked();
    }

    /// # Safety
    /// * As for [`take_ready`](Self::take_ready); the task is `other`'s, ready, and in no queue.
    unsafe fn take_native(&self, other: &Self, task: TaskRef) {
        let header = other.header(task);
        let present = header.vtable();
        let table = present.away.expect("it may be taken");
        // SAFETY: inside its worker's turnstile; no other reference to the rare things is in use.
        let extra = unsafe { header.extra_or_new() };
        let trip = other.last_trip.get().next();
        other.last_trip.set(trip);
        let home = Home { task, table, mailbox: other.mailbox().clone(), trip };
        let guest = Guest::of(home);
        let guest = self.admit(guest, header, share(extra));
        let mailbox = self.mailbox().clone();
        extra.elsewhere = Some(Elsewhere::Away { guest, mailbox, present, trip });
        header.set_vtable(table);
        header.state.start_parked();
        header.set_parked_since(other.last_instant());
        other.away_count.set(other.away_count.get() + 1);
    }

    /// # Safety
    /// * As for [`take_native`](Self::take_native); the task is a guest.
    unsafe fn take_guest(&self, other: &Self, task: TaskRef) {
        let header = other.header(task);
        // SAFETY: passed on to the caller: it is live, and inside its worker's turnstile.
        let home = unsafe { guest_of(task) }.home.take();
        let home = home.expect("a ready guest has a home");
        // SAFETY: as above; no other reference to the rare things is in use.
        let extra = unsafe { header.take_extra() };
        if extra.as_ref().is_some_and(|extra| extra.traits.is_background) {
            other.add_to_background(-1);
        }
        if self.is_home_of(&home.mailbox) {
            // SAFETY: home is this worker, whose turnstile this thread is inside (G2).
            unsafe { self.take_back(home.task, header, extra) };
        } else {
            let (task, id, trip, told) = (home.task, header.id(), home.trip, home.mailbox.clone());
            let guest = self.admit(Guest::of(home), header, extra);
            let mailbox = self.mailbox().clone();
            told.send(Mail::Moved(Box::new(Move { task, id, trip, guest, mailbox })));
        }
        // It is nobody's any more: whoever asks for it finds that it is not live.
        other.count_live(-1);
        header.state.complete(Outcome::Cancelled);
        other.free(task);
    }

    /// A task of this worker is ready here again.
    ///
    /// # Safety
    /// * This thread is inside this worker's turnstile; the task is away, and `guest` is its guest's
    ///   header, whose turnstile this thread has taken.
    unsafe fn take_back(&self, task: TaskRef, guest: &Header, guest_extra: Option<Box<Extra>>) {
        let header = self.header(task);
        // SAFETY: passed on to the caller; no other reference to the rare things is in use.
        let extra = unsafe { header.extra() }.expect("a task that is away has rare things");
        let Some(Elsewhere::Away { present, .. }) = extra.elsewhere.take() else {
            unreachable!("a task that is away knows where");
        };
        self.away_count.set(self.away_count.get() - 1);
        give_back(extra, guest_extra);
        let is_cancelled = header.vtable().cancelled.is_none();
        let lent = if extra.remote.is_some() { present.lending } else { None };
        let table = if is_cancelled { present.cancelled } else { lent };
        header.set_vtable(table.unwrap_or(present));
        header.succeed(guest);
        self.unpark(task);
    }

    /// Has a guest here, ready.
    fn admit(&self, guest: Guest, of: &Header, extra: Option<Box<Extra>>) -> TaskRef {
        let is_lending = extra.as_ref().is_some_and(|extra| extra.remote.is_some());
        let task = self.build_guest(guest, of);
        let header = self.header(task);
        if let Some(extra) = extra {
            self.set_extra(task, extra);
        }
        if is_lending && let Some(lending) = header.vtable().lending {
            header.set_vtable(lending);
        }
        header.succeed(of);
        header.state.detach();
        self.count_live(1);
        self.ready.push(task);
        task
    }
}

/// What a guest has of the rare things; the rest stays at home.
fn share(home: &mut Extra) -> Option<Box<Extra>> {
    let is_plain = home.name.is_none()
        && home.remote.is_none()
        && home.park_waker.is_none()
        && home.traits.is_plain();
    if is_plain {
        return None;
    }
    Some(Box::new(Extra {
        name: home.name.clone(),
        remote: home.remote.take(),
        park_waker: home.park_waker.take(),
        traits: home.traits.share(),
        ..Extra::default()
    }))
}

/// The other way round.
fn give_back(home: &mut Extra, guest: Option<Box<Extra>>) {
    let Some(mut guest) = guest else { return };
    home.remote = guest.remote.take();
    home.park_waker = guest.park_waker.take();
    home.traits.locals = std::mem::take(&mut guest.traits.locals);
}
