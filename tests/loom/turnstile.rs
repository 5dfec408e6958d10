//! A turnstile: its owner goes in and out, while others take what is behind it.

use coweave::__private::Turnstile;
use loom::sync::Arc;
use loom::thread;

use crate::support::{Fault, Watched, model, notices};

struct Guarded {
    turnstile: Turnstile,
    value: Watched,
}

impl Guarded {
    fn add(&self) {
        self.value.set(self.value.get() + 1);
    }

    /// As the owner.
    fn pass_through(&self) {
        self.turnstile.enter();
        self.add();
        self.turnstile.leave();
    }

    fn add_if_taken(&self) -> u32 {
        self.turnstile.try_take().map_or(0, |_taken| {
            self.add();
            1
        })
    }
}

/// The owner goes in and out twice, while `takers` come; what each has written is there in the end.
fn taken_by(takers: u32) {
    let guarded = Arc::new(Guarded { turnstile: Turnstile::new(), value: Watched::new(0) });
    let takers: Vec<_> = (0..takers)
        .map(|_| {
            let guarded = guarded.clone();
            thread::spawn(move || guarded.add_if_taken())
        })
        .collect();
    guarded.pass_through();
    guarded.pass_through();
    let taken: u32 = takers.into_iter().map(|taker| taker.join().unwrap()).sum();
    guarded.turnstile.enter();
    assert_eq!(guarded.value.get(), 2 + taken);
    guarded.turnstile.leave();
}

#[test]
fn one_takes_while_the_owner_goes_on() {
    model(|| taken_by(1));
}

#[test]
fn two_take_while_the_owner_goes_on() {
    model(|| taken_by(2));
}

#[test]
fn taking_without_a_barrier_is_noticed() {
    notices(Fault::NoBarrier, "Causality violation", || taken_by(1));
}

#[test]
fn going_in_without_a_barrier_is_noticed() {
    notices(Fault::NoHalfBarrier, "Causality violation", || taken_by(1));
}

#[test]
fn going_out_without_release_is_noticed() {
    notices(Fault::RelaxedLeave, "Causality violation", || taken_by(1));
}

#[test]
fn coming_in_without_acquire_is_noticed() {
    notices(Fault::RelaxedLeft, "Causality violation", || taken_by(1));
}
