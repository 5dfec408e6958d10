//! How tasks are resumed: the loop that everything else is fast for.
//!
//! # Invariants
//! * **I1 exclusive resume** A task is resumed by its owner's thread, taken from the run queue, in
//!   which it was once (S2); so it is not running already, and it is live (a task ends only in a
//!   resume).
#![expect(unsafe_code, reason = "calls a task's resume function")]

use std::hint::cold_path;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Waker};

use super::ending::Ended;
use super::state::Suspended;
use super::task_ref::TaskRef;
use super::this_thread::{Hidden, Outside};
use super::vtable::Resumed;
use super::worker_core::WorkerCore;
use super::{cell, this_thread, waker};
use crate::primitives::{Arc, Ordering};

/// Why the loop came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// As many tasks were resumed as was asked for.
    Full,
    NothingReady,
    /// The future that `run` was given has ended.
    RunEnded,
}

impl WorkerCore {
    /// Resumes ready tasks, first in first out, at most so many.
    pub(crate) fn resume_ready(&self, most: usize) -> Turn {
        self.resume_from(most, |_| {})
    }

    /// Resumes all ready tasks, for the last time.
    pub(super) fn resume_all(&self) -> Turn {
        if self.membership().is_some() {
            self.resume_beside_others(usize::MAX)
        } else {
            self.resume_ready(usize::MAX)
        }
    }

    /// The same in the order of the seed: any ready task is the next, each as likely as the others.
    pub(crate) fn resume_shuffled(&self, most: usize) -> Turn {
        self.resume_from(most, |place| self.bring_any_to(place))
    }

    /// Has any of the ready tasks be the one at `place`, and that one take its place.
    fn bring_any_to(&self, place: usize) {
        let count = self.ready.len_from(place);
        if count > 1 {
            self.ready.swap(place, place + self.numbers.place_below(count));
        }
    }

    /// `choose` is called before each resume with the place from which the next task is taken.
    #[inline(always)]
    fn resume_from(&self, most: usize, choose: impl Fn(usize)) -> Turn {
        let mut cx = Context::from_waker(self.own_waker());
        let mut place = self.ready.start();
        let limit = place.saturating_add(most);
        let mut turn = Turn::Full;
        while place != limit {
            choose(place);
            let Some(task) = self.ready.get(place) else {
                turn = Turn::NothingReady;
                break;
            };
            place += 1;
            match self.resume(task, &mut cx, || ()) {
                Resumed::Suspended => match self.header(task).state.finish_resume() {
                    Suspended::Requeue => self.ready.push(task),
                    Suspended::Parked => self.parked(task),
                },
                Resumed::Ended(outcome) => {
                    cold_path();
                    if self.end(task, outcome) == Ended::Run {
                        turn = Turn::RunEnded;
                        break;
                    }
                }
            }
            // A future may have put another waker into its context; the next task gets ours.
            if !std::ptr::eq(cx.waker(), self.own_waker()) {
                cold_path();
                cx = Context::from_waker(self.own_waker());
            }
        }
        self.set_running(None);
        self.ready.finish(place);
        turn
    }

    /// The same of a worker that has others beside it, which may take tasks between two resumes, and
    /// during one.
    pub(crate) fn resume_beside_others(&self, most: usize) -> Turn {
        let Some(membership) = self.membership() else { unreachable!("it has others beside it") };
        let mut cx = Context::from_waker(self.own_waker());
        let mut turn = Turn::Full;
        self.ready.start();
        if !self.ready.is_empty() {
            membership.works();
        }
        let hidden = Hidden::hide(self);
        let (team, seat) = (&**membership.team(), membership.seat());
        let mut resumes = seat.resumes.load(Ordering::Relaxed);
        for _ in 0..most {
            let Some(task) = self.ready.pop() else {
                turn = Turn::NothingReady;
                break;
            };
            resumes = resumes.wrapping_add(1);
            let step_outside = || {
                seat.resumes.store(resumes, Ordering::Relaxed);
                team.leave(seat, self.ready.len());
                Outside::of(seat)
            };
            match self.resume(task, &mut cx, step_outside) {
                Resumed::Suspended => match self.header(task).state.finish_resume() {
                    Suspended::Requeue => self.ready.push(task),
                    // May read a clock of the user's.
                    Suspended::Parked => hidden.show(|| self.parked(task)),
                },
                Resumed::Ended(outcome) => {
                    if hidden.show(|| self.end(task, outcome)) == Ended::Run {
                        turn = Turn::RunEnded;
                        break;
                    }
                }
            }
            if !std::ptr::eq(cx.waker(), self.own_waker()) {
                cold_path();
                cx = Context::from_waker(self.own_waker());
            }
        }
        self.set_running(None);
        turn
    }

    /// What `step` returns lasts as long as the task runs.
    #[inline(always)]
    fn resume<G>(&self, task: TaskRef, cx: &mut Context<'_>, step: impl FnOnce() -> G) -> Resumed {
        self.set_running(Some(task));
        let vtable = self.header(task).vtable();
        let _outside = step();
        // SAFETY: the task is live, here, and not running (I1).
        let resume = || unsafe { (vtable.resume)(task, cx) };
        // Caught here and not within `resume`, which would have to save more registers.
        catch_unwind(AssertUnwindSafe(resume)).unwrap_or_else(|payload| {
            // SAFETY: as above, and it is not running any more.
            unsafe { cell::end_in_unwind(task, vtable, payload) }
        })
    }

    #[inline(always)]
    fn parked(&self, task: TaskRef) {
        let header = self.header(task);
        if header.state.waits_at_primitive() {
            header.set_waits_since(self.waits_now());
        } else {
            header.set_parked_since(self.instant_of_turn());
        }
    }
}

/// Lends the running task's real waker, until the guard is dropped.
#[derive(Debug)]
struct Lending {
    before: *const Waker,
}

impl Drop for Lending {
    fn drop(&mut self) {
        this_thread::lend(self.before);
    }
}

/// Resumes the running task with its real waker, which is then the one that is lent.
pub(super) fn lend_real_waker<R>(task: TaskRef, resume: impl FnOnce(&mut Context<'_>) -> R) -> R {
    // SAFETY: called by the task's resume, on the owner's thread; the slot lives.
    let header = unsafe { task.header() };
    // SAFETY: the owner's thread; no other reference to the rare things is in use.
    let remote = unsafe { header.extra() }.and_then(|extra| extra.remote.as_ref());
    let remote = Arc::as_ptr(remote.expect("a lending task has a real waker"));
    // SAFETY: the task keeps its count until its end, which is after this resume. The waker lies
    // here, and not beside the task, whose rare things may be changed while it is borrowed.
    let waker = unsafe { waker::uncounted(remote) };
    let _lending = Lending { before: this_thread::lend(&raw const *waker) };
    resume(&mut Context::from_waker(&waker))
}
