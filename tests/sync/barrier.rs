//! `Barrier`.

use coweave::spawn_local;

use crate::support::{Trace, in_both_modes, poll, settle};

in_both_modes! {
    async fn the_last_to_arrive_leads_each_round() {
        let trace = Trace::new();
        let barrier = Counted::new(Barrier::new(3));
        let tasks: Vec<_> = (0..3).map(|n| {
            let (barrier, trace) = (barrier.clone(), trace.clone());
            spawn_local(async move {
                for round in 0..2 {
                    let is_leader = barrier.wait().await.is_leader();
                    trace.add(format!("{round}: {n} {is_leader}"));
                }
            })
        }).collect();
        for task in tasks {
            task.await.unwrap();
        }
        // The leader does not wait, so it is the first at the next round.
        assert_eq!(
            trace,
            ["0: 2 true", "0: 0 false", "0: 1 false", "1: 1 true", "1: 2 false", "1: 0 false"]
        );
    }

    async fn a_wait_that_is_dropped_has_not_arrived() {
        let barrier = Barrier::new(2);
        let (mut first, mut second) = (barrier.wait(), barrier.wait());
        assert!(poll(&mut first).is_pending());
        drop(first);
        assert!(poll(&mut second).is_pending());
        assert_eq!(format!("{barrier:?}"), "Barrier { parties: 2, waiting: 1 }");
        assert!(barrier.wait().await.is_leader());
        assert!(!second.await.is_leader());
    }

    async fn one_that_is_dropped_after_all_arrived_counts_in_no_other_round() {
        let barrier = Barrier::new(2);
        let mut first = barrier.wait();
        assert!(poll(&mut first).is_pending());
        assert!(barrier.wait().await.is_leader());
        drop(first);
        let mut next = barrier.wait();
        assert!(poll(&mut next).is_pending());
        assert!(barrier.wait().await.is_leader());
    }

    async fn a_round_that_begins_before_the_last_has_left_is_another() {
        let barrier = Barrier::new(2);
        let (mut first, mut next) = (barrier.wait(), barrier.wait());
        assert!(poll(&mut first).is_pending());
        assert!(barrier.wait().await.is_leader());
        assert!(poll(&mut next).is_pending());
        settle().await;
        assert!(!first.await.is_leader());
        assert!(poll(&mut next).is_pending());
    }

    async fn none_is_as_good_as_one() {
        for parties in [0, 1] {
            let barrier = Barrier::new(parties);
            assert!(barrier.wait().await.is_leader());
            assert!(barrier.wait().await.is_leader());
        }
    }
}
