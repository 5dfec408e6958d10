//! The timer wheel beside a `BTreeMap`: the same operations give the same timers, in the same order.
//!
//! The map's key is (deadline, number of the setting), where a deadline that has passed when it is set
//! counts as the instant up to which the wheel has been emptied. Deadlines lie at now, before it, just
//! after it, at the edges of slots, at every distance up to centuries, and never; small budgets cut
//! every move into pieces; some cases set so many timers into one window that it takes many turns.
//!
//! `WHEEL_CASES` says how many cases are tried (default 16, of about 2,000 operations each).
//!
//! That the model notices was seen with each of these faults, put into `src/time/timer_wheel` by hand:
//!
//! `a` is the comparison itself, `k` `what_is_set_while_a_slot_is_opened_keeps_its_place`, `n`
//! `the_next_window_is_opened_before_it_comes`.
//!
//! | fault | noticed by |
//! | --- | --- |
//! | the last of equal deadlines of a slot is taken | a |
//! | a level reaches to the end of a slot before all its timers have moved | a, k, n |
//! | what has moved is looked at before the rest has | a, k, n |
//! | a past deadline is set as it is | a |
//! | a window is opened whose upper window is not | a, which then does not end |
//! | a generation does not grow | a, `a_key_never_names_another_timer` |
//! | those that were collected from the back come in reverse | a, k |
//! | the bit of a word stays when the word is empty | they do not end |
//! | a ring has slots for one window only | a, which then does not end |
//! | the bound below which nothing is due stays when an earlier timer is set | a |
//! | an exact look stops within a slot that is being opened | `an_exact_look_finds_the_deadline_in_a_slot_that_is_being_opened` |
//! | an exact look stops at a few | a, `an_exact_look_finds_the_deadline_among_many` |
//! | a slot keeps its last timer when that is unlinked | a |
//! | what never fires lies among the rest | `what_never_fires_is_cancelled_like_the_rest`, a, which then does not end |
//! | a timer is popped that is not due | a, n |
//! | the cursor stays behind a slot that is opened | a |
//! | pops cost nothing of the budget | a |

mod model;
mod turns;

use model::{Twins, step};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[test]
fn the_wheel_does_what_a_sorted_map_does() {
    let cases = std::env::var("WHEEL_CASES").map_or(16, |cases| cases.parse().unwrap());
    let config =
        Config { cases, max_shrink_iters: 20_000, failure_persistence: None, ..Config::default() };
    let steps = prop::collection::vec(step(), 0..4_000);
    TestRunner::new(config)
        .run(&steps, |steps| {
            let mut twins = Twins::default();
            for step in &steps {
                twins.step(step)?;
            }
            twins.drain()
        })
        .unwrap();
}
