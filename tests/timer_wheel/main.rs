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
//! | fault | noticed by |
//! | --- | --- |

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
