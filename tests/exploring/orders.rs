//! Which orders there are, and that a seed gives one of them.

use std::collections::BTreeSet;
use std::time::Duration;

use coweave::channel::unbounded;
use coweave::{Instant, Scheduler, select, sleep, spawn, spawn_local, yield_now};

use crate::support::{Trace, seeded, told};

const MS: Duration = Duration::from_millis(1);

/// Yields, sleeps, sends, spawns, cancels and joins, and tells each step.
async fn works(trace: Trace, n: u32, sender: coweave::channel::Sender<u32>) {
    for step in 0..6 {
        trace.add(format!("{n} {step} {:?}", Instant::now()));
        match (n + step) % 4 {
            0 => yield_now().await,
            1 => sleep(MS * (step % 2)).await,
            2 => {
                let child = spawn(async move { yield_now().await });
                yield_now().await;
                child.cancel();
                trace.add(format!("{n}'s child: {}", child.await.is_ok()));
            }
            _ => sender.send(n).await.expect("somebody receives"),
        }
    }
}

fn traced(mut scheduler: Scheduler) -> String {
    let trace = Trace::new();
    scheduler.run(async {
        let (sender, receiver) = unbounded();
        for n in 0..8 {
            drop(spawn(works(trace.clone(), n, sender.clone())));
        }
        drop(sender);
        loop {
            select! {
                n = receiver.recv() => {
                    let Ok(n) = n else { break };
                    trace.add(format!("received from {n}"));
                }
                () = sleep(MS) => trace.add("nothing came"),
            }
        }
    });
    told(&trace)
}

#[test]
fn a_seed_gives_one_trace_and_each_seed_another() {
    let traces: Vec<_> = (0..200).map(|seed| traced(seeded(seed))).collect();
    for (seed, trace) in (0..).zip(&traces) {
        assert_eq!(*trace, traced(seeded(seed)), "seed {seed}");
    }
    let different: BTreeSet<_> = traces.iter().collect();
    assert_eq!((different.len(), traces[0].len() > 1000), (200, true));
}

#[test]
fn without_a_seed_tasks_go_on_first_in_first_out() {
    let trace = Trace::new();
    let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
    for n in 0..4 {
        let trace = trace.clone();
        drop(scheduler.spawn(async move {
            for step in ["starts", "goes on"] {
                trace.add(format!("{n} {step}"));
                yield_now().await;
            }
        }));
    }
    scheduler.run_until_idle();
    assert_eq!(
        trace,
        [
            "0 starts",
            "1 starts",
            "2 starts",
            "3 starts",
            "0 goes on",
            "1 goes on",
            "2 goes on",
            "3 goes on"
        ]
    );
}

/// In which order `count` tasks go on that are spawned together.
fn order_of(count: u8, seed: u64, spawns: impl Fn(&Trace, u8)) -> String {
    let trace = Trace::new();
    let mut scheduler = seeded(seed);
    scheduler.run(async {
        for n in 0..count {
            spawns(&trace, n);
        }
    });
    scheduler.run_until_idle();
    told(&trace)
}

/// How often each order occurs, of all that there are.
fn counts(orders: impl Iterator<Item = String>) -> Vec<usize> {
    let mut all: Vec<_> = orders.collect();
    all.sort();
    all.chunk_by(|a, b| a == b).map(<[_]>::len).collect()
}

/// All `n!` orders, none of them rarely: 100 are expected of each.
fn assert_all_alike(counts: &[usize]) {
    assert!(counts.len() == 24 && counts.iter().all(|it| (60..150).contains(it)), "{counts:?}");
}

#[test]
fn four_ready_tasks_go_on_in_all_their_orders_equally_often() {
    assert_all_alike(&counts((0..2400).map(|seed| {
        order_of(4, seed, |trace, n| {
            let trace = trace.clone();
            drop(spawn(async move { trace.add(n) }));
        })
    })));
}

#[test]
fn of_sleepers_that_are_due_together_any_goes_on_first() {
    assert_all_alike(&counts((0..2400).map(|seed| {
        order_of(4, seed, |trace, n| {
            let trace = trace.clone();
            drop(spawn(async move {
                sleep(MS).await;
                trace.add(n);
            }));
        })
    })));
}

#[test]
fn who_is_made_ready_late_may_go_on_before_those_that_wait() {
    let first = |seed| {
        let trace = Trace::new();
        let mut scheduler = seeded(seed);
        scheduler.run(async {
            let told = trace.clone();
            let spawns = spawn_local(async move {
                let inner = told.clone();
                drop(spawn(async move { inner.add("late") }));
            });
            for _ in 0..2 {
                let told = trace.clone();
                drop(spawn(async move { told.add("waits") }));
            }
            drop(spawns);
        });
        scheduler.run_until_idle();
        told(&trace)
    };
    let late = (0..1000).filter(|seed| first(*seed).starts_with("[\"late\"")).count();
    // The spawning task is first with 1/3, and then the late one is with 1/3.
    assert!((70..160).contains(&late), "{late}");
}

#[test]
fn a_task_that_yields_may_go_on_at_once() {
    let others_between = |seed| {
        let trace = Trace::new();
        seeded(seed).run(async {
            let told = trace.clone();
            let other = spawn(async move { told.add("other") });
            trace.add("before");
            yield_now().await;
            trace.add("after");
            other.await.unwrap();
        });
        told(&trace)
    };
    let counts = counts((0..1000).map(others_between));
    assert!(counts.len() == 2 && counts.iter().all(|it| (400..600).contains(it)), "{counts:?}");
}

#[test]
fn a_great_number_of_tasks_is_shuffled_and_none_is_lost() {
    let order: Vec<u32> = {
        let trace = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let mut scheduler = seeded(1);
        for n in 0..100_000 {
            let trace = trace.clone();
            drop(scheduler.spawn(async move {
                yield_now().await;
                trace.borrow_mut().push(n);
            }));
        }
        assert_eq!(scheduler.run_until_idle(), 0);
        trace.take()
    };
    let in_place = order.iter().zip(0..).filter(|(a, b)| **a == *b).count();
    let mut sorted = order;
    sorted.sort_unstable();
    assert!(sorted.into_iter().eq(0..100_000) && in_place < 20, "{in_place} in their places");
}
