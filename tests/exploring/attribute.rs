//! `#[coweave::test]` with seeds.

use std::sync::atomic::{AtomicUsize, Ordering};

use coweave::{spawn, yield_now};

use crate::support::{Trace, seeded, told};

const SEED: u64 = 17;

/// Which of the tasks go on first.
async fn order() -> String {
    let trace = Trace::new();
    let tasks: Vec<_> = (0..10)
        .map(|n| {
            let trace = trace.clone();
            spawn(async move { trace.add(n) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    told(&trace)
}

#[coweave::test(seed = 17)]
async fn a_seed_that_is_written_out() {
    let own = order().await;
    let theirs = std::thread::spawn(|| seeded(17).run(order())).join().unwrap();
    assert_eq!(own, theirs);
    assert_ne!(own, r#"["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]"#);
}

#[coweave::test(seed = SEED + 1, crate = ::coweave)]
fn a_seed_that_is_computed() -> Result<(), std::num::ParseIntError> {
    let own = order().await;
    let theirs = std::thread::spawn(|| seeded("18".parse().unwrap()).run(order())).join().unwrap();
    assert_eq!(own, theirs);
    "18".parse::<u64>().map(drop)
}

#[coweave::test(seed = 17)]
#[should_panic(expected = "seed 17 fails, the first that was tried: task 2 panicked: out of tea")]
async fn one_seed_fails_as_many_do() {
    drop(spawn(async { panic!("out of tea") }));
    for _ in 0..100 {
        yield_now().await;
    }
}

/// Counts the runs of the test below, and passes once all that were asked for have been.
static RUNS: AtomicUsize = AtomicUsize::new(0);

#[coweave::test(seeds = 5..=104)]
#[should_panic(expected = "seed 104 fails, after 99 that did not: task 1 panicked: the last one")]
async fn a_range_of_seeds() {
    yield_now().await;
    assert!(RUNS.fetch_add(1, Ordering::Relaxed) < 99, "the last one");
}

#[coweave::test(seeds = [SEED, 3, 4], crate = coweave)]
#[should_panic(expected = "seed 17 fails, the first that was tried: the program returned an error")]
async fn an_error_that_is_returned() -> Result<(), std::num::ParseIntError> {
    yield_now().await;
    "seventeen".parse::<u64>().map(drop)
}

#[coweave::test(seeds = 0..20)]
async fn no_error_that_is_returned() -> Result<(), std::num::ParseIntError> {
    spawn(async { yield_now().await }).await.unwrap();
    "17".parse::<u64>().map(drop)
}
