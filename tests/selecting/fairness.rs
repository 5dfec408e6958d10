//! Which branch is asked first.

use std::future::ready;

use coweave::{Scheduler, race, select};

fn scheduler(seed: u64) -> Scheduler {
    Scheduler::builder().virtual_time().seed(seed).build().expect("the set-up is valid")
}

async fn winners(rounds: usize) -> Vec<u8> {
    let mut winners = Vec::new();
    for _ in 0..rounds {
        winners.push(select! {
            n = ready(0) => n,
            n = ready(1) => n,
        });
    }
    winners
}

fn count(winners: &[u8], one: u8) -> usize {
    winners.iter().filter(|it| **it == one).count()
}

#[coweave::test]
async fn branches_that_are_always_ready_win_equally_often() {
    let winners = winners(1000).await;
    let counts = [count(&winners, 0), count(&winners, 1)];
    assert!(counts.iter().all(|it| (400..600).contains(it)), "{counts:?}");
}

#[coweave::test]
async fn branches_that_are_disabled_give_their_turns_to_all_others() {
    let mut counts = [0; 4];
    for _ in 0..3000 {
        let winner: usize = select! {
            n = ready(0) => n,
            n = ready(1), if counts.is_empty() => n,
            n = ready(2) => n,
            n = ready(3) => n,
        };
        counts[winner] += 1;
    }
    let [a, none, b, c] = counts;
    assert!(none == 0 && [a, b, c].iter().all(|it| (850..1150).contains(it)), "{counts:?}");
}

#[test]
fn one_seed_gives_one_sequence_and_another_seed_another() {
    let of = |seed| scheduler(seed).run(winners(200));
    let without = Scheduler::builder().build().expect("the set-up is valid").run(winners(200));
    assert!(of(1) == of(1) && of(1) != of(2) && without == coweave::run(winners(200)));
}

#[test]
fn where_no_scheduler_runs_a_thread_is_fair_as_well() {
    let winners = futures::executor::block_on(winners(1000));
    let counts = [count(&winners, 0), count(&winners, 1)];
    assert!(counts.iter().all(|it| (400..600).contains(it)), "{counts:?}");
}

#[coweave::test]
async fn a_race_is_fair_unless_it_is_biased() {
    let (mut fair, mut biased) = (Vec::new(), Vec::new());
    for _ in 0..1000 {
        fair.push(race!(ready(0), ready(1), ready(2)));
        biased.push(race! { biased; ready(0), ready(1) });
    }
    let counts = [count(&fair, 0), count(&fair, 1), count(&fair, 2)];
    assert!(counts.iter().all(|it| (250..420).contains(it)), "{counts:?}");
    assert_eq!(count(&biased, 0), 1000);
}
