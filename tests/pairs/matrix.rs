//! Every pair, in every scenario; and how many that are.

use std::thread;

use coweave::{Deadlock, Scheduler};

use crate::scenarios::{Order, in_form};
use crate::wait::{Form, Make};
use crate::waits::{local, shared};

/// How many combinations ran.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    joins: usize,
    selects: usize,
    before_another: usize,
}

/// Names the combination, if it fails.
struct Named(String);

impl Named {
    fn check(&self, result: Result<(), Deadlock>) {
        if let Err(deadlock) = result {
            panic!("a wake was lost: {deadlock}");
        }
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("in {}", self.0);
        }
    }
}

/// What a wait of this kind allows.
#[derive(Clone, Copy)]
struct Allows {
    has_queue: bool,
    may_be_early: bool,
}

fn allows(scheduler: &mut Scheduler, make: Make) -> Allows {
    scheduler.run(async move {
        let wait = make(coweave::Instant::now(), Form::AsyncBlock);
        Allows { has_queue: wait.has_queue, may_be_early: wait.may_be_early }
    })
}

fn join_all_pairs(waits: &[(&str, Make)], form: Form) -> Counts {
    let mut scheduler = Scheduler::builder().virtual_time().build().expect("the set-up is valid");
    let mut counts = Counts::default();
    for (a, first) in waits {
        for (b, second) in waits {
            let both_early =
                [first, second].into_iter().all(|make| allows(&mut scheduler, *make).may_be_early);
            // A task has one permit, which cannot end two parks.
            if (*a, *b) == ("parked", "parked") {
                continue;
            }
            for order in
                [Order::FirstThenSecond, Order::SecondThenFirst, Order::AtOnce, Order::Before]
            {
                if order == Order::Before && !both_early {
                    continue;
                }
                let named = Named(format!("join!({a}, {b}), {order:?}, {form:?}"));
                named.check(in_form!(scheduler, form, joins([*first, *second], order)));
                counts.joins += 1;
            }
        }
    }
    counts
}

fn select_all_pairs(waits: &[(&str, Make)], form: Form) -> Counts {
    let mut scheduler = Scheduler::builder().virtual_time().build().expect("the set-up is valid");
    let mut counts = Counts::default();
    for (a, first) in waits {
        for (b, second) in waits {
            if (*a, *b) == ("parked", "parked") {
                continue;
            }
            let makes = [*first, *second];
            let queues = makes.map(|make| allows(&mut scheduler, make).has_queue);
            for order in [Order::FirstThenSecond, Order::SecondThenFirst, Order::AtOnce] {
                for is_biased in [true, false] {
                    let named = Named(format!(
                        "select!({a}, {b}), {order:?}, {form:?}, biased: {is_biased}"
                    ));
                    named.check(in_form!(scheduler, form, selects(makes, order, is_biased)));
                    counts.selects += 1;
                }
                let loser = usize::from(order != Order::SecondThenFirst);
                if queues[loser] {
                    let named = Named(format!(
                        "select!({a}, {b}), {order:?}, {form:?}, with one behind the loser"
                    ));
                    named.check(in_form!(scheduler, form, selects_before_another(makes, order)));
                    counts.before_another += 1;
                }
            }
        }
    }
    counts
}

/// So that a pair that is skipped is noticed: of `n` waits so many have a queue, and so many may be early;
/// one of the latter is a park, which does not go with itself.
fn expected(n: usize, queues: usize, early: usize) -> [Counts; 2] {
    [
        Counts { joins: 3 * (n * n - 1) + early * early - 1, ..Counts::default() },
        Counts { joins: 0, selects: 6 * (n * n - 1), before_another: 3 * n * queues },
    ]
}

macro_rules! matrix {
    ($($name:ident: $mode:ident, $form:ident, $pairs:ident, $which:literal;)*) => {$(
        #[test]
        fn $name() {
            let waits = $mode();
            let counts = $pairs(&waits, Form::$form);
            println!("{} waits, {counts:?}", waits.len());
            assert_eq!(counts, expected(41, 30, 38)[$which]);
        }
    )*};
}

matrix! {
    joins_of_shared_waits_in_async_blocks: shared, AsyncBlock, join_all_pairs, 0;
    joins_of_shared_waits_in_coroutines: shared, Coroutine, join_all_pairs, 0;
    joins_of_local_waits_in_async_blocks: local, AsyncBlock, join_all_pairs, 0;
    joins_of_local_waits_in_coroutines: local, Coroutine, join_all_pairs, 0;
    selects_of_shared_waits_in_async_blocks: shared, AsyncBlock, select_all_pairs, 1;
    selects_of_shared_waits_in_coroutines: shared, Coroutine, select_all_pairs, 1;
    selects_of_local_waits_in_async_blocks: local, AsyncBlock, select_all_pairs, 1;
    selects_of_local_waits_in_coroutines: local, Coroutine, select_all_pairs, 1;
}
