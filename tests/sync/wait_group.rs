//! `WaitGroup`.

use coweave::{sleep, spawn_local, yield_now};

use crate::support::{Trace, forget, in_both_modes, panic_text, poll};

in_both_modes! {
    async fn a_wait_ends_when_all_work_is_done() {
        let trace = Trace::new();
        let group = Counted::new(WaitGroup::new());
        for n in 0..3 {
            let (worker, trace) = (group.worker_owned(), trace.clone());
            drop(spawn_local(async move {
                sleep(std::time::Duration::from_secs(n)).await;
                trace.add(n);
                drop(worker);
            }));
        }
        group.wait().await;
        trace.add(format!("{group:?}"));
        group.wait().await;
        assert_eq!(trace, ["0", "1", "2", "WaitGroup { count: 0, waiting: 0 }"]);
    }

    async fn work_that_panics_or_is_cancelled_is_done() {
        let group = Counted::new(WaitGroup::new());
        let (one, other) = (group.worker_owned(), group.worker_owned());
        let panics = spawn_local(async move {
            let _worker = one;
            panic!("as it should");
        });
        let hangs = spawn_local(async move {
            let _worker = other;
            std::future::pending::<()>().await;
        });
        yield_now().await;
        hangs.cancel();
        group.wait().await;
        assert!(panics.await.unwrap_err().is_panic());
    }

    async fn those_who_waited_at_zero_go_on_even_if_new_work_is_counted() {
        let group = WaitGroup::default();
        group.add(2);
        let (mut one, mut other) = (group.wait(), group.wait());
        assert!(poll(&mut one).is_pending());
        assert!(poll(&mut other).is_pending());
        group.done();
        assert!(poll(&mut one).is_pending());
        group.done();
        let worker = group.worker();
        assert!(poll(&mut one).is_ready());
        assert!(poll(&mut group.wait()).is_pending());
        drop(other);
        drop(worker);
        assert!(poll(&mut group.wait()).is_ready());
    }

    async fn below_zero_is_refused_in_clear_words() {
        let group = WaitGroup::new();
        let text = "a wait group's `done` was called more often than work was added";
        assert_eq!(panic_text(|| group.done()), text);
        assert_eq!(group.count(), 0);
        let worker = group.worker();
        group.done();
        assert_eq!(panic_text(|| drop(worker)), text);
        group.add(usize::MAX);
        assert!(panic_text(|| group.worker()).starts_with("a wait group cannot count more than"));
        assert_eq!(group.count(), usize::MAX);
    }

    async fn a_guard_that_was_done_for_already_does_not_panic_while_another_unwinds() {
        let group = WaitGroup::new();
        let text = panic_text(|| {
            let _worker = group.worker();
            group.done();
            panic!("the first");
        });
        assert_eq!(text, "the first");
    }

    async fn a_leaked_guard_stops_only_its_own_group() {
        let group = Counted::new(WaitGroup::new());
        forget(group.worker_owned());
        assert!(poll(&mut group.wait()).is_pending());
        WaitGroup::new().wait().await;
    }
}
